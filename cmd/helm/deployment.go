package main

import (
	"github.com/spf13/cobra"

	"github.com/helm-dm/helm-dm/cmd/helm/world"
)

func newDeployment(w *world.World) *cobra.Command {
	cmd := group("deployment", "Look at deployments", newDeploymentList(w))
	cmd.Example = "  helm deployment list -o wide"
	return cmd
}
