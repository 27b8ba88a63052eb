package repository

import (
	"context"

	"github.com/spf13/cobra"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/client"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/world"
	"github.com/helm-dm/helm-dm/repo"
)

// NewRemove is the command repo rm.
func NewRemove(w *world.World) *cobra.Command {
	return &cobra.Command{
		Use:               "rm URL",
		Aliases:           []string{"remove"},
		Short:             "Let the manager forget a repository",
		Long:              "Let the manager forget a repository. What was deployed from it stays, and can be deployed anew.",
		Example:           "  helm repo rm https://charts.example.com",
		Args:              world.Wants(1, 1),
		ValidArgsFunction: completeRepositories(w, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runRemove(cmd.Context(), w, args[0])
		},
	}
}

func runRemove(ctx context.Context, w *world.World, url string) error {
	format, err := w.Format(world.FormatName, world.FormatJSON, world.FormatYAML)
	if err != nil {
		return err
	}
	at, err := repo.ParseLocation(url)
	if err != nil {
		return err
	}
	s, err := w.Open()
	if err != nil {
		return err
	}
	ctx, cancel := w.Limited(ctx)
	defer cancel()
	there, err := s.Repositories().Get(ctx, at.Name())
	switch {
	case client.KindOf(err) == client.KindNotFound:
		return fault.NotFound("there is no repository %q", at).Mend("helm repo list")
	case err != nil:
		return err // which names the repository
	case there.Spec.URL != at.String(): // one at the same place has the same name
		return fault.NotFound("there is no repository %q", at).Mend("helm repo rm %s", there.Spec.URL)
	}
	only := metav1.DeleteOptions{Preconditions: metav1.NewUIDPreconditions(string(there.UID))}
	if err := s.Repositories().Delete(ctx, there.Name, only); err != nil {
		return fault.Because("removing repository %q: %w", at, err)
	}
	return answer(w, format, there.Name, there, "Removed %s", there.Spec.URL)
}
