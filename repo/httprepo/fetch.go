package httprepo

import (
	"context"
	"fmt"
	"net/url"
	"path"
	"strings"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
	"github.com/helm-dm/helm-dm/repo/oci"
)

// registryScheme begins the address of a package in a registry.
const registryScheme = "oci://"

// Fetch is that of repo.Fetcher.
func (r *repository) Fetch(ctx context.Context, release repo.Release) ([]byte, error) {
	if strings.HasPrefix(release.At, registryScheme) {
		return r.linked(ctx, release)
	}
	at, err := r.resolve(release.At)
	if err != nil {
		return nil, err
	}
	data, err := r.packed(ctx, at)
	if err != nil {
		return nil, err
	}
	if digest := chart.Digest(data); release.Digest != "" && digest != release.Digest {
		return nil, repo.Fail(repo.ErrInvalid, "fetching %q: its digest is %s, but the index of repository %q says %s", fetch.Shown(at.String()), digest, r.site.Location, release.Digest).
			Mend("it was damaged, or replaced without its index: ask those who keep the repository")
	}
	return data, nil
}

// packed returns the bytes of a package as they lie there. They are compressed
// already, and a server that says so does not mean the transport.
func (r *repository) packed(ctx context.Context, at *url.URL) ([]byte, error) {
	data, _, err := r.get(ctx, call{doing: "fetching", at: at, header: map[string]string{"Accept-Encoding": "identity"}}, repo.MaxPackage)
	return data, err
}

// linked returns a package that the index says is in a registry, at
// oci://HOST/PATH/NAME:TAG, as anybody gets it there.
func (r *repository) linked(ctx context.Context, release repo.Release) ([]byte, error) {
	folder, tagged := path.Split(release.At)
	name, tag, _ := strings.Cut(tagged, ":")
	location, err := repo.ParseLocation(folder)
	if err != nil {
		return nil, r.misled("in a registry that cannot be read")
	}
	registry, err := oci.New(fetch.Site{Location: location, Roots: r.site.Roots, Network: r.site.Network})
	if err != nil {
		return nil, err
	}
	data, err := registry.Fetch(ctx, repo.Release{Name: name, Version: release.Version, At: tag, Digest: release.Digest})
	if err != nil {
		return nil, fmt.Errorf("following the index of repository %q: %w", r.site.Location, err)
	}
	return data, nil
}
