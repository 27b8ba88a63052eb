package repository

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/cmd/helm/world"
)

// NewCredentialList is the command credential list.
func NewCredentialList(w *world.World) *cobra.Command {
	return &cobra.Command{
		Use:               "list [PATTERN]",
		Aliases:           []string{"ls"},
		Short:             "List the credentials of the manager",
		Long:              "List the credentials of the manager, never with their secrets. PATTERN is a part of the name or, with *, ? or [, all of it.",
		Example:           "  helm credential list 'team-*' -o wide",
		Args:              world.Wants(0, 1),
		ValidArgsFunction: completeCredentials(w, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runCredentialList(cmd.Context(), w, strings.Join(args, ""))
		},
	}
}

func runCredentialList(ctx context.Context, w *world.World, pattern string) error {
	format, err := w.Format(world.FormatWide, world.FormatName, world.FormatJSON, world.FormatYAML)
	if err != nil {
		return err
	}
	if err := world.CheckPattern(pattern); err != nil {
		return err
	}
	s, err := w.Open()
	if err != nil {
		return err
	}
	ctx, cancel := w.Limited(ctx)
	defer cancel()
	list, err := s.Credentials().List(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("listing credentials: %w", err)
	}
	list.Items = slices.DeleteFunc(list.Items, func(c v1alpha1.Credential) bool { return !world.Matches(pattern, c.Name) })
	slices.SortFunc(list.Items, func(a, b v1alpha1.Credential) int { return strings.Compare(a.Name, b.Name) })
	switch {
	case format == world.FormatJSON || format == world.FormatYAML:
		return w.Print(format, list)
	case len(list.Items) == 0:
		w.Screen.Note("No credentials found.")
	case format == world.FormatWide:
		return credentialTable(w, list.Items)
	default:
		for _, c := range list.Items {
			if format == world.FormatName {
				w.Screen.Answer("%s", c.Name)
			} else {
				w.Screen.Answer("%s: %s", c.Name, c.Spec.Token)
			}
		}
	}
	return nil
}

// credentialTable answers with a table.
func credentialTable(w *world.World, items []v1alpha1.Credential) error {
	var rows [][]string
	for _, c := range items {
		rows = append(rows, []string{c.Name, c.Spec.Token, c.Status.Origin, strings.Join(c.Status.UsedBy, ", "), w.Age(c.CreationTimestamp.Time)})
	}
	return w.Screen.Table([]string{"NAME", "TOKEN", "BOUND TO", "USED BY", "AGE"}, rows)
}
