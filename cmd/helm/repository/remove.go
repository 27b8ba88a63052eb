package repository

import (
	"context"

	"github.com/spf13/cobra"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/helm-dm/helm-dm/client"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/world"
	"github.com/helm-dm/helm-dm/repo"
)

// NewRemove is the command repo rm.
func NewRemove(w *world.World) *cobra.Command {
	return &cobra.Command{
		Use:     "rm URL...",
		Aliases: []string{"remove"},
		Short:   "Let the manager forget repositories",
		Long: `Let the manager forget repositories. What was deployed from them stays, and can be deployed anew.

URL is the address of a repository, or its name as helm repo list -o name has it.`,
		Example:           "  helm repo rm https://charts.example.com",
		Args:              world.Wants(1, -1),
		ValidArgsFunction: completeRepositories(w, -1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runRemove(cmd.Context(), w, args)
		},
	}
}

// doomed is a repository to remove: the name of the object, and what it was called.
type doomed struct{ name, called string }

// parseDoomed reads an address, or the name of an object.
func parseDoomed(text string) (doomed, error) {
	if len(validation.IsDNS1123Subdomain(text)) == 0 {
		return doomed{text, text}, nil
	}
	at, err := repo.ParseLocation(text)
	return doomed{at.Name(), at.String()}, err
}

// runRemove goes on after a failure; the exit code is that of the first one.
func runRemove(ctx context.Context, w *world.World, args []string) error {
	format, err := w.Format(world.FormatName, world.FormatJSON, world.FormatYAML)
	if err != nil {
		return err
	}
	all := make([]doomed, len(args))
	for i, text := range args {
		if all[i], err = parseDoomed(text); err != nil {
			return err
		}
	}
	s, err := w.Open()
	if err != nil {
		return err
	}
	ctx, cancel := w.Limited(ctx)
	defer cancel()
	first := fault.ExitDone
	for _, one := range all {
		if code := w.Report(one.remove(ctx, w, s, format)); first == fault.ExitDone {
			first = code
		}
	}
	if first != fault.ExitDone {
		return fault.Told(first)
	}
	return nil
}

func (d doomed) remove(ctx context.Context, w *world.World, s *world.Session, format string) error {
	there, err := s.Repositories().Get(ctx, d.name)
	switch {
	case client.KindOf(err) == client.KindNotFound:
		return fault.NotFound("there is no repository %q", d.called).Mend("helm repo list")
	case err != nil:
		return err // which names the repository
	case there.Spec.URL != d.called && there.Name != d.called: // one at the same place has the same name
		return fault.NotFound("there is no repository %q", d.called).Mend("helm repo rm %s", there.Spec.URL)
	}
	only := metav1.DeleteOptions{Preconditions: metav1.NewUIDPreconditions(string(there.UID))}
	if err := s.Repositories().Delete(ctx, there.Name, only); err != nil {
		return fault.Because("removing repository %q: %w", there.Spec.URL, err)
	}
	return answer(w, format, there.Name, there, "Removed %s", there.Spec.URL)
}
