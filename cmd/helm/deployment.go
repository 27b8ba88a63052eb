package main

import (
	"github.com/spf13/cobra"

	"github.com/helm-dm/helm-dm/cmd/helm/world"
)

func newDeployment(w *world.World) *cobra.Command {
	return group("deployment", "Look at deployments", newDeploymentList(w))
}
