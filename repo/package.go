package repo

import (
	"bytes"
	"context"
	"errors"

	"github.com/helm-dm/helm-dm/chart"
)

// Check says what keeps a package from being kept anywhere: metadata that makes no
// chart, a name that no reference can hold, or too many bytes. The error matches
// ErrInvalid or ErrTooLarge.
func (p *Package) Check() error {
	if err := p.Metadata.Validate(); err != nil {
		return Fail(ErrInvalid, "%w", err)
	}
	if !IsName(p.Metadata.Name) {
		return Fail(ErrInvalid, "the chart's name %.100q holds what no reference can", p.Metadata.Name).
			Mend("use letters, digits and any of . _ ~ + - alone")
	}
	if len(p.Data) > MaxPackage || len(p.Provenance) > MaxPackage {
		return Fail(ErrTooLarge, "package %.100q or its provenance is larger than %d bytes", p.FileName(), MaxPackage)
	}
	return nil
}

// IsThe says whether the package is the release of its version that an index tells
// of: by the digest, or by the bytes where there is none. The error matches
// ErrInvalid where there are no bytes either.
func (p *Package) IsThe(ctx context.Context, told Release, from Fetcher) (bool, error) {
	if told.Digest != "" {
		return told.Digest == chart.Digest(p.Data), nil
	}
	data, err := from.Fetch(ctx, told)
	switch {
	case errors.Is(err, ErrNotFound):
		return false, Fail(ErrInvalid, "the index tells of %.200q, which is not there, without its digest", p.FileName()).
			Mend("release a new version, or replace this one with --force")
	case errors.Is(err, ErrTooLarge):
		return false, nil
	case err != nil:
		return false, err
	}
	return bytes.Equal(data, p.Data), nil
}
