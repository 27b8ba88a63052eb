package author

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/chart/bundle"
	"github.com/helm-dm/helm-dm/chart/schema"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/input"
	"github.com/helm-dm/helm-dm/cmd/helm/localchart"
	"github.com/helm-dm/helm-dm/render"
	"github.com/helm-dm/helm-dm/render/lint"
)

// load reads the chart of a folder, or of a package.
func load(path string) (*chart.Chart, error) {
	info, err := stat(path)
	if err != nil {
		return nil, err
	}
	var files []chart.File
	if info.IsDir() {
		if err = localchart.CheckFolder(path); err == nil {
			files, err = chart.ReadDir(path, chart.Limits{})
		}
	} else {
		files, err = unpack(path)
	}
	var c *chart.Chart
	if err == nil {
		c, err = chart.LoadFiles(files, chart.Limits{})
	}
	if err != nil {
		return nil, misloaded(path, err)
	}
	return c, nil
}

// unpack reads the files of a package.
func unpack(path string) ([]chart.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	start := make([]byte, 2)
	if _, err := io.ReadFull(f, start); err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	if err := localchart.CheckPackage(start); err != nil {
		return nil, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	return bundle.NewReader(chart.Limits{}).Archive(f)
}

// stat looks at what path leads to. To open a pipe may take for ever, and a
// device may never end: they are refused.
func stat(path string) (fs.FileInfo, error) {
	info, err := os.Stat(path)
	switch {
	case path == "":
		return nil, fault.Usage("loading a chart: its path is empty")
	case errors.Is(err, fs.ErrNotExist) && distant(path):
		return nil, fault.Usage("loading chart %q: it is not on this machine, and this command fetches nothing", path).
			Mend("helm chart show --all %s, or download the package and name its file", path)
	case err != nil:
		return nil, fmt.Errorf("loading chart %q: %w", path, err)
	case !info.IsDir() && !info.Mode().IsRegular():
		return nil, fault.Usage("loading chart %q: it is neither a folder nor a regular file", path)
	}
	return info, nil
}

// distant says whether a path that leads nowhere looks like a reference.
func distant(path string) bool {
	scheme, _, found := strings.Cut(path, ":")
	return found && len(scheme) > 1 && !strings.ContainsAny(scheme, `/\.`)
}

// misloaded adds to err what helps most people who run into it.
func misloaded(path string, err error) error {
	wrapped := fault.Because("loading chart %q: %w", path, err)
	switch base := filepath.Base(path); {
	case base == "Chart.yaml":
		return wrapped.Mend("%s, the folder that it is in", filepath.Dir(path))
	case errors.Is(err, fs.ErrPermission):
		return wrapped.Mend("ls -l %s", path)
	}
	return wrapped
}

// CheckDependencies refuses a chart that declares dependencies that are not in
// charts/. The path is where it is, for people.
func CheckDependencies(path string, c *chart.Chart) error {
	names := c.Missing()
	if names == nil {
		return nil
	}
	for i, name := range names {
		names[i] = cmp.Or(name, "one without a name")
	}
	failed := fault.Usage("chart %q declares dependencies that are missing in its folder charts: %s", c.Name(), strings.Join(names, ", "))
	if line := lint.HiddenBy(c.Raw(), names[0]); line > 0 {
		return failed.Mend("look at line %d of %s, which leaves them out", line, filepath.Join(path, ".helmignore"))
	}
	return failed.Mend("put the package or the folder of each into %s", filepath.Join(path, "charts"))
}

// misrendered wraps an error of rendering. What a template, its values or its
// budget are to blame for is the chart author's to mend.
func misrendered(c *chart.Chart, err error) error {
	var failed *render.Error
	var exceeded *render.BudgetError
	var unfit *schema.Error
	if errors.As(err, &unfit) {
		return fault.Usage("rendering chart %q: the values do not fit the schema: %s", c.Name(), failures(unfit))
	}
	if errors.As(err, &failed) || errors.As(err, &exceeded) {
		return fault.Usage("rendering chart %q: %w", c.Name(), err)
	}
	return fault.Because("rendering chart %q: %w", c.Name(), err)
}

// failures are what schemas have against the values, on one line.
func failures(unfit *schema.Error) string {
	var all []string
	for _, f := range unfit.Failures {
		for line := range strings.Lines(f.Err.Error()) {
			all = append(all, f.Chart+" "+strings.TrimPrefix(strings.TrimSpace(line), "- "))
		}
	}
	return strings.Join(all, "; ")
}

// completePath completes the path of a chart: any folder, and packages.
func completePath(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveDefault
}

// salvaged is what can be linted of a folder that cannot be read as a chart's,
// because its .helmignore is wrong or it holds what no chart may.
func salvaged(path string, failure error) (lint.Subject, error) {
	if !errors.Is(failure, chart.ErrInvalid) {
		return lint.Subject{}, misloaded(path, failure)
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return lint.Subject{}, misloaded(path, err)
	}
	defer root.Close()
	subject := lint.Subject{Err: failure}
	for _, name := range []string{metadataName, "values.yaml", ".helmignore"} {
		if data, ok := salvage(root, name); ok {
			subject.Files = append(subject.Files, chart.File{Name: name, Data: data})
		}
	}
	return subject, nil
}

// salvage reads a file if it is one and can be read. Only regular files are
// opened: a pipe may have no other end.
func salvage(root *os.Root, name string) (data []byte, ok bool) {
	info, err := root.Stat(name)
	if err != nil || !info.Mode().IsRegular() {
		return nil, false
	}
	f, err := root.Open(name)
	if err != nil {
		return nil, false
	}
	defer f.Close()
	data, err = input.All(f, chart.Limits{}.Defaults().File)
	return data, err == nil
}
