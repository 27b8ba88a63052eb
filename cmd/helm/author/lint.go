package author

import (
	"context"
	"path"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/parameter"
	"github.com/helm-dm/helm-dm/cmd/helm/world"
	"github.com/helm-dm/helm-dm/render"
	"github.com/helm-dm/helm-dm/render/lint"
)

type lintOptions struct {
	parameters  parameter.Flags
	strict      bool
	subcharts   bool
	skipSchema  bool
	kubeVersion string
}

// linted is the answer about one chart in JSON.
type linted struct {
	Path     string         `json:"path"`
	Findings []lint.Finding `json:"findings"`
}

func newLint(w *world.World) *cobra.Command {
	o := &lintOptions{}
	cmd := &cobra.Command{
		Use:   "lint PATH...",
		Short: "Look for mistakes in charts",
		Long: `Look for mistakes in charts, in their files and in what their templates yield, and tell each with file and line.

Errors make the command fail; warnings do with --strict. Advice goes to standard error.`,
		Example:           "  helm lint ./mychart\n  helm lint --strict --kube-version 1.33 -f values.yaml ./mychart",
		Args:              world.Wants(1, -1),
		ValidArgsFunction: completePath,
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.run(cmd.Context(), w, args)
		},
	}
	o.AddFlags(cmd.Flags())
	cmd.Flags().StringVarP(&w.Flags.Access.Namespace, "namespace", "n", "", "`NAMESPACE` that templates are told; default that of the context")
	return cmd
}

// AddFlags declares the flags.
func (o *lintOptions) AddFlags(flags *pflag.FlagSet) {
	o.parameters.AddHelmFlags(flags)
	flags.BoolVar(&o.strict, "strict", false, "fail on warnings too")
	flags.BoolVar(&o.subcharts, "with-subcharts", false, "look at the charts in charts/ too")
	flags.BoolVar(&o.skipSchema, "skip-schema-validation", false, "do not check the values against values.schema.json")
	flags.StringVar(&o.kubeVersion, "kube-version", kubeVersion, "Kubernetes `VERSION` that templates are told, and that deprecations are looked up for")
}

func (o *lintOptions) run(ctx context.Context, w *world.World, paths []string) error {
	format, err := w.Format(world.FormatJSON, world.FormatYAML)
	if err != nil {
		return err
	}
	version, err := render.ParseKubeVersion(o.kubeVersion)
	if err != nil {
		return fault.Usage("reading --kube-version: %w", err)
	}
	values, err := o.parameters.Values(w.In)
	if err != nil {
		return err
	}
	namespace, err := w.Namespace()
	if err != nil {
		return err
	}
	options := lint.Options{Values: values, Namespace: namespace, Kubernetes: version, SkipSchema: o.skipSchema}
	var all []linted
	for _, path := range paths {
		subject, err := subject(path)
		if err != nil {
			return err
		}
		all = append(all, o.look(ctx, path, subject, options)...)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return o.answer(w, format, all)
}

// look lints a chart and, if asked to, those in it, with their part of the values.
func (o *lintOptions) look(ctx context.Context, shown string, subject lint.Subject, options lint.Options) []linted {
	all := []linted{{shown, lint.Run(ctx, subject, options)}}
	if !o.subcharts || subject.Chart == nil {
		return all
	}
	for _, sub := range subject.Chart.Dependencies() {
		own := options
		own.Values, _ = options.Values[sub.Name()].(map[string]any)
		all = append(all, o.look(ctx, path.Join(shown, "charts", sub.Name()), lint.Subject{Files: sub.Raw(), Chart: sub}, own)...)
	}
	return all
}

// answer tells the findings, and fails if they are bad enough.
func (o *lintOptions) answer(w *world.World, format string, all []linted) error {
	var worst []lint.Finding
	for _, one := range all {
		worst = append(worst, one.Findings...)
	}
	severity := lint.Worst(worst)
	failed := severity == lint.Error || o.strict && severity == lint.Warning
	if format != world.FormatText {
		if err := w.Print(format, all); err != nil {
			return err
		}
	} else {
		tell(w, all)
		if severity != lint.Error && severity != lint.Warning {
			w.Screen.Answer("OK")
		}
	}
	if failed {
		return fault.Told(fault.ExitFailed)
	}
	return nil
}

func tell(w *world.World, all []linted) {
	for _, one := range all {
		for _, f := range one.Findings {
			place := filepath.Join(one.Path, filepath.FromSlash(f.Place()))
			if f.Severity == lint.Info {
				w.Screen.Note("%s: %s: %s", place, f.Severity, f.Message)
			} else {
				w.Screen.Answer("%s: %s: %s", place, f.Severity, f.Message)
			}
		}
	}
}

// subject reads what is to be linted. What keeps a chart from loading is a
// finding; what keeps its files from being read is an error.
func subject(path string) (lint.Subject, error) {
	info, err := stat(path)
	if err != nil {
		return lint.Subject{}, err
	}
	var files []chart.File
	if info.IsDir() {
		if files, err = chart.ReadDir(path, chart.Limits{}); err != nil {
			return salvaged(path, err)
		}
	} else if files, err = unpack(path); err != nil {
		return lint.Subject{}, misloaded(path, err)
	}
	c, err := chart.LoadFiles(files, chart.Limits{})
	return lint.Subject{Files: files, Chart: c, Err: err}, nil
}
