package repository

import (
	"cmp"
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
		return credentialTable(w, list.Items, addresses(ctx, s))
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

// addresses are those of repositories by their names; of none for who may not list
// them.
func addresses(ctx context.Context, s *world.Session) map[string]string {
	all := map[string]string{}
	if list, err := s.Repositories().List(ctx, metav1.ListOptions{}); err == nil {
		for _, r := range list.Items {
			all[r.Name] = r.Spec.URL
		}
	}
	return all
}

// credentialTable answers with a table. Repositories whose address is not known are
// told by their names.
func credentialTable(w *world.World, items []v1alpha1.Credential, addresses map[string]string) error {
	var rows [][]string
	for _, c := range items {
		var users []string
		for _, name := range c.Status.UsedBy {
			users = append(users, cmp.Or(addresses[name], name))
		}
		rows = append(rows, []string{c.Name, c.Spec.Token, c.Status.Origin, strings.Join(users, ", "), w.Age(c.CreationTimestamp.Time)})
	}
	return w.Screen.Table([]string{"NAME", "TOKEN", "ORIGIN", "USED BY", "AGE"}, rows)
}
