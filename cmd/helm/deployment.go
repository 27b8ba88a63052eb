package main

import "github.com/spf13/cobra"

func newDeployment(w *world) *cobra.Command {
	return group("deployment", "Look at deployments", newDeploymentList(w))
}
