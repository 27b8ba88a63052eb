package main

import (
	"context"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"k8s.io/client-go/rest"

	"github.com/helm-dm/helm-dm/cmd/helm/embedded"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/world"
	"github.com/helm-dm/helm-dm/install"
)

// localUpTime bounds up where --timeout does not.
const localUpTime = 3 * time.Minute

type localUpOptions struct {
	dir      *string
	replicas int
}

func newLocalUp(w *world.World, dir *string) *cobra.Command {
	o := &localUpOptions{dir: dir}
	cmd := &cobra.Command{
		Use:     "up",
		Short:   "Start the cluster and the manager, or what is missing of them",
		Long:    "Start the cluster and the manager, or what is missing of them, and make the cluster the current context.",
		Example: "  helm local up --dir ./playground",
		Args:    world.Wants(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return o.run(cmd.Context(), w)
		},
	}
	o.AddFlags(cmd.Flags())
	return cmd
}

// AddFlags declares the flags.
func (o *localUpOptions) AddFlags(flags *pflag.FlagSet) {
	flags.IntVar(&o.replicas, "replicas", 1, "how many managers run side by side")
}

func (o *localUpOptions) run(ctx context.Context, w *world.World) error {
	if _, err := w.Format(); err != nil {
		return err
	}
	if o.replicas < 1 {
		return fault.Usage("--replicas %d: there must be at least one", o.replicas)
	}
	cluster, err := localCluster(w, *o.dir)
	if err != nil {
		return err
	}
	program, err := findProgram(embedded.ManagerProgram)
	if err != nil {
		return err
	}
	limit := w.Flags.Timeout
	if limit <= 0 {
		limit = localUpTime
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if err := cluster.Up(ctx); err != nil {
		return err
	}
	w.Screen.Note("Starting Helm/DM")
	manager := &embedded.Manager{Cluster: cluster, Program: program, Replicas: o.replicas, Install: installLocal}
	if err := manager.Up(ctx); err != nil {
		return err
	}
	return join(ctx, w, cluster)
}

func installLocal(ctx context.Context, admin *rest.Config, port int, caBundle []byte) ([]byte, error) {
	return install.Local(ctx, admin, install.LocalOptions{Port: port, CABundle: caBundle})
}

// join makes the cluster the current one of the user's kubeconfig.
func join(ctx context.Context, w *world.World, cluster *embedded.Cluster) error {
	status, err := cluster.Status(ctx)
	if err != nil {
		return err
	}
	name := ""
	if cluster.Dir != "" {
		name = filepath.Base(status.Dir)
	}
	p, err := embedded.Join(status.Kubeconfig, w.Flags.Access.Kubeconfig, name)
	if err != nil {
		return err
	}
	switch {
	case p.Other != "" && p.Context == embedded.Context:
		w.Screen.Note("Context %q was that of another cluster, at %s. Hint: helm local up --dir FOLDER gives that one a new context.", p.Context, p.Other)
	case p.Other != "":
		w.Screen.Note("Context %q is that of another cluster, at %s; this one has %q.", embedded.Context, p.Other, p.Context)
	}
	if p.Before != p.Context {
		w.Screen.Note("Switched to context %q in %s", p.Context, p.File)
	}
	if p.Before != "" && p.Before != p.Context {
		w.Screen.Note("Hint: kubectl config use-context %s goes back.", p.Before)
	}
	w.Screen.Answer("Ready: %s", p.Context)
	return nil
}
