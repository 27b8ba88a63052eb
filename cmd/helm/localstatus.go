package main

import (
	"github.com/spf13/cobra"

	"github.com/helm-dm/helm-dm/cmd/helm/embedded"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/world"
)

func newLocalStatus(w *world.World, dir *string) *cobra.Command {
	return &cobra.Command{
		Use:     "status",
		Short:   "Tell whether the cluster and the manager run and are well",
		Example: "  helm local status",
		Args:    world.Wants(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if _, err := w.Format(); err != nil {
				return err
			}
			cluster, err := localCluster(w, *dir)
			if err != nil {
				return err
			}
			ctx, cancel := w.Limited(cmd.Context())
			defer cancel()
			trouble, err := (&embedded.Manager{Cluster: cluster}).Trouble(ctx)
			if err != nil {
				return err
			}
			return tell(w, trouble)
		},
	}
}

func tell(w *world.World, trouble []string) error {
	if len(trouble) == 0 {
		w.Screen.Answer("OK")
		return nil
	}
	for _, line := range trouble {
		w.Screen.Answer("%s", line)
	}
	return fault.Told(fault.ExitFailed)
}
