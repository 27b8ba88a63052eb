package catalogue

import (
	"context"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/world"
)

type showOptions struct {
	version string
	values  bool
	readme  bool
	all     bool
}

// NewShow is the command chart show.
func NewShow(w *world.World) *cobra.Command {
	o := &showOptions{}
	cmd := &cobra.Command{
		Use:   "show CHART",
		Short: "Show the parameters of a chart, its values and its readme",
		Long: `Show the parameters of a chart, from its schema and from the comments of its values.yaml.

CHART is a reference such as helm:example.com/foo/bar#1.2.3; a folder or package on this machine begins with ., / or file:.`,
		Example:           "  helm chart show helm:example.com/foo/bar\n  helm chart show --values --version ^1.2 helm:example.com/foo/bar\n  helm chart show -o wide ./mychart",
		Args:              world.Wants(1, 1),
		ValidArgsFunction: CompleteCharts(w, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.run(cmd.Context(), w, args[0])
		},
	}
	o.AddFlags(cmd.Flags())
	return cmd
}

// AddFlags declares the flags.
func (o *showOptions) AddFlags(flags *pflag.FlagSet) {
	addVersion(flags, &o.version)
	flags.BoolVar(&o.values, "values", false, "show values.yaml")
	flags.BoolVar(&o.readme, "readme", false, "show the readme")
	flags.BoolVar(&o.all, "all", false, "show parameters, values and readme")
}

// addVersion declares the flag that chooses a version.
func addVersion(flags *pflag.FlagSet, version *string) {
	flags.StringVar(version, "version", "", "`RANGE` of versions, or one, to choose from in the chart's repository; default is the newest stable one")
}

func (o *showOptions) run(ctx context.Context, w *world.World, text string) error {
	format, err := w.Format(world.FormatWide, world.FormatName, world.FormatJSON, world.FormatYAML)
	if err != nil {
		return err
	}
	if o.all && (o.values || o.readme) {
		return fault.Usage("--all shows what --values and --readme do: one of them is too much")
	}
	s, err := w.Open()
	if err != nil {
		return err
	}
	ctx, cancel := w.Limited(ctx)
	defer cancel()
	found, err := inspect(ctx, w, s, text, o.version)
	if err != nil {
		return err
	}
	switch format {
	case world.FormatName:
		w.Screen.Answer("%s", found.Status.Chart.Reference)
		return nil
	case world.FormatJSON, world.FormatYAML:
		return w.Print(format, found)
	}
	return o.answer(w, found.Status, format == world.FormatWide)
}

// answer shows the parts that were asked for, under headings where they are
// several.
func (o *showOptions) answer(w *world.World, found v1alpha1.ChartInspectionStatus, wide bool) error {
	if o.all || !o.values && !o.readme {
		if err := parameters(w, found, wide); err != nil {
			return err
		}
	}
	headed := o.all || o.values && o.readme
	for _, part := range []struct {
		wanted     bool
		name, text string
	}{
		{o.all || o.values, "values.yaml", found.Values},
		{o.all || o.readme, "README", found.Readme},
	} {
		if !part.wanted {
			continue
		}
		if headed {
			w.Screen.Answer("--- %s", part.name)
		}
		if strings.TrimSpace(part.text) == "" {
			w.Screen.Note("The chart %s has no %s.", found.Chart.Name, part.name)
		}
		w.Screen.AnswerLines(part.text)
	}
	return nil
}
