package main

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/cmd/helm/world"
)

// completeTime bounds what a shell waits for a completion.
const completeTime = 3 * time.Second

// completeNames completes the names of deployments. A cluster that does not
// answer has none.
func completeNames(w *world.World) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, start string) ([]string, cobra.ShellCompDirective) {
		return namesFrom(cmd.Context(), w, args, start), cobra.ShellCompDirectiveNoFileComp
	}
}

// namesFrom are those names that begin with start and were not given yet.
func namesFrom(ctx context.Context, w *world.World, args []string, start string) []string {
	s, err := w.Open()
	if err != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, completeTime)
	defer cancel()
	list, err := s.Here().List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil
	}
	var names []string
	for _, d := range list.Items {
		if strings.HasPrefix(d.Name, start) && !slices.Contains(args, d.Name) {
			names = append(names, d.Name)
		}
	}
	return names
}
