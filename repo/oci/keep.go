package oci

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/opencontainers/image-spec/specs-go"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"oras.land/oras-go/v2/content"
	"oras.land/oras-go/v2/errdef"
	"oras.land/oras-go/v2/registry"

	"github.com/helm-dm/helm-dm/chart/reference"
	"github.com/helm-dm/helm-dm/repo"
)

// Keep is that of repo.Keeper. The address is oci://HOST/NAMESPACE/NAME:TAG.
func (r *repository) Keep(ctx context.Context, p *repo.Package, replace bool) (string, error) {
	name, tag := p.Metadata.Name, reference.Tag(p.Metadata.Version)
	address := r.address(name, tag)
	doing := fmt.Sprintf("releasing %.300q", address)
	if err := p.Check(); err != nil {
		return "", explain(doing, err)
	}
	if _, ok := versionOf(tag); !ok {
		return "", repo.Fail(repo.ErrInvalid, "%s: that is no version in full, such as 1.2.3, or it is too long for a tag", doing)
	}
	opened, err := r.session().open(ctx, name)
	if err != nil {
		return "", explain(doing, err)
	}
	a, err := newArtifact(p)
	if err != nil {
		return "", explain(doing, err)
	}
	same, err := a.isAt(ctx, opened, tag, replace)
	if err == nil && !same {
		err = a.push(ctx, opened, tag)
	}
	if err != nil {
		return "", explain(doing, err)
	}
	return address, nil
}

// artifact is a package as registries keep it.
type artifact struct {
	config, packed, provenance blob // provenance without data where there is none
	annotations                map[string]string
}

type blob struct {
	ocispec.Descriptor
	data []byte
}

func newBlob(mediaType string, data []byte) blob {
	return blob{content.NewDescriptorFromBytes(mediaType, data), data}
}

func newArtifact(p *repo.Package) (*artifact, error) {
	config, err := json.Marshal(p.Metadata)
	if err != nil {
		return nil, repo.Fail(repo.ErrInvalid, "its Chart.yaml has no JSON form")
	}
	return &artifact{
		config: newBlob(typeConfig, config), packed: newBlob(typeChart, p.Data), provenance: newBlob(typeProvenance, p.Provenance),
		annotations: annotations(p),
	}, nil
}

// isAt says whether the artifact is what a tag means already. Another one is
// repo.ErrExists, unless it is to be replaced. A signature may be added.
func (a *artifact) isAt(ctx context.Context, in registry.Repository, tag string, replace bool) (bool, error) {
	m, err := readManifest(ctx, in, tag)
	foreign := errors.Is(err, errForeign)
	switch {
	case errors.Is(explain("", err), repo.ErrNotFound):
		return false, nil
	case err != nil && !foreign:
		return false, err
	case !foreign:
		packed, _ := layer(m, typeChart, typeOldChart)
		signed, _ := layer(m, typeProvenance)
		if packed.Digest == a.packed.Digest {
			if a.provenance.data == nil || signed.Digest == a.provenance.Digest {
				return true, nil
			}
			if signed.Digest == "" {
				return false, nil
			}
		}
	}
	if !replace {
		return false, repo.Fail(repo.ErrExists, "the version was released already, with other content").
			Mend("release it as another version, or replace it with --force")
	}
	return false, nil
}

// push uploads what is not there yet, the manifest at last.
func (a *artifact) push(ctx context.Context, to registry.Repository, tag string) error {
	m := ocispec.Manifest{
		Versioned: specs.Versioned{SchemaVersion: 2}, MediaType: ocispec.MediaTypeImageManifest,
		Config: a.config.Descriptor, Layers: []ocispec.Descriptor{a.packed.Descriptor}, Annotations: a.annotations,
	}
	blobs := []blob{a.config, a.packed}
	if a.provenance.data != nil {
		blobs, m.Layers = append(blobs, a.provenance), append(m.Layers, a.provenance.Descriptor)
	}
	for _, b := range blobs {
		there, err := to.Blobs().Exists(ctx, b.Descriptor)
		if err == nil && !there {
			err = to.Blobs().Push(ctx, b.Descriptor, bytes.NewReader(b.data))
		}
		if err != nil && !errors.Is(err, errdef.ErrAlreadyExists) {
			return err
		}
	}
	data, err := json.Marshal(m)
	if err != nil {
		return repo.Fail(repo.ErrInvalid, "its manifest has no JSON form")
	}
	return to.Manifests().PushReference(ctx, content.NewDescriptorFromBytes(m.MediaType, data), bytes.NewReader(data), tag)
}
