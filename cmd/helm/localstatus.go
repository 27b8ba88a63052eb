package main

import (
	"github.com/spf13/cobra"

	"github.com/helm-dm/helm-dm/cmd/helm/embedded"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
)

func newLocalStatus(w *world, dir *string) *cobra.Command {
	return &cobra.Command{
		Use:     "status",
		Short:   "Tell whether the cluster and the manager run and are well",
		Example: "  helm local status",
		Args:    wants(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if _, err := w.format(); err != nil {
				return err
			}
			cluster, err := w.localCluster(*dir)
			if err != nil {
				return err
			}
			ctx, cancel := w.limited(cmd.Context())
			defer cancel()
			trouble, err := (&embedded.Manager{Cluster: cluster}).Trouble(ctx)
			if err != nil {
				return err
			}
			return tell(w, trouble)
		},
	}
}

func tell(w *world, trouble []string) error {
	if len(trouble) == 0 {
		w.screen.Answer("OK")
		return nil
	}
	for _, line := range trouble {
		w.screen.Answer("%s", line)
	}
	return fault.Told(fault.ExitFailed)
}
