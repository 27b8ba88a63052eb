package main

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	"github.com/spf13/pflag"

	"github.com/helm-dm/helm-dm/client"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/terminal"
	"github.com/helm-dm/helm-dm/cmd/helm/trace"
	"github.com/helm-dm/helm-dm/kube"
)

// world is what a command may use of its surroundings.
type world struct {
	in      io.Reader
	screen  *terminal.Screen
	now     func() time.Time
	global  global
	connect func(global, *terminal.Screen) (*session, error)
	context string // of the kubeconfig, once a command has opened it
}

// newWorld is the world of a process.
func newWorld() *world {
	return &world{
		in:      os.Stdin,
		screen:  terminal.New(os.Stdout, os.Stderr, os.Getenv),
		now:     time.Now,
		connect: connect,
	}
}

// global are the flags of every command.
type global struct {
	access  kube.Access
	output  string
	quiet   bool
	timeout time.Duration
	verbose bool
}

// AddFlags declares the flags.
func (g *global) AddFlags(flags *pflag.FlagSet) {
	flags.StringVar(&g.access.Kubeconfig, "kubeconfig", "", "kubeconfig `FILE`; default $KUBECONFIG, else ~/.kube/config")
	flags.StringVar(&g.access.Context, "context", "", "`NAME` of the kubeconfig's context to use")
	flags.StringVar(&g.access.Namespace, "namespace", "", "`NAMESPACE`; default that of the context")
	flags.StringVar(&g.access.As, "as", "", "`USER` to act as")
	flags.StringArrayVar(&g.access.AsGroups, "as-group", nil, "`GROUP` to act as a member of; may be repeated")
	flags.StringVarP(&g.output, "output", "o", "text", "`FORMAT` of the answer: text, and json, yaml, name or wide where it makes sense")
	flags.BoolVarP(&g.quiet, "quiet", "q", false, "no progress and no hints")
	flags.DurationVar(&g.timeout, "timeout", 0, "bound the operation, or the waiting where there is none; default 5m for a deploy")
	flags.BoolVarP(&g.verbose, "verbose", "v", false, "tell of every request")
}

// check refuses what can only be a mistake: a variable of a script that is
// empty must not widen what is done, or change as whom.
func (g *global) check(flags *pflag.FlagSet) error {
	for _, name := range []string{"name", "namespace", "context", "as"} {
		if flag := flags.Lookup(name); flag != nil && flag.Changed && flag.Value.String() == "" {
			return fault.Usage("--%s is empty", name)
		}
	}
	switch {
	case g.timeout < 0:
		return fault.Usage("--timeout %v is negative", g.timeout)
	case len(g.access.AsGroups) > 0 && g.access.As == "":
		return fault.Usage("--as-group is given without --as").Mend("--as USER --as-group %s", g.access.AsGroups[0])
	case g.access.Namespace != "":
		return checkSegment("--namespace", g.access.Namespace)
	}
	return nil
}

// session is a cluster that a command talks to.
type session struct {
	*client.Client
	target *kube.Target
}

// deployments are those of the target's namespace.
func (s *session) deployments() *client.Deployments {
	return s.Deployments(s.target.Namespace)
}

// connect finds the cluster that the flags name. No request is made yet.
func connect(g global, screen *terminal.Screen) (*session, error) {
	g.access.UserAgent = "helm/" + clientVersion()
	target, err := kube.Load(g.access)
	if err != nil {
		return nil, err
	}
	target.Config.WarningHandler = trace.Warnings{Screen: screen}
	if g.verbose {
		target.Config.Wrap(trace.Requests(screen))
	}
	c, err := client.New(target.Config)
	if err != nil {
		return nil, fault.Usage("%w", err).Mend("kubectl config view --minify, to see what is used")
	}
	return &session{c, target}, nil
}

// open finds the cluster that the command line means.
func (w *world) open() (*session, error) {
	s, err := w.connect(w.global, w.screen)
	switch {
	case err == nil:
		w.context = s.target.Context
	case w.global.access.Context != "" && errors.Is(err, kube.ErrConfig):
		return nil, fault.Because("%w", err).Mend("kubectl config get-contexts")
	}
	return s, err
}

// limited bounds ctx by --timeout, for commands whose waiting is their own.
func (w *world) limited(ctx context.Context) (context.Context, context.CancelFunc) {
	if w.global.timeout <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, w.global.timeout)
}

// report tells of err, unless that was done, and returns the exit code.
func (w *world) report(err error) int { return fault.Report(w.screen, w.context, err) }
