package source

import (
	"context"
	"errors"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/chart/reference"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/manager/failure"
	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/state"
)

// resolving bounds the time for finding out, while a caller waits, whether a
// chart is there.
const resolving = 15 * time.Second

// Package fetches the bytes of a release that was resolved for id. They have the
// digest that the repository tells, and the one that the reference asks for. Where
// the catalogue is behind its repository, c becomes what is there now.
func (s *Sources) Package(ctx context.Context, id kube.Identity, c *Chosen) ([]byte, error) {
	data, err := s.reach.Fetch(ctx, id, c.place, c.Release)
	if c.place.Catalogued() && (errors.Is(err, repo.ErrInvalid) || errors.Is(err, repo.ErrNotFound)) {
		data, err = s.anew(ctx, id, c, err)
	}
	if err != nil {
		return nil, fmt.Errorf("fetching chart %q: %w", c.Reference, err)
	}
	for _, promised := range []string{c.Release.Digest, c.Digest} {
		if got := chart.Digest(data); promised != "" && got != promised {
			return nil, failure.New(v1alpha1.ReasonInvalid, "fetching chart %q: its package has digest %s, not %s", c.Reference, got, promised)
		}
	}
	return data, nil
}

// anew tries what failed once more, if the index says otherwise by now: somebody
// may have replaced the package since the catalogue read it.
func (s *Sources) anew(ctx context.Context, id kube.Identity, c *Chosen, why error) ([]byte, error) {
	if s.catalog.Refresh(ctx, c.Source) != nil {
		return nil, why
	}
	now, err := s.Resolve(ctx, id, c.asked)
	if err != nil || now.Release.Digest == c.Release.Digest && now.Release.At == c.Release.At {
		return nil, why
	}
	*c = *now
	return s.reach.Fetch(ctx, id, c.place, c.Release)
}

// Obtain resolves a reference for id, and puts the package that it means into the
// chart store, from where it is to be read. The answer has a digest always, and an
// app version only where the repository told it.
func (s *Sources) Obtain(ctx context.Context, id kube.Identity, text string) (*state.Chart, error) {
	ref, err := reference.Parse(text)
	if err != nil {
		return nil, err
	}
	if ref.IsUpload() {
		return s.uploaded(ctx, id, ref)
	}
	chosen, err := s.Resolve(ctx, id, ref)
	if err != nil {
		return nil, err
	}
	data, err := s.Package(ctx, id, chosen)
	if err != nil {
		return nil, err
	}
	r := &chosen.Release
	found := &state.Chart{Reference: chosen.Reference, Name: r.Name, Version: r.Version, AppVersion: r.AppVersion, Digest: chart.Digest(data)}
	return found, s.packages.Put(ctx, found.Digest, data)
}

// Admit finds out, while the caller waits, what can be known without a
// repository's being asked: whether the chart can be had at all. The answer is the
// chart where its package is in the store for id already, else nil.
func (s *Sources) Admit(ctx context.Context, id kube.Identity, text string) (*state.Chart, error) {
	ref, err := reference.Parse(text)
	if err != nil {
		return nil, err
	}
	if ref.IsUpload() {
		return s.uploaded(ctx, id, ref)
	}
	p, err := s.reach.Place(ctx, id, ref)
	if err != nil || !p.Catalogued() || p.File != "" {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, resolving)
	defer cancel()
	_, err = s.choose(ctx, id, p, ref)
	return nil, err
}

// uploaded is a package that id uploaded, of which no more than the digest is
// known. For everybody else it does not exist.
func (s *Sources) uploaded(ctx context.Context, id kube.Identity, ref reference.Reference) (*state.Chart, error) {
	up, err := s.uploads.Get(ctx, id.Owner(), ref.Digest)
	switch {
	case apierrors.IsNotFound(err), err == nil && !up.Committed:
		return nil, failure.New(v1alpha1.ReasonNotFound, "chart %q was not uploaded by %q: upload it first", ref.String(), id.User).
			About(v1alpha1.ChartPackages, "")
	case err != nil:
		return nil, err
	}
	return &state.Chart{Digest: ref.Digest}, nil
}

// stored reads a package that somebody has a right to from the chart store.
func (s *Sources) stored(ctx context.Context, digest string) ([]byte, error) {
	data, err := s.packages.Get(ctx, digest)
	if apierrors.IsNotFound(err) {
		return nil, failure.New(v1alpha1.ReasonNotFound, "package %s is not in the chart store any more: upload it again", digest).
			About(v1alpha1.ChartPackages, "")
	}
	return data, err
}

// reading is stored for later.
func (s *Sources) reading(digest string) func(context.Context) ([]byte, error) {
	return func(ctx context.Context) ([]byte, error) { return s.stored(ctx, digest) }
}

// late says that the time for an answer was up, where that is what went wrong.
func late(ctx context.Context, doing string, err error) error {
	if err != nil && ctx.Err() != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return &failure.Error{Reason: v1alpha1.ReasonTimeout, Err: fmt.Errorf("%s: not done within %s: %w", doing, answering, err)}
	}
	return err
}
