package repository

import (
	"context"

	"github.com/spf13/cobra"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/cmd/helm/world"
)

// completeRepositories completes the addresses of repositories.
func completeRepositories(w *world.World, most int) cobra.CompletionFunc {
	return w.Complete(most, func(ctx context.Context, s *world.Session, _ string) ([]string, error) {
		list, err := s.Repositories().List(ctx, metav1.ListOptions{})
		if err != nil {
			return nil, err
		}
		var all []string
		for _, r := range list.Items {
			all = append(all, r.Spec.URL)
		}
		return all, nil
	})
}

// completeCredentials completes the names of credentials.
func completeCredentials(w *world.World, most int) cobra.CompletionFunc {
	return w.Complete(most, func(ctx context.Context, s *world.Session, _ string) ([]string, error) {
		list, err := s.Credentials().List(ctx, metav1.ListOptions{})
		if err != nil {
			return nil, err
		}
		var all []string
		for _, c := range list.Items {
			all = append(all, c.Name)
		}
		return all, nil
	})
}
