package localchart

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/chart/reference"
	"github.com/helm-dm/helm-dm/client"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/progress"
	"github.com/helm-dm/helm-dm/cmd/helm/terminal"
)

// Resolve turns what the user calls the chart into a reference that the manager
// understands; a chart on this machine is uploaded first. A version, exact or a
// range, is that of a chart of a repository.
func Resolve(ctx context.Context, screen *terminal.Screen, packages *client.Packages, text, version string) (reference.Reference, error) {
	called, err := reference.Parse(text)
	if err == nil && version != "" {
		called, err = versioned(called, version)
	}
	if err != nil || called.Kind != reference.KindLocal {
		return called, err
	}
	p, err := Load(called.Path())
	if err != nil {
		return reference.Reference{}, err
	}
	digest, err := p.Upload(ctx, screen, packages, "localchart/"+p.Chart.PackageName())
	if err != nil {
		return reference.Reference{}, err
	}
	return reference.Upload(p.Chart.Name(), p.Chart.Version(), digest), nil
}

// versioned is the reference with the version given beside it.
func versioned(r reference.Reference, version string) (reference.Reference, error) {
	switch {
	case r.Version != "":
		return r, fault.Usage("the chart %q has a version already, and --version %s is given", r, version)
	case r.Kind != reference.KindShort && r.Kind != reference.KindOCI:
		return r, fault.Usage("the chart %q is one package, which has a version of its own: --version %s chooses among those of a repository", r, version)
	}
	r.Version = version
	return reference.Parse(r.String())
}

// Unversioned is the reference of a chart whatever its version. What is no
// reference stays as it is.
func Unversioned(text string) string {
	r, err := reference.Parse(text)
	if err != nil {
		return text
	}
	r.Version, r.Digest = "", ""
	return r.String()
}

// Upload sends the package to the manager, which may have it already, and returns
// its digest. People are told under what name.
func (p *Package) Upload(ctx context.Context, screen *terminal.Screen, packages *client.Packages, name string) (string, error) {
	screen.Note("Uploading %s as %s", p.Shown, name)
	digest := chart.Digest(p.Data)
	show := progress.NewUpload(screen)
	defer show.Close()
	if _, err := packages.Upload(ctx, digest, p.Data, show.See); err != nil {
		return "", fmt.Errorf("uploading %q: %w", p.Shown, err)
	}
	return digest, nil
}

// IsConfiguration says whether text, which was taken for a reference, is a file of
// parameters on this machine.
func IsConfiguration(text string) bool {
	info, err := os.Stat(text)
	return err == nil && info.Mode().IsRegular() && configuration(text)
}

// configuration goes by the name.
func configuration(path string) bool {
	return slices.Contains([]string{".yaml", ".yml"}, filepath.Ext(path))
}

// Meant finds the chart on this machine that text, which was taken for a
// reference, may have been meant to be: what to write instead, and whether that
// is a folder or a file. Both are empty where there is none.
func Meant(text string) (path, kind string) {
	if reference.IsLocal(text) {
		return "", ""
	}
	if info, err := os.Stat(text); err == nil && info.Mode().IsRegular() {
		if configuration(text) {
			return "", ""
		}
		return "./" + text, "file"
	}
	if _, err := os.Stat(filepath.Join(text, "Chart.yaml")); err == nil {
		return "./" + text, "folder"
	}
	return "", ""
}
