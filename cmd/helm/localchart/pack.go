package localchart

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/cmd/helm/input"
)

// Package is a chart of this machine, ready to be sent.
type Package struct {
	Shown string // its path, for people
	Chart *chart.Chart
	Data  []byte
}

// Load packs the chart of a folder, or checks a package, whose bytes stay as they
// are.
func Load(path string) (*Package, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("loading chart %q: %w", path, err)
	}
	p := &Package{Shown: path}
	switch {
	case info.IsDir():
		p.Shown, err = shownFolder(path)
		if err == nil {
			err = p.folder(path)
		}
	case info.Mode().IsRegular():
		err = p.file(path)
	default: // to open a pipe may take for ever, and a device may never end
		err = fmt.Errorf("%w: it is neither a folder nor a regular file", chart.ErrInvalid)
	}
	if err != nil {
		return nil, fmt.Errorf("loading chart %q: %w", path, err)
	}
	return p, nil
}

func (p *Package) folder(path string) (err error) {
	if err := CheckFolder(path); err != nil {
		return err
	}
	if p.Chart, err = chart.LoadDir(path, chart.Limits{}); err != nil {
		return err
	}
	if p.Chart, err = WithoutPackages(p.Chart); err != nil {
		return err
	}
	p.Data, err = p.Chart.Pack()
	return err
}

// CheckFolder refuses a folder that is no chart's before all of it is read, which
// may be much and fail for reasons that do not matter then.
func CheckFolder(path string) error {
	if _, err := os.Stat(filepath.Join(path, "Chart.yaml")); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: Chart.yaml is missing", chart.ErrInvalid)
	}
	return nil
}

// gzipStart begins all that gzip compressed (RFC 1952, 2.3.1).
const gzipStart = "\x1f\x8b"

// CheckPackage refuses the content of a file, or its beginning, that is not even
// compressed.
func CheckPackage(content []byte) error {
	if !bytes.HasPrefix(content, []byte(gzipStart)) {
		return fmt.Errorf("%w: it is no package of a chart, which is a .tgz file", chart.ErrInvalid)
	}
	return nil
}

// WithoutPackages leaves out packages of the chart that lie in its own folder,
// so that packing a chart where it lies does not pack the last package too.
func WithoutPackages(c *chart.Chart) (*chart.Chart, error) {
	isPackage := func(f chart.File) bool {
		own, _ := path.Match(c.Name()+"-[0-9]*.tgz", f.Name)
		return own
	}
	if !slices.ContainsFunc(c.Raw(), isPackage) {
		return c, nil
	}
	return chart.LoadFiles(slices.DeleteFunc(slices.Clone(c.Raw()), isPackage), chart.Limits{})
}

func (p *Package) file(path string) (err error) {
	if p.Data, err = input.File(path, chart.Limits{}.Defaults().Compressed); err != nil {
		return err
	}
	if err := CheckPackage(p.Data); err != nil {
		return err
	}
	p.Chart, err = chart.LoadBytes(p.Data, chart.Limits{})
	return err
}

// shownFolder is the path as the user wrote it; the folder one stands in is
// called by its name.
func shownFolder(path string) (string, error) {
	if filepath.Clean(path) != "." {
		return path, nil
	}
	whole, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	return "./" + filepath.Base(whole), nil
}
