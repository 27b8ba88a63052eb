package catalogue

import (
	"context"
	"path"
	"strings"

	"github.com/spf13/cobra"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/chart/reference"
	"github.com/helm-dm/helm-dm/cmd/helm/localchart"
	"github.com/helm-dm/helm-dm/cmd/helm/world"
)

// CompleteCharts completes the references of charts, at most so many: those of
// the catalogue, their versions behind #, and paths on this machine.
func CompleteCharts(w *world.World, most int) cobra.CompletionFunc {
	known := w.Complete(most, find)
	return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		if reference.IsLocal(typed) && (most < 0 || len(args) < most) {
			return nil, cobra.ShellCompDirectiveDefault
		}
		return known(cmd, args, typed)
	}
}

// find looks for the charts whose references may begin as typed, written as
// typed: with helm: or without.
func find(ctx context.Context, s *world.Session, typed string) ([]string, error) {
	location, _, versions := strings.Cut(typed, "#")
	spec := v1alpha1.ChartSearchSpec{Versions: versions, Limit: v1alpha1.MaxSearchLimit}
	if strings.Contains(location, "/") && !strings.HasSuffix(location, "/") {
		spec.Pattern = path.Base(location)
	}
	found, err := s.Search(ctx, &v1alpha1.ChartSearch{Spec: spec})
	if err != nil {
		return nil, err
	}
	var all []string
	for _, c := range found.Status.Charts {
		text := c.Reference
		if !versions {
			text = localchart.Unversioned(text)
		}
		if !strings.HasPrefix(text, typed) {
			text = strings.TrimPrefix(text, "helm:")
		}
		all = append(all, text)
	}
	return all, nil
}
