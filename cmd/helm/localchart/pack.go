package localchart

import (
	"bytes"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/chart/reference"
	"github.com/helm-dm/helm-dm/cmd/helm/input"
)

// pack is a chart of this machine, ready to be sent.
type pack struct {
	shown string // its path, for people
	chart *chart.Chart
	data  []byte // its package
}

// load packs the chart of a folder, or checks a package.
func load(text string) (*pack, error) {
	local, err := reference.Parse(text)
	if err != nil {
		return nil, err
	}
	path := local.Path()
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("loading chart %q: %w", text, err)
	}
	p := &pack{shown: path}
	switch {
	case info.IsDir():
		p.shown, err = shownFolder(path)
		if err == nil {
			err = p.folder(path)
		}
	case info.Mode().IsRegular():
		err = p.file(path)
	default: // to open a pipe may take for ever, and a device may never end
		err = fmt.Errorf("%w: it is neither a folder nor a regular file", chart.ErrInvalid)
	}
	if err != nil {
		return nil, fmt.Errorf("loading chart %q: %w", text, err)
	}
	return p, nil
}

func (p *pack) folder(path string) (err error) {
	if p.chart, err = chart.LoadDir(path, chart.Limits{}); err != nil {
		return err
	}
	if p.chart, err = WithoutPackages(p.chart); err != nil {
		return err
	}
	p.data, err = p.chart.Pack()
	return err
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

func (p *pack) file(path string) (err error) {
	if p.data, err = input.File(path, chart.Limits{}.Defaults().Compressed); err != nil {
		return err
	}
	if err := CheckPackage(p.data); err != nil {
		return err
	}
	p.chart, err = chart.LoadBytes(p.data, chart.Limits{})
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
