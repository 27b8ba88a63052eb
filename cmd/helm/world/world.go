// Package world is what a command of helm may use of its surroundings: the
// streams, the clock, the flags of every command, and the door to the cluster,
// through which no request goes before a command makes one.
package world

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/terminal"
	"github.com/helm-dm/helm-dm/kube"
)

// World is the surroundings of one command line.
type World struct {
	In io.Reader
	// Ask asks for a secret and returns it without its line break; nobody sees
	// it typed. It is nil where In is no terminal.
	Ask     func(ctx context.Context, prompt string) (string, error)
	Screen  *terminal.Screen
	Now     func() time.Time
	Getenv  func(string) string // nil is an empty environment
	Flags   Flags
	Version string // of this program
	// Connect finds the cluster that the flags name; Connect of this package
	// outside of tests.
	Connect func(*World) (*Session, error)

	context string // of the kubeconfig, once a command has opened it
}

// New is the world of a process.
func New(version string) *World {
	return &World{
		In:      os.Stdin,
		Ask:     asker(os.Stdin, os.Stderr),
		Screen:  terminal.New(os.Stdout, os.Stderr, os.Getenv),
		Now:     time.Now,
		Getenv:  os.Getenv,
		Version: version,
		Connect: Connect,
	}
}

// Open finds the cluster that the command line means.
func (w *World) Open() (*Session, error) {
	s, err := w.Connect(w)
	switch {
	case err == nil:
		w.context = s.Target.Context
	case w.Flags.Access.Context != "" && errors.Is(err, kube.ErrConfig):
		return nil, fault.Because("%w", err).Mend("kubectl config get-contexts")
	}
	return s, err
}

// Limited bounds ctx by --timeout, for commands whose waiting is their own.
func (w *World) Limited(ctx context.Context) (context.Context, context.CancelFunc) {
	if w.Flags.Timeout <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, w.Flags.Timeout)
}

// Report tells of err, unless that was done, and returns the exit code.
func (w *World) Report(err error) int { return fault.Report(w.Screen, w.context, err) }
