package main

import (
	"github.com/spf13/cobra"

	"github.com/helm-dm/helm-dm/cmd/helm/repository"
	"github.com/helm-dm/helm-dm/cmd/helm/world"
)

func newCredential(w *world.World) *cobra.Command {
	cmd := group("credential", "Say what the manager opens repositories with",
		repository.NewCredentialAdd(w), repository.NewCredentialList(w), repository.NewCredentialRemove(w))
	cmd.Example = "  helm credential add --name team-key robot -\n  helm repo add -c team-key s3://team-charts"
	return cmd
}
