package oci

import (
	"context"
	"errors"
	"fmt"

	"oras.land/oras-go/v2/content"
	"oras.land/oras-go/v2/errdef"
	"oras.land/oras-go/v2/registry"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/repo"
)

// Fetch is that of repo.Fetcher. At is a tag or a digest: of a manifest, or else
// of the package.
func (r *repository) Fetch(ctx context.Context, release repo.Release) ([]byte, error) {
	at := release.At
	doing := fmt.Sprintf("fetching %.300q", r.address(release.Name, at))
	if !isDigest(at) && !isTag(at) {
		return nil, repo.Fail(repo.ErrInvalid, "%s: this is neither a tag nor a digest", doing)
	}
	opened, err := r.session().open(ctx, release.Name)
	if err != nil {
		return nil, explain(doing, err)
	}
	data, err := pull(ctx, opened, at)
	if err != nil {
		return nil, explain(doing, err)
	}
	if got := chart.Digest(data); release.Digest != "" && release.Digest != got {
		return nil, repo.Fail(repo.ErrInvalid, "%s: it has digest %s, and %s was promised", doing, got, release.Digest).
			Mend("somebody may have moved the tag: ask for the version anew")
	}
	return data, nil
}

func pull(ctx context.Context, from registry.Repository, at string) ([]byte, error) {
	m, err := readManifest(ctx, from, at)
	if errors.Is(err, errdef.ErrNotFound) && isDigest(at) {
		return pullBlob(ctx, from, at)
	}
	if err != nil {
		return nil, err
	}
	packed, ok := layer(m, typeChart, typeOldChart)
	if !ok {
		return nil, repo.Fail(repo.ErrInvalid, "its manifest does not name exactly one package")
	}
	return readBlob(ctx, from, packed, repo.MaxPackage)
}

// pullBlob returns the package of a digest.
func pullBlob(ctx context.Context, from registry.Repository, digest string) ([]byte, error) {
	described, body, err := from.Blobs().FetchReference(ctx, digest)
	if err != nil {
		return nil, err
	}
	defer func() { _ = body.Close() }() // it was read
	if described.Size > repo.MaxPackage {
		return nil, repo.Fail(repo.ErrTooLarge, "it is larger than %d bytes", repo.MaxPackage)
	}
	return content.ReadAll(body, described)
}
