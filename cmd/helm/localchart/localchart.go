package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/cmd/helm/progress"
)

// resolve turns what the user calls the chart into a reference that the manager
// understands; a chart on this machine is uploaded first.
func resolve(ctx context.Context, w *world, s *session, text string) (chart.Reference, error) {
	if !isLocal(text) {
		return chart.ParseReference(text)
	}
	pack, err := loadLocal(text)
	if err != nil {
		return chart.Reference{}, err
	}
	w.screen.Note("Uploading %s as localchart/%s", pack.shown, pack.chart.PackageName())
	digest := chart.Digest(pack.data)
	show := progress.NewUpload(w.screen)
	defer show.Close()
	if _, err := s.Packages().Upload(ctx, digest, pack.data, show.See); err != nil {
		return chart.Reference{}, fmt.Errorf("uploading %q: %w", text, err)
	}
	return chart.UploadReference(pack.chart.Name(), pack.chart.Version(), digest), nil
}

// isLocal says whether a chart is on this machine, by its looks alone.
func isLocal(text string) bool {
	return strings.HasPrefix(text, ".") || strings.HasPrefix(text, "/") || strings.HasPrefix(text, "file:")
}

// localChart is a chart of this machine, ready to be sent.
type localChart struct {
	shown string // its path, for people
	chart *chart.Chart
	data  []byte // its package
}

// loadLocal packs the chart of a folder, or checks a package.
func loadLocal(text string) (*localChart, error) {
	path := strings.TrimPrefix(strings.TrimPrefix(text, "file:"), "//")
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("loading chart %q: %w", text, err)
	}
	pack := &localChart{shown: path}
	if info.IsDir() {
		pack.shown, err = shownFolder(path)
		if err == nil {
			err = pack.folder(path)
		}
	} else {
		err = pack.file(path)
	}
	if err != nil {
		return nil, fmt.Errorf("loading chart %q: %w", text, err)
	}
	return pack, nil
}

func (p *localChart) folder(path string) (err error) {
	if p.chart, err = chart.LoadDir(path, chart.Limits{}); err != nil {
		return err
	}
	p.data, err = p.chart.Pack()
	return err
}

func (p *localChart) file(path string) (err error) {
	if p.data, err = os.ReadFile(path); err != nil {
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

// isChartFolder says whether text, which was taken for a reference, is also a
// folder with a chart.
func isChartFolder(text string) bool {
	_, err := os.Stat(filepath.Join(text, "Chart.yaml"))
	return err == nil
}
