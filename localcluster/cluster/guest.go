package cluster

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"time"

	"github.com/helm-dm/helm-dm/localcluster/process"
)

// Guest says what to run beside the cluster, in the environment and the working directory of the caller.
type Guest struct {
	Name     string
	Command  []string      // program and arguments
	ReadyURL string        // answers 200 when the guest is of use; empty: it is of use while it runs
	Timeout  time.Duration // for becoming ready
}

// Run starts the guest, in place of one of the same name, and waits until it is ready. One that does not become ready is
// stopped. The guest inherits descriptor 3, which tells that it is alive, and must leave it open.
func (c *Cluster) Run(ctx context.Context, g Guest) error {
	if err := checkGuest(g.Name); err != nil {
		return err
	}
	ask, err := guestProbe(g.ReadyURL)
	if err != nil {
		return err
	}
	unlock, err := c.enter(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	server, err := c.table.Find(apiServer)
	if err != nil {
		return err
	}
	if !server.Alive {
		return fmt.Errorf("the cluster in %q is not up; start it with helm-local up", c.dir)
	}
	if err := c.table.Stop(ctx, g.Name, graceTime); err != nil {
		return err
	}
	return c.startGuest(ctx, g, ask)
}

func (c *Cluster) startGuest(ctx context.Context, g Guest, ask probe) error {
	spec := process.Spec{Name: g.Name, Path: g.Command[0], Args: g.Command[1:], Note: g.ReadyURL}
	if _, err := c.table.Start(ctx, spec); err != nil || g.ReadyURL == "" {
		return err
	}
	ready, cancel := context.WithTimeoutCause(ctx, g.Timeout, fmt.Errorf("not within %v", g.Timeout))
	defer cancel()
	if err := c.awaitProcess(ready, g.Name, ask); err != nil {
		return errors.Join(err, c.undo(ctx, []string{g.Name}))
	}
	return nil
}

// Stop stops a guest; one that does not run is no error.
func (c *Cluster) Stop(ctx context.Context, name string) error {
	if err := checkGuest(name); err != nil {
		return err
	}
	unlock, err := c.enter(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	return c.table.Stop(ctx, name, graceTime)
}

// enter waits for its turn with a cluster that must exist.
func (c *Cluster) enter(ctx context.Context) (func(), error) {
	if _, err := c.existing(); err != nil {
		return nil, err
	}
	return process.Lock(ctx, c.dir)
}

// guests lists the guests, the youngest first.
func (c *Cluster) guests() ([]process.Process, error) {
	all, err := c.table.List()
	all = slices.DeleteFunc(all, func(p process.Process) bool { return slices.Contains(partNames(), p.Name) })
	slices.SortFunc(all, func(a, b process.Process) int { return b.Started.Compare(a.Started) })
	return all, err
}

func checkGuest(name string) error {
	if slices.Contains(partNames(), name) {
		return fmt.Errorf("%w: %q is a part of the cluster; choose another name", ErrInvalid, name)
	}
	if ok, _ := regexp.MatchString(`^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`, name); !ok {
		return fmt.Errorf("%w: name %q: use at most 63 lower case letters, digits and inner dashes", ErrInvalid, name)
	}
	return nil
}

// guestProbe asks a guest. A server on this very machine may have any certificate, others need a valid one.
func guestProbe(address string) (probe, error) {
	u, err := url.Parse(address)
	if err != nil {
		return probe{}, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	if address != "" && (u.Host == "" || (u.Scheme != "http" && u.Scheme != "https")) {
		return probe{}, fmt.Errorf("%w: %q is no http or https URL", ErrInvalid, address)
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{
		InsecureSkipVerify: isLoopback(u.Hostname()), //nolint:gosec // nobody is between this machine and itself
	}}
	client := &http.Client{
		Timeout:   answerTime,
		Transport: transport,
		// A redirect is no 200, and could lead to another machine.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return probe{client, address}, nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}
