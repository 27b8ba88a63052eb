package cluster

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"golang.org/x/sync/errgroup"

	"github.com/helm-dm/helm-dm/localcluster/process"
)

// States of a cluster and of what it runs.
const (
	Running   = "running"
	Stopped   = "stopped"
	Broken    = "broken"    // of a cluster: something of it is not running or not well
	Exited    = "exited"    // of a process: it ended by itself
	Unhealthy = "unhealthy" // of a process: it runs, and does not answer as it should
)

// Status tells how a cluster is.
type Status struct {
	Dir        string `json:"dir"`
	State      string `json:"state"`
	Server     string `json:"server,omitempty"`     // URL of the Kubernetes API
	Kubeconfig string `json:"kubeconfig,omitempty"` // path of the administrator's
	Version    string `json:"version"`              // of Kubernetes
	Parts      []Part `json:"parts,omitempty"`
}

// Part tells how one part, or one guest, is.
type Part struct {
	Name    string `json:"name"`
	Guest   bool   `json:"guest,omitempty"`
	PID     int    `json:"pid,omitempty"`
	State   string `json:"state"`
	Log     string `json:"log"`
	Message string `json:"message,omitempty"` // what is wrong
}

// Status looks at every part and guest. A folder without a cluster is one that is stopped.
func (c *Cluster) Status(ctx context.Context) (Status, error) {
	status := Status{Dir: c.dir, State: Stopped, Version: Kubernetes()}
	s, err := c.load()
	if errors.Is(err, fs.ErrNotExist) {
		return status, nil
	}
	if err != nil {
		return status, err
	}
	status.Server, status.Kubeconfig = s.server(), c.path(adminFile)
	found, err := c.processes()
	if err != nil {
		return status, err
	}
	status.Parts = make([]Part, len(found))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(8)
	for i, p := range found {
		group.Go(func() (err error) {
			status.Parts[i], err = c.look(ctx, s, p)
			return err
		})
	}
	err = group.Wait()
	status.State = summary(status.Parts)
	return status, err
}

// processes lists the parts, known or not, and the known guests.
func (c *Cluster) processes() ([]process.Process, error) {
	var all []process.Process
	for _, name := range partNames() {
		p, err := c.table.Find(name)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	guests, err := c.guests()
	return append(all, guests...), err
}

func (c *Cluster) look(ctx context.Context, s settings, p process.Process) (Part, error) {
	_, own := s.Ports[p.Name]
	part := Part{Name: p.Name, Guest: !own, Log: c.table.Log(p.Name)}
	switch {
	case !p.Known:
		part.State, part.Message = Stopped, "not running"
		return part, nil
	case !p.Alive:
		part.State, part.Message = Exited, fmt.Sprintf("not running (exited; see %s)", part.Log)
		return part, nil
	}
	part.PID, part.State = p.PID, Running
	if part.Guest && p.Note == "" {
		return part, nil
	}
	ask, err := c.probeOf(s, p, own)
	if err != nil {
		return part, err
	}
	if err := ask.check(ctx); err != nil {
		part.State = Unhealthy
		part.Message = fmt.Sprintf("not healthy (%v; see %s)", err, part.Log)
	}
	return part, nil
}

func (c *Cluster) probeOf(s settings, p process.Process, own bool) (probe, error) {
	if own {
		return c.probe(s.part(p.Name))
	}
	return guestProbe(p.Note)
}

// summary is Stopped only when everything was stopped on purpose.
func summary(parts []Part) string {
	counts := map[string]int{}
	for _, p := range parts {
		counts[p.State]++
	}
	switch len(parts) {
	case counts[Running]:
		return Running
	case counts[Stopped]:
		return Stopped
	}
	return Broken
}
