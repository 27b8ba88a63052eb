package main

import (
	"context"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/helm-dm/helm-dm/cmd/helm/embedded"
	"github.com/helm-dm/helm-dm/cmd/helm/world"
)

type localDownOptions struct {
	dir   *string
	purge bool
}

func newLocalDown(w *world.World, dir *string) *cobra.Command {
	o := &localDownOptions{dir: dir}
	cmd := &cobra.Command{
		Use:     "down",
		Short:   "Stop the manager and the cluster",
		Example: "  helm local down --purge",
		Args:    world.Wants(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return o.run(cmd.Context(), w)
		},
	}
	o.AddFlags(cmd.Flags())
	return cmd
}

// AddFlags declares the flags.
func (o *localDownOptions) AddFlags(flags *pflag.FlagSet) {
	flags.BoolVar(&o.purge, "purge", false, "remove all data, and the context from the kubeconfig")
}

func (o *localDownOptions) run(ctx context.Context, w *world.World) error {
	if _, err := w.Format(); err != nil {
		return err
	}
	cluster, err := localCluster(w, *o.dir)
	if err != nil {
		return err
	}
	ctx, cancel := w.Limited(ctx)
	defer cancel()
	status, err := (&embedded.Manager{Cluster: cluster}).Down(ctx, o.purge)
	if err != nil {
		return err
	}
	if o.purge {
		if err := embedded.Leave(w.Flags.Access.Kubeconfig, status.Server); err != nil {
			return err
		}
	}
	w.Screen.Answer("Stopped")
	return nil
}
