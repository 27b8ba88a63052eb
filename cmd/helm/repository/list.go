package repository

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/cmd/helm/world"
)

// NewList is the command repo list.
func NewList(w *world.World) *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Aliases: []string{"ls"},
		Short:   "List the repositories of the manager",
		Long: `List the repositories of the manager, which reads them anew by itself.

With -o wide it tells how that went last. What a repository says of single charts and cannot be right is set aside, and
told on standard error.`,
		Example:           "  helm repo list -o wide",
		Args:              world.Wants(0, 0),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runList(cmd.Context(), w)
		},
	}
}

func runList(ctx context.Context, w *world.World) error {
	format, err := w.Format(world.FormatWide, world.FormatName, world.FormatJSON, world.FormatYAML)
	if err != nil {
		return err
	}
	s, err := w.Open()
	if err != nil {
		return err
	}
	ctx, cancel := w.Limited(ctx)
	defer cancel()
	list, err := s.Repositories().List(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("listing repositories: %w", err)
	}
	slices.SortFunc(list.Items, func(a, b v1alpha1.Repository) int { return strings.Compare(a.Spec.URL, b.Spec.URL) })
	switch {
	case format == world.FormatJSON || format == world.FormatYAML:
		return w.Print(format, list)
	case len(list.Items) == 0:
		w.Screen.Note("There are no repositories.")
		w.Screen.Note("Try: helm repo add URL")
	case format == world.FormatWide:
		return repositoryTable(w, list.Items)
	default:
		for _, r := range list.Items {
			if format == world.FormatName {
				w.Screen.Answer("%s", r.Name)
			} else {
				w.Screen.Answer("%s", r.Spec.URL)
			}
		}
	}
	return nil
}

// repositoryTable answers with a table, and notes what was set aside.
func repositoryTable(w *world.World, items []v1alpha1.Repository) error {
	var rows [][]string
	for _, r := range items {
		var refreshed time.Time
		if r.Status.Refreshed != nil {
			refreshed = r.Status.Refreshed.Time
		}
		rows = append(rows, []string{
			r.Spec.URL, r.Status.Kind, r.Spec.Credential, fmt.Sprint(r.Status.Charts), fmt.Sprint(r.Status.Versions),
			fmt.Sprint(r.Status.Broken), w.Age(refreshed), r.Status.Error,
		})
	}
	err := w.Screen.Table([]string{"URL", "KIND", "CREDENTIAL", "CHARTS", "VERSIONS", "SET ASIDE", "REFRESHED", "ERROR"}, rows)
	for _, r := range items {
		for _, f := range r.Status.Faults {
			w.Screen.Note("%s: set aside: %s", r.Spec.URL, f)
		}
	}
	return err
}
