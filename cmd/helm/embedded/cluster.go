package embedded

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// stopTime is what helm-local gets to put things in order when it is
// interrupted.
const stopTime = 30 * time.Second

// Cluster is one embedded cluster, as helm-local runs it.
type Cluster struct {
	// Program is helm-local.
	Program string
	// Dir holds the cluster; empty means helm-local's default.
	Dir string
	// Progress takes what helm-local tells under way.
	Progress io.Writer
}

// Status is what helm-local says of the cluster.
type Status struct {
	Dir        string `json:"dir"`
	State      string `json:"state"`
	Kubeconfig string `json:"kubeconfig"` // empty: there is no cluster in Dir
	Server     string `json:"server"`
	Parts      []Part `json:"parts"`
}

// Part is one process of the cluster, or a guest beside it.
type Part struct {
	Name    string `json:"name"`
	State   string `json:"state"`
	Log     string `json:"log"`
	Message string `json:"message"`
}

// Words of helm-local for states.
const (
	stateRunning = "running"
	stateStopped = "stopped"
)

// Up starts what is missing of the cluster and waits until it is of use.
func (c *Cluster) Up(ctx context.Context) error {
	_, err := c.call(ctx, "up")
	return err
}

// Status asks how the cluster is. One that is not well is no error.
func (c *Cluster) Status(ctx context.Context) (Status, error) {
	var s Status
	text, err := c.call(ctx, "status", "-o", "json")
	if json.Unmarshal(text, &s) == nil {
		return s, nil
	}
	if err == nil {
		err = fmt.Errorf("reading the status of the cluster: helm-local answered %d bytes that are none", len(text))
	}
	return s, err
}

// Run starts a guest, in place of one of the same name.
func (c *Cluster) Run(ctx context.Context, guest string, command ...string) error {
	_, err := c.call(ctx, "run", append([]string{guest, "--"}, command...)...)
	return err
}

// Stop stops a guest.
func (c *Cluster) Stop(ctx context.Context, guest string) error {
	_, err := c.call(ctx, "stop", guest)
	return err
}

// Down stops the guests and the cluster, and with purge removes its data.
func (c *Cluster) Down(ctx context.Context, purge bool) error {
	args := []string{}
	if purge {
		args = append(args, "--purge")
	}
	_, err := c.call(ctx, "down", args...)
	return err
}

// call runs helm-local and returns its standard output, also beside an error.
func (c *Cluster) call(ctx context.Context, verb string, args ...string) ([]byte, error) {
	if c.Dir != "" {
		args = slices.Concat([]string{"--dir", c.Dir}, args)
	}
	var out bytes.Buffer
	talk := &relay{to: c.Progress}
	cmd := exec.CommandContext(ctx, c.Program, slices.Concat([]string{verb}, args)...)
	cmd.Stdout, cmd.Stderr = &out, talk
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = stopTime
	err := cmd.Run()
	talk.end()
	switch {
	case ctx.Err() != nil:
		err = ctx.Err()
	case err != nil && talk.failure != "":
		err = errors.New(talk.failure)
	}
	if err != nil {
		return out.Bytes(), fmt.Errorf("running helm-local %s: %w", verb, err)
	}
	return out.Bytes(), nil
}

// relay passes on whole lines of helm-local's standard error, but keeps the
// line that says why it failed.
type relay struct {
	to      io.Writer
	rest    []byte
	failure string
}

func (r *relay) Write(text []byte) (int, error) {
	r.rest = append(r.rest, text...)
	for {
		line, rest, found := bytes.Cut(r.rest, []byte("\n"))
		if !found {
			return len(text), nil
		}
		r.line(string(line))
		r.rest = rest
	}
}

func (r *relay) end() {
	if len(r.rest) > 0 {
		r.line(string(r.rest))
	}
}

func (r *relay) line(text string) {
	if failure, ok := strings.CutPrefix(text, ClusterProgram+": "); ok {
		r.failure = failure
		return
	}
	if r.failure != "" {
		r.failure += "; " + strings.TrimSpace(text) // more of the same, such as the end of a log
		return
	}
	_, _ = io.WriteString(r.to, text+"\n")
}
