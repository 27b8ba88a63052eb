package author

import (
	"bytes"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/localchart"
	"github.com/helm-dm/helm-dm/cmd/helm/world"
)

type packageOptions struct {
	destination string
	version     string
	appVersion  string
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
	borrow(cmd, w, remote(), signing())
	return cmd
}

// AddFlags declares the flags.
func (o *packageOptions) AddFlags(flags *pflag.FlagSet) {
	flags.StringVarP(&o.destination, "destination", "d", ".", "`FOLDER` for the packages; made if it is missing")
	flags.StringVar(&o.version, "version", "", "`VERSION` of the chart, in place of the one in Chart.yaml")
	flags.StringVar(&o.appVersion, "app-version", "", "`VERSION` of the application, in place of the one in Chart.yaml")
	flags.BoolP("dependency-update", "u", false, "not possible here")
	flags.BoolVar(&o.force, "force", false, "replace a package that holds something else")
	flags.Lookup("dependency-update").Hidden = true
}

// run makes all packages before it writes the first one.
func (o *packageOptions) run(w *world.World, paths []string) error {
	if _, err := w.Format(); err != nil {
		return err
	}
	var names []string
	packages := map[string][]byte{}
	for _, one := range paths {
		name, data, err := o.pack(one)
		if err != nil {
			return err
		}
		if other, repeated := packages[name]; repeated && !bytes.Equal(other, data) {
			return fault.Conflict("packaging chart %q: another one of these charts makes %s, too, with other content", one, name).
				Mend("give them versions of their own, or use a folder for each: -d FOLDER")
		}
		names, packages[name] = append(names, name), data
	}
	if err := writeAll(o.destination, names, packages, o.force); err != nil {
		return err
	}
	for _, name := range names {
		w.Screen.Answer("Created %s", filepath.Join(o.destination, name))
	}
	return nil
}

// pack makes the package of the chart in a folder or package.
func (o *packageOptions) pack(folder string) (name string, data []byte, err error) {
	c, err := load(folder)
	if err != nil {
		return "", nil, err
	}
	if err := CheckDependencies(folder, c); err != nil {
		return "", nil, err
	}
	if c, err = localchart.WithoutPackages(c); err != nil {
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
