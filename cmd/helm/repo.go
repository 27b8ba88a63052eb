package main

import (
	"github.com/spf13/cobra"

	"github.com/helm-dm/helm-dm/cmd/helm/repository"
	"github.com/helm-dm/helm-dm/cmd/helm/world"
)

func newRepo(w *world.World) *cobra.Command {
	cmd := group("repo", "Say where the manager finds charts", repository.NewAdd(w), repository.NewList(w), repository.NewRemove(w))
	cmd.Example = "  helm repo add https://charts.example.com\n  helm repo list -o wide"
	return cmd
}
