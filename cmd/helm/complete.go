package main

import (
	"context"

	"github.com/spf13/cobra"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/cmd/helm/world"
)

// completeNames completes the names of deployments, at most so many of them.
func completeNames(w *world.World, most int) cobra.CompletionFunc {
	return w.Complete(most, func(ctx context.Context, s *world.Session, _ string) ([]string, error) {
		list, err := s.Here().List(ctx, metav1.ListOptions{})
		if err != nil {
			return nil, err
		}
		var names []string
		for _, d := range list.Items {
			names = append(names, d.Name)
		}
		return names, nil
	})
}
