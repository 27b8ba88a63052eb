package main

import (
	"github.com/spf13/cobra"

	"github.com/helm-dm/helm-dm/cmd/helm/catalogue"
	"github.com/helm-dm/helm-dm/cmd/helm/world"
)

func newChart(w *world.World) *cobra.Command {
	cmd := group("chart", "Look into charts", catalogue.NewShow(w), catalogue.NewParams(w))
	cmd.Example = "  helm chart show helm:example.com/foo/bar\n  helm chart params helm:example.com/foo/bar"
	return cmd
}
