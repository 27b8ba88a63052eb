package localchart

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/chart/reference"
	"github.com/helm-dm/helm-dm/client"
	"github.com/helm-dm/helm-dm/cmd/helm/progress"
	"github.com/helm-dm/helm-dm/cmd/helm/terminal"
)

// Resolve turns what the user calls the chart into a reference that the manager
// understands; a chart on this machine is uploaded first.
func Resolve(ctx context.Context, screen *terminal.Screen, packages *client.Packages, text string) (reference.Reference, error) {
	if !reference.IsLocal(text) {
		return reference.Parse(text)
	}
	p, err := load(text)
	if err != nil {
		return reference.Reference{}, err
	}
	screen.Note("Uploading %s as localchart/%s", p.shown, p.chart.PackageName())
	digest := chart.Digest(p.data)
	show := progress.NewUpload(screen)
	defer show.Close()
	if _, err := packages.Upload(ctx, digest, p.data, show.See); err != nil {
		return reference.Reference{}, fmt.Errorf("uploading %q: %w", text, err)
	}
	return reference.Upload(p.chart.Name(), p.chart.Version(), digest), nil
}

// Meant finds the chart on this machine that text, which was taken for a
// reference, may have been meant to be: what to write instead, and whether that
// is a folder or a file. Both are empty where there is none.
func Meant(text string) (path, kind string) {
	if reference.IsLocal(text) {
		return "", ""
	}
	if info, err := os.Stat(text); err == nil && info.Mode().IsRegular() {
		return "./" + text, "file"
	}
	if _, err := os.Stat(filepath.Join(text, "Chart.yaml")); err == nil {
		return "./" + text, "folder"
	}
	return "", ""
}
