package author

import (
	"bytes"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/world"
)

type packageOptions struct {
	destination string
	version     string
	appVersion  string
	update      bool
	force       bool
}

func newPackage(w *world.World) *cobra.Command {
	o := &packageOptions{}
	cmd := &cobra.Command{
		Use:   "package PATH...",
		Short: "Make packages of charts",
		Long: `Make the package NAME-VERSION.tgz of each chart. The same files always make the same bytes, wherever and whenever.

Packages of the chart that lie in its own folder are left out.`,
		Example:           "  helm package ./mychart\n  helm package -d ./dist --version 1.2.3 ./mychart",
		Args:              world.Wants(1, -1),
		ValidArgsFunction: completePath,
		RunE: func(_ *cobra.Command, args []string) error {
			return o.run(w, args)
		},
	}
	o.AddFlags(cmd.Flags())
	return cmd
}

// AddFlags declares the flags.
func (o *packageOptions) AddFlags(flags *pflag.FlagSet) {
	flags.StringVarP(&o.destination, "destination", "d", ".", "`FOLDER` for the packages; made if it is missing")
	flags.StringVar(&o.version, "version", "", "`VERSION` of the chart, in place of the one in Chart.yaml")
	flags.StringVar(&o.appVersion, "app-version", "", "`VERSION` of the application, in place of the one in Chart.yaml")
	flags.BoolVarP(&o.update, "dependency-update", "u", false, "not possible here")
	flags.BoolVar(&o.force, "force", false, "replace a package that holds something else")
	flags.Lookup("dependency-update").Hidden = true
}

// run makes all packages before it writes the first one.
func (o *packageOptions) run(w *world.World, paths []string) error {
	if _, err := w.Format(); err != nil {
		return err
	}
	if o.update {
		return fault.Usage("--dependency-update is not possible: this command works on this machine alone").
			Mend("put the packages of the dependencies into the chart's folder charts")
	}
	names, packages := []string{}, [][]byte{}
	for _, one := range paths {
		name, data, err := o.pack(one)
		if err != nil {
			return err
		}
		names, packages = append(names, filepath.Join(o.destination, name)), append(packages, data)
	}
	for i, name := range names {
		if o.force {
			break
		}
		if err := vacant(name, holds(packages[i])); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(o.destination, folderMode); err != nil {
		return fault.Because("making the folder %q: %w", o.destination, err)
	}
	for i, name := range names {
		if err := place(name, packages[i]); err != nil {
			return err
		}
		w.Screen.Answer("Created %s", name)
	}
	return nil
}

// pack makes the package of the chart in a folder or package.
func (o *packageOptions) pack(folder string) (name string, data []byte, err error) {
	c, err := load(folder)
	if err != nil {
		return "", nil, err
	}
	if err := missing(folder, c); err != nil {
		return "", nil, err
	}
	if c, err = withoutPackages(c); err != nil {
		return "", nil, misloaded(folder, err)
	}
	if o.version != "" || o.appVersion != "" {
		if c, err = c.WithVersion(o.version, o.appVersion); err != nil {
			return "", nil, fault.Because("packaging chart %q: %w", folder, err)
		}
	}
	if data, err = c.Pack(); err != nil {
		return "", nil, fault.Because("packaging chart %q: %w", folder, err)
	}
	return c.PackageName(), data, nil
}

// withoutPackages leaves out packages of the chart that lie in its folder, so that
// packaging a chart where it lies does not pack the last package too.
func withoutPackages(c *chart.Chart) (*chart.Chart, error) {
	isPackage := func(f chart.File) bool {
		own, _ := path.Match(c.Name()+"-[0-9]*.tgz", f.Name)
		return own
	}
	if !slices.ContainsFunc(c.Raw(), isPackage) {
		return c, nil
	}
	return chart.LoadFiles(slices.DeleteFunc(slices.Clone(c.Raw()), isPackage), chart.Limits{})
}

// holds says of a file whether it holds exactly data.
func holds(data []byte) func(io.Reader) bool {
	return func(f io.Reader) bool {
		found, err := io.ReadAll(io.LimitReader(f, int64(len(data))+1))
		return err == nil && bytes.Equal(found, data)
	}
}
