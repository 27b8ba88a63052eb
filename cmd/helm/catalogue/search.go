package catalogue

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/localchart"
	"github.com/helm-dm/helm-dm/cmd/helm/world"
)

type searchOptions struct {
	versions bool
	limit    int32
}

// NewSearch is the command search.
func NewSearch(w *world.World) *cobra.Command {
	o := &searchOptions{}
	cmd := &cobra.Command{
		Use:   "search PATTERN...",
		Short: "Search the charts of all repositories",
		Long: `Search the names, descriptions, keywords and maintainers of the charts of all repositories.

PATTERN is a word, or several: then all of them have to match. With *, ? or [ it is a glob that has to match the whole
name or, if it has a slash, HOST/BUCKET/NAME.

Charts called PATTERN come first, then those whose name begins with it, then all others that match; deprecated charts
come last. An empty PATTERN, '', matches every chart.`,
		Example:           "  helm search wordpress\n  helm search web server\n  helm search 'charts.example.com/*/*' --versions -o wide",
		Args:              searchArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.run(cmd.Context(), w, strings.Join(args, " "))
		},
	}
	o.AddFlags(cmd.Flags())
	return cmd
}

// searchArgs knows the commands of Helm's that are below its search.
func searchArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 1 && slices.Contains([]string{"hub", "repo"}, args[0]) {
		return fault.Usage("there is no command %q", "helm search "+args[0]).Mend("helm search %s", strings.Join(args[1:], " "))
	}
	return world.Wants(1, -1)(cmd, args)
}

// AddFlags declares the flags.
func (o *searchOptions) AddFlags(flags *pflag.FlagSet) {
	flags.BoolVarP(&o.versions, "versions", "l", false, "every version, not the newest alone")
	flags.Int32Var(&o.limit, "limit", v1alpha1.DefaultSearchLimit, fmt.Sprintf("find at most `N` charts, or versions; up to %d", v1alpha1.MaxSearchLimit))
}

func (o *searchOptions) run(ctx context.Context, w *world.World, pattern string) error {
	format, err := w.Format(world.FormatWide, world.FormatName, world.FormatJSON, world.FormatYAML)
	if err != nil {
		return err
	}
	if o.limit < 1 || o.limit > v1alpha1.MaxSearchLimit {
		return fault.Usage("--limit %d is not from 1 to %d", o.limit, v1alpha1.MaxSearchLimit)
	}
	s, err := w.Open()
	if err != nil {
		return err
	}
	ctx, cancel := w.Limited(ctx)
	defer cancel()
	found, err := s.Search(ctx, &v1alpha1.ChartSearch{Spec: v1alpha1.ChartSearchSpec{Pattern: pattern, Versions: o.versions, Limit: o.limit}})
	if err != nil {
		return fault.Because("searching %q: %w", pattern, err)
	}
	if err := o.answer(w, format, found); err != nil {
		return err
	}
	o.note(w, pattern, found.Status)
	return nil
}

func (o *searchOptions) answer(w *world.World, format string, found *v1alpha1.ChartSearch) error {
	charts := found.Status.Charts
	switch {
	case format == world.FormatJSON || format == world.FormatYAML:
		return w.Print(format, found)
	case len(charts) == 0:
	case format == world.FormatWide:
		var rows [][]string
		for _, c := range charts {
			deprecated := ""
			if c.Deprecated {
				deprecated = "yes"
			}
			rows = append(rows, []string{localchart.Unversioned(c.Reference), c.Version, c.AppVersion, deprecated, c.Description})
		}
		return w.Screen.Table([]string{"CHART", "VERSION", "APP VERSION", "DEPRECATED", "DESCRIPTION"}, rows)
	default:
		for _, c := range charts {
			w.Screen.Answer("%s", o.line(c, format))
		}
	}
	return nil
}

func (o *searchOptions) line(c v1alpha1.FoundChart, format string) string {
	switch {
	case o.versions:
		return c.Reference
	case format == world.FormatName || c.Description == "":
		return localchart.Unversioned(c.Reference)
	}
	return localchart.Unversioned(c.Reference) + " - " + c.Description
}

// note tells what the answer alone does not.
func (o *searchOptions) note(w *world.World, pattern string, found v1alpha1.ChartSearchStatus) {
	switch {
	case len(found.Charts) == 0:
		w.Screen.Note("No charts found for %q.", pattern)
		if pattern != "" {
			w.Screen.Note("Try: helm search '', for all charts that there are")
		}
	case found.More > 0 && o.limit < v1alpha1.MaxSearchLimit:
		w.Screen.Note("%d more match.", found.More)
		w.Screen.Note("Try: --limit %d, or more of the name", min(int64(o.limit)+found.More, v1alpha1.MaxSearchLimit))
	case found.More > 0:
		w.Screen.Note("%d more match.", found.More)
		w.Screen.Note("Try: more of the name")
	}
}
