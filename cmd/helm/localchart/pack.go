package localchart

import (
	"fmt"
	"os"
	"path/filepath"

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
	p.data, err = p.chart.Pack()
	return err
}

func (p *pack) file(path string) (err error) {
	if p.data, err = input.File(path, chart.Limits{}.Defaults().Compressed); err != nil {
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
