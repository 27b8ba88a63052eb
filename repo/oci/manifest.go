package oci

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"oras.land/oras-go/v2/content"
	"oras.land/oras-go/v2/registry"

	"github.com/helm-dm/helm-dm/repo"
)

// The media types of charts (S49).
const (
	typeConfig     = "application/vnd.cncf.helm.config.v1+json"
	typeChart      = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"
	typeProvenance = "application/vnd.cncf.helm.chart.provenance.v1.prov"
	// typeOldChart is what the first releases of Helm with registries wrote, and all
	// of them still read.
	typeOldChart = "application/tar+gzip"
)

// errForeign says that an artifact is no chart.
var errForeign = errors.New("it is no chart")

// readManifest returns the manifest of a chart, by tag or digest. Something else
// than a chart is an error that matches errForeign.
func readManifest(ctx context.Context, from registry.Repository, at string) (*ocispec.Manifest, error) {
	described, body, err := from.Manifests().FetchReference(ctx, at)
	if err != nil {
		return nil, err
	}
	defer func() { _ = body.Close() }() // it was read
	if described.Size > maxMetadata {
		return nil, repo.Fail(repo.ErrTooLarge, "its manifest is larger than %d bytes", maxMetadata)
	}
	data, err := content.ReadAll(body, described)
	if err != nil {
		return nil, err
	}
	return parseManifest(described.MediaType, data)
}

func parseManifest(mediaType string, data []byte) (*ocispec.Manifest, error) {
	var m ocispec.Manifest
	if err := json.Unmarshal(data, &m); err != nil {
		return nil, repo.Fail(repo.ErrInvalid, "its manifest cannot be read")
	}
	if m.Config.MediaType != typeConfig {
		return nil, foreign(mediaType, &m)
	}
	return &m, nil
}

// foreign says what an artifact is that is no chart.
func foreign(mediaType string, m *ocispec.Manifest) error {
	what := repo.Line(m.ArtifactType, 100)
	switch {
	case slices.Contains([]string{ocispec.MediaTypeImageIndex, "application/vnd.docker.distribution.manifest.list.v2+json"}, mediaType):
		what = "an index of images"
	case slices.Contains([]string{ocispec.MediaTypeImageConfig, "application/vnd.docker.container.image.v1+json"}, m.Config.MediaType):
		what = "an image of a container"
	case what == "":
		what = repo.Line(m.Config.MediaType, 100)
	}
	return repo.Fail(repo.ErrInvalid, "%w, but %s", errForeign, what)
}

// layer returns the only one of the media types; ok is false when there is none,
// or more than one.
func layer(m *ocispec.Manifest, types ...string) (found ocispec.Descriptor, ok bool) {
	for _, l := range m.Layers {
		if !slices.Contains(types, l.MediaType) {
			continue
		}
		if ok {
			return ocispec.Descriptor{}, false
		}
		found, ok = l, true
	}
	return found, ok
}

// readBlob returns what a descriptor promises: at most so many bytes.
func readBlob(ctx context.Context, from registry.Repository, d ocispec.Descriptor, most int64) ([]byte, error) {
	if err := d.Digest.Validate(); err != nil {
		return nil, repo.Fail(repo.ErrInvalid, "its manifest holds a digest that cannot be read")
	}
	if d.Size > most {
		return nil, repo.Fail(repo.ErrTooLarge, "it is larger than %d bytes", most)
	}
	body, err := from.Blobs().Fetch(ctx, d)
	if err != nil {
		return nil, err
	}
	defer func() { _ = body.Close() }() // it was read
	return content.ReadAll(body, d)
}
