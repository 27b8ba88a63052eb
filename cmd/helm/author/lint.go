package author

import (
	"context"
	"errors"
	"path"
	"path/filepath"
	"slices"

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
	cmd.Flags().StringVarP(&w.Flags.Access.Namespace, "namespace", "n", "", "`NAMESPACE` that templates are told; default $HELM_NAMESPACE, else that of the context")
	borrow(cmd, w)
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
	all := []linted{} // which JSON shows as a list, even an empty one
	var failed []error
	err = within(ctx, w, "linting", func(ctx context.Context, began func(string)) error {
		options.Began = began
		for _, path := range paths {
			subject, err := subject(path)
			if err != nil {
				failed = append(failed, err)
				continue
			}
			all = append(all, o.look(ctx, path, subject, options)...)
		}
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	return o.answer(w, format, untwice(all), errors.Join(failed...))
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

// untwice leaves out what is told of the same place of a subchart once more.
func untwice(all []linted) []linted {
	told := map[string]bool{}
	for i := range all {
		all[i].Findings = slices.DeleteFunc(all[i].Findings, func(f lint.Finding) bool {
			key := filepath.Join(all[i].Path, f.Place()) + ": " + f.Message
			again := told[key]
			told[key] = true
			return again && f.Place() != ""
		})
	}
	return all
}

// answer tells the findings, and fails if they are bad enough or not all charts
// could be looked at.
func (o *lintOptions) answer(w *world.World, format string, all []linted, failed error) error {
	var findings []lint.Finding
	for _, one := range all {
		findings = append(findings, one.Findings...)
	}
	severity := lint.Worst(findings)
	switch {
	case format != world.FormatText:
		if err := w.Print(format, all); err != nil {
			return err
		}
	case severity == lint.Error, severity == lint.Warning, failed != nil:
		tell(w, all)
	default:
		tell(w, all)
		w.Screen.Answer("OK")
	}
	if failed == nil && (severity == lint.Error || o.strict && severity == lint.Warning) {
		return fault.Told(fault.ExitFailed)
	}
	return failed
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
