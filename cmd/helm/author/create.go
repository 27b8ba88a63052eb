package author

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/chart/scaffold"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/folder"
	"github.com/helm-dm/helm-dm/cmd/helm/world"
)

const metadataName = "Chart.yaml"

type createOptions struct {
	starter string
	force   bool
}

func newCreate(w *world.World) *cobra.Command {
	o := &createOptions{}
	cmd := &cobra.Command{
		Use:   "create CHARTNAME",
		Short: "Write a new chart",
		Long: `Write a new chart into a folder of its own. CHARTNAME may be a path; its last element is the chart's name.

With --starter the chart is a copy of another one, in which <CHARTNAME> becomes the new name and Chart.yaml is new.`,
		Example: "  helm create mychart\n  helm create --starter ./house-style charts/mychart",
		Args:    world.Wants(1, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			return o.run(w, args[0])
		},
	}
	o.AddFlags(cmd.Flags())
	borrow(cmd, w)
	return cmd
}

// AddFlags declares the flags.
func (o *createOptions) AddFlags(flags *pflag.FlagSet) {
	flags.StringVarP(&o.starter, "starter", "p", "", "copy the chart in `FOLDER`")
	flags.BoolVar(&o.force, "force", false, "write into a folder that exists: what is there under the same names is replaced")
}

func (o *createOptions) run(w *world.World, path string) error {
	if _, err := w.Format(); err != nil {
		return err
	}
	name, err := scaffold.Name(path)
	if err != nil {
		return fault.Because("creating chart %q: %w", path, err)
	}
	files, err := scaffold.New(name)
	if err == nil && o.starter != "" {
		files, err = started(o.starter, name, files)
	}
	if err != nil {
		return fault.Because("creating chart %q: %w", path, err)
	}
	if err := o.write(path, files); err != nil {
		return err
	}
	w.Screen.Answer("Created %s", filepath.Join(path, metadataName))
	return nil
}

// started are the files of a copy of the starter. Of the new chart, fresh, it
// takes Chart.yaml, as Helm does.
func started(starter, name string, fresh []chart.File) ([]chart.File, error) {
	c, err := load(starter)
	if err != nil {
		return nil, err
	}
	var files []chart.File
	for _, f := range scaffold.Fill(c.Raw(), name) {
		if f.Name != metadataName {
			files = append(files, f)
		}
	}
	for _, f := range fresh {
		if f.Name == metadataName {
			files = append(files, f)
		}
	}
	return files, nil
}

// write makes the folder of the chart: a new one under another name, which is
// then renamed.
func (o *createOptions) write(path string, files []chart.File) error {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		if err == nil && !o.force {
			err = fault.Conflict("creating chart %q: it exists", path).Mend("--force, to write into it")
		}
		if err != nil {
			return err
		}
		return fill(path, files)
	}
	path = filepath.Clean(path)
	part := filepath.Join(filepath.Dir(path), folder.PartName())
	if err := os.Mkdir(part, folder.Mode); err != nil {
		failed := fault.Because("creating chart %q: %w", path, folder.Bare(err))
		if errors.Is(err, fs.ErrNotExist) {
			return failed.Mend("mkdir -p %s", filepath.Dir(path))
		}
		return failed
	}
	defer os.RemoveAll(part) // gone by then if all went well
	if err := fill(part, files); err != nil {
		return err
	}
	if err := os.Rename(part, path); err != nil {
		return fmt.Errorf("creating chart %q: %w", path, folder.Bare(err))
	}
	return nil
}

// fill writes files into a folder.
func fill(path string, files []chart.File) error {
	target, err := folder.Open(path, true)
	if err != nil {
		return err
	}
	defer target.Close()
	for _, f := range files {
		if err := target.Place(filepath.FromSlash(f.Name), f.Data); err != nil {
			return err
		}
	}
	return nil
}
