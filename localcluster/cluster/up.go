package cluster

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/helm-dm/helm-dm/localcluster/process"
)

const (
	startTime = 2 * time.Minute  // within which a cluster must be up, on a machine that is busy with others
	graceTime = 20 * time.Second // between the request to end and the kill
)

// Up brings the cluster up and returns when a pod can be scheduled. Parts that run as they should are left alone. When
// it fails or ctx ends, the parts that it started are stopped again.
func (c *Cluster) Up(ctx context.Context) error {
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return err
	}
	unlock, err := process.Lock(ctx, c.dir)
	if err != nil {
		return err
	}
	defer unlock()
	s, err := c.settle()
	if err != nil {
		return fmt.Errorf("preparing %q: %w", c.dir, err)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, startTime, fmt.Errorf("not within %v", startTime))
	defer cancel()
	started, err := c.startParts(ctx, s)
	if err != nil {
		return errors.Join(err, c.undo(ctx, started))
	}
	return nil
}

// settle decides and writes everything that the parts read.
func (c *Cluster) settle() (settings, error) {
	s, err := c.load()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return s, err
	}
	s.Kind = settingsKind
	if err := c.save(s); err != nil { // first, so that the folder is known as a cluster's whatever happens next
		return s, err
	}
	if err := c.furnish(); err != nil {
		return s, err
	}
	if err := c.settlePorts(&s); err != nil {
		return s, err
	}
	if err := c.save(s); err != nil {
		return s, err
	}
	if err := c.keepTrust(s); err != nil {
		return s, err
	}
	return s, c.keepKwok()
}

// startParts starts what does not run, wave by wave, and returns the names of what it started, also on error.
func (c *Cluster) startParts(ctx context.Context, s settings) (started []string, err error) {
	for i, wave := range waves() {
		for _, name := range wave {
			fresh, err := c.startPart(ctx, s.part(name))
			if fresh {
				started = append(started, name)
			}
			if err != nil {
				return started, err
			}
		}
		group, ctx := errgroup.WithContext(ctx)
		for _, name := range wave {
			group.Go(func() error { return c.awaitPart(ctx, s.part(name), slices.Contains(started, name)) })
		}
		if i == len(waves())-1 {
			group.Go(func() error { return c.awaitUse(ctx) })
		}
		if err := group.Wait(); err != nil {
			return started, err
		}
	}
	return started, nil
}

// startPart reports whether it started the part: not when it runs already, as it should.
func (c *Cluster) startPart(ctx context.Context, p part) (bool, error) {
	spec := c.spec(p)
	running, err := c.table.Find(p.name)
	if err != nil || (running.Alive && running.Note == spec.Note) {
		return false, err
	}
	if running.Alive {
		c.progress.Printf("stopping %s, which must change", p.name)
	}
	if err := c.table.Stop(ctx, p.name, graceTime); err != nil {
		return false, err
	}
	c.progress.Printf("starting %s", p.name)
	if _, err := c.table.Start(ctx, spec); err != nil {
		return false, err
	}
	return true, nil
}

func (c *Cluster) awaitPart(ctx context.Context, p part, fresh bool) error {
	began := time.Now()
	ask, err := c.probe(p)
	if err != nil {
		return err
	}
	if err := c.awaitProcess(ctx, p.name, ask); err != nil {
		return err
	}
	if fresh {
		c.progress.Printf("%s is ready after %s", p.name, since(began))
	}
	return nil
}

// awaitUse waits until a pod would be admitted and find a node.
func (c *Cluster) awaitUse(ctx context.Context) error {
	began := time.Now()
	config, err := clientcmd.BuildConfigFromFlags("", c.path(adminFile))
	if err != nil {
		return err
	}
	config.QPS = -1 // no limit: polling is all it does
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	if err := keepStorage(ctx, client); err != nil {
		return err
	}
	if err := awaitNode(ctx, client); err != nil {
		return err
	}
	if err := awaitAccount(ctx, client); err != nil {
		return err
	}
	c.progress.Printf("pods can be scheduled after %s", since(began))
	return nil
}

// undo stops what a failed start has started, although ctx may have ended.
func (c *Cluster) undo(ctx context.Context, started []string) error {
	ctx = context.WithoutCancel(ctx)
	slices.Reverse(started)
	var errs []error
	for _, name := range started {
		errs = append(errs, c.table.Stop(ctx, name, graceTime))
	}
	return errors.Join(errs...)
}

func since(t time.Time) string {
	return fmt.Sprintf("%.1f s", time.Since(t).Seconds())
}
