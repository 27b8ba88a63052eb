package catalogue

import (
	"context"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/helm-dm/helm-dm/chart/reference"
	"github.com/helm-dm/helm-dm/cmd/helm/folder"
	"github.com/helm-dm/helm-dm/cmd/helm/world"
)

// stdoutName stands for standard output where a file is expected.
const stdoutName = "-"

type paramsOptions struct {
	file    string
	version string
	force   bool
}

// NewParams is the command chart params.
func NewParams(w *world.World) *cobra.Command {
	o := &paramsOptions{}
	cmd := &cobra.Command{
		Use:   "params CHART...",
		Short: "Write a configuration file with the parameters of charts",
		Long: `Write a configuration file: the values.yaml of the chart, with its comments, below a line that says which chart it is
for. Edit it, and deploy with helm deploy -f values.yaml. Several charts make one YAML document each.

CHART is a reference such as helm:example.com/foo/bar#1.2.3; a folder or package on this machine begins with ., / or file:.`,
		Example:           "  helm chart params helm:example.com/foo/bar\n  helm chart params -f - --version ^1.2 helm:example.com/foo/bar",
		Args:              world.Wants(1, -1),
		ValidArgsFunction: CompleteCharts(w, -1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.run(cmd.Context(), w, args)
		},
	}
	o.AddFlags(cmd.Flags())
	return cmd
}

// AddFlags declares the flags.
func (o *paramsOptions) AddFlags(flags *pflag.FlagSet) {
	flags.StringVarP(&o.file, "file", "f", "values.yaml", "`FILE` to write, - for standard output")
	addVersion(flags, &o.version)
	flags.BoolVar(&o.force, "force", false, "replace a file that holds something else")
}

// run inspects all charts before it writes anything.
func (o *paramsOptions) run(ctx context.Context, w *world.World, charts []string) error {
	format, err := w.Format(world.FormatName)
	if err != nil {
		return err
	}
	s, err := w.Open()
	if err != nil {
		return err
	}
	ctx, cancel := w.Limited(ctx)
	defer cancel()
	var documents []string
	for _, chart := range charts {
		found, err := inspect(ctx, w, s, chart, o.version)
		if err != nil {
			return err
		}
		documents = append(documents, headed(chart, found.Status.Commented))
	}
	text := strings.Join(documents, "---\n")
	if o.file == stdoutName {
		w.Screen.AnswerLines(text)
		return nil
	}
	if err := folder.Write(o.file, []byte(text), o.force); err != nil {
		return err
	}
	if format == world.FormatName {
		w.Screen.Answer("%s", o.file)
	} else {
		w.Screen.Answer("Created: %s", o.file)
	}
	return nil
}

// headed lets the first line of a document lead back to a chart on this machine,
// which the manager forgets. A header is of one word: other paths stay with what
// the manager calls the chart.
func headed(chart, document string) string {
	first, rest, _ := strings.Cut(document, "\n")
	if !reference.IsLocal(chart) || strings.ContainsAny(chart, " \t") || !strings.HasPrefix(first, "# @chart ") {
		return document
	}
	return "# @chart " + chart + "\n" + rest
}
