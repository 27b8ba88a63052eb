package repository

import (
	"context"

	"github.com/spf13/cobra"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/client"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/world"
)

// NewCredentialRemove is the command credential rm.
func NewCredentialRemove(w *world.World) *cobra.Command {
	return &cobra.Command{
		Use:               "rm NAME",
		Aliases:           []string{"remove"},
		Short:             "Let the manager forget a credential that no repository uses",
		Example:           "  helm credential rm team-key",
		Args:              world.Wants(1, 1),
		ValidArgsFunction: completeCredentials(w, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runCredentialRemove(cmd.Context(), w, args[0])
		},
	}
}

func runCredentialRemove(ctx context.Context, w *world.World, name string) error {
	format, err := w.Format(world.FormatName)
	if err != nil {
		return err
	}
	if err := world.CheckSegment("the name", name); err != nil {
		return err
	}
	s, err := w.Open()
	if err != nil {
		return err
	}
	ctx, cancel := w.Limited(ctx)
	defer cancel()
	err = s.Credentials().Delete(ctx, name, metav1.DeleteOptions{})
	switch {
	case client.KindOf(err) == client.KindNotFound:
		return fault.NotFound("there is no credential %q", name).Mend("helm credential list")
	case err != nil:
		return err // which names the credential
	}
	return answer(w, format, name, nil, "Removed %s", name)
}
