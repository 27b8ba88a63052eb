package author

import (
	"cmp"
	"context"
	"errors"
	"io"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/parameter"
	"github.com/helm-dm/helm-dm/cmd/helm/world"
	"github.com/helm-dm/helm-dm/render"
)

// kubeVersion is what templates are told where --kube-version is not given: the
// version of the Kubernetes libraries that this program is built with (S27).
const kubeVersion = "v1.37.0"

// testEvent is the event of hooks that are tests (S43).
const testEvent = "test"

type templateOptions struct {
	parameters  parameter.Flags
	release     releaseOptions
	showOnly    []string
	outputDir   string
	releaseName bool
	force       bool
	includeCRDs bool
	noHooks     bool
	skipTests   bool
	skipSchema  bool
	notes       bool
	debug       bool
	kubeVersion string
	apiVersions []string
}

func newTemplate(w *world.World) *cobra.Command {
	o := &templateOptions{}
	cmd := &cobra.Command{
		Use:   "template [NAME] PATH",
		Short: "Render a chart on this machine",
		Long: `Render a chart on this machine, byte for byte as Helm 4 does, and print the manifests.

PATH is a folder or a package. No cluster is asked: lookup finds nothing, and templates see the Kubernetes version and
the API versions that the flags name.`,
		Example:           "  helm template taco-tuesday ./mychart -f values.yaml\n  helm template ./mychart -s templates/service.yaml --kube-version 1.33",
		Args:              world.Wants(1, 2),
		ValidArgsFunction: completePath,
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.run(cmd.Context(), w, args)
		},
	}
	o.AddFlags(cmd.Flags())
	cmd.Flags().StringVarP(&w.Flags.Access.Namespace, "namespace", "n", "", "`NAMESPACE` of the release; default $HELM_NAMESPACE, else that of the context")
	borrowDryRun(cmd.Flags())
	borrow(cmd, w, remote(), installing())
	return cmd
}

// AddFlags declares the flags.
func (o *templateOptions) AddFlags(flags *pflag.FlagSet) {
	o.parameters.AddHelmFlags(flags)
	o.release.AddFlags(flags)
	flags.StringArrayVarP(&o.showOnly, "show-only", "s", nil, "print what this `TEMPLATE` yields alone, a path in the chart or a pattern; may be repeated")
	flags.StringVar(&o.outputDir, "output-dir", "", "write a file for each template below `FOLDER` instead of printing them")
	flags.BoolVar(&o.releaseName, "release-name", false, "with --output-dir: in a folder named like the release")
	flags.BoolVar(&o.force, "force", false, "with --output-dir: replace files that hold something else")
	flags.BoolVar(&o.includeCRDs, "include-crds", false, "print the files of crds/ too")
	flags.BoolVar(&o.noHooks, "no-hooks", false, "leave hooks out")
	flags.BoolVar(&o.skipTests, "skip-tests", false, "leave test hooks out")
	flags.BoolVar(&o.skipSchema, "skip-schema-validation", false, "do not check the values against values.schema.json")
	flags.BoolVar(&o.notes, "render-subchart-notes", false, "render the notes of subcharts too; no notes are printed")
	flags.BoolVar(&o.debug, "debug", false, "print what the templates yield before an error about it")
	flags.StringVar(&o.kubeVersion, "kube-version", kubeVersion, "Kubernetes `VERSION` that templates are told")
	flags.StringSliceVarP(&o.apiVersions, "api-versions", "a", nil, "further `GROUP/VERSION,...` that templates are told; may be repeated")
}

func (o *templateOptions) run(ctx context.Context, w *world.World, args []string) error {
	if _, err := w.Format(); err != nil {
		return err
	}
	path := args[len(args)-1]
	release, err := o.release.settle(args[:len(args)-1])
	if err != nil {
		return err
	}
	if release.Namespace, err = w.Namespace(); err != nil {
		return err
	}
	values, err := o.parameters.Values(w.In)
	if err != nil {
		return err
	}
	c, err := load(path)
	if err != nil {
		return err
	}
	if err := CheckDependencies(path, c); err != nil {
		return err
	}
	var p printout
	err = within(ctx, w, "rendering", func(ctx context.Context, began func(string)) (err error) {
		p, err = o.render(ctx, c, values, release, began)
		return err
	})
	if ended := ctx.Err(); ended != nil || fault.ExitCode(err) == fault.ExitTimeout {
		return cmp.Or(ended, err) // p is left behind
	}
	if err != nil && o.debug {
		return errors.Join(p.write(w.Screen.Out), err)
	}
	if err != nil {
		return err
	}
	if o.outputDir != "" {
		return o.write(w, p, release.Name)
	}
	if o.showOnly == nil {
		return p.write(w.Screen.Out)
	}
	chosen, err := p.only(o.showOnly)
	if err != nil {
		return err
	}
	_, err = io.WriteString(w.Screen.Out, chosen)
	return err
}

// render returns what is to be printed; with an error that is all that the
// templates yield, if they do at all.
func (o *templateOptions) render(ctx context.Context, c *chart.Chart, values map[string]any, release render.Release, began func(string)) (printout, error) {
	version, err := render.ParseKubeVersion(o.kubeVersion)
	if err != nil {
		return printout{}, fault.Usage("reading --kube-version: %w", err)
	}
	prepared := render.Prepare(c)
	options := render.Options{
		Release:       release,
		Capabilities:  render.Offline(version, o.apiVersions...),
		SkipSchema:    o.skipSchema,
		SubchartNotes: o.notes,
		Began:         began,
	}
	out, err := prepared.Render(ctx, values, options)
	if err != nil && o.debug {
		texts, _ := prepared.Texts(ctx, values, options) // err tells what is wrong with them
		return unsorted(texts), misrendered(c, err)
	}
	if err != nil {
		return printout{}, misrendered(c, err)
	}
	p := printout{manifests: out.Manifests}
	if o.includeCRDs {
		p.manifests = append(out.CRDs, out.Manifests...)
	}
	for _, hook := range out.Hooks {
		test := slices.Contains(hook.Events, testEvent)
		if !o.noHooks && (!o.skipTests || !test) {
			p.hooks = append(p.hooks, hook.Manifest)
		}
	}
	return p, nil
}

func (o *templateOptions) write(w *world.World, p printout, release string) error {
	documents, err := p.onlyFiles(o.showOnly)
	if err != nil {
		return err
	}
	folder := o.outputDir
	if o.releaseName {
		folder = filepath.Join(folder, release)
	}
	return writeTo(w, folder, documents, o.force)
}
