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
	"github.com/helm-dm/helm-dm/render/worker/job"
	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/state"
	"github.com/helm-dm/helm-dm/state/chartstore"
)

// resolving bounds the time for finding out, while a caller waits, whether a
// chart is there.
const resolving = 15 * time.Second

// Package fetches the bytes of a release that was resolved for id, and has them
// used. They have the digest that the repository tells, and the one that the
// reference asks for. Where the catalogue is behind its repository, c becomes what
// is there now. The error of use, which has a minute, is returned as it is.
func (s *Sources) Package(ctx context.Context, id kube.Identity, c *Chosen, use func(context.Context, []byte) error) error {
	arrived, told := false, false
	verified := func(ctx context.Context, data []byte) error {
		arrived = true
		for _, promised := range []string{c.Release.Digest, c.Digest} {
			if got := chart.Digest(data); promised != "" && got != promised {
				return failure.New(v1alpha1.ReasonInvalid, "fetching chart %q: its package has digest %s, not %s", c.Reference, got, promised)
			}
		}
		return use(ctx, data)
	}
	err := s.reach.Fetch(ctx, id, c.place, c.Release, verified)
	if !arrived && c.place.Catalogued() && (errors.Is(err, repo.ErrInvalid) || errors.Is(err, repo.ErrNotFound)) {
		err = s.anew(ctx, id, c, err, verified)
	} else if !arrived && errors.Is(err, repo.ErrNotFound) && c.guessed() {
		told, err = s.listed(ctx, id, c, err, verified)
	}
	if err != nil && !arrived && !told {
		return fmt.Errorf("fetching chart %q: %w", c.Reference, err)
	}
	return err
}

// anew tries what failed once more, if the index says otherwise by now: somebody
// may have replaced the package since the catalogue read it.
func (s *Sources) anew(ctx context.Context, id kube.Identity, c *Chosen, why error, use func(context.Context, []byte) error) error {
	if s.catalog.Refresh(ctx, c.Source) != nil {
		return why
	}
	now, err := s.Resolve(ctx, id, c.asked)
	if err != nil || now.Release.Digest == c.Release.Digest && now.Release.At == c.Release.At {
		return why
	}
	*c = *now
	return s.reach.Fetch(ctx, id, c.place, c.Release, use)
}

// listed looks for what is in a registry under no tag of its version: a version of
// another build, or a range that looked exact. Told says that the error names the
// chart by itself.
func (s *Sources) listed(ctx context.Context, id kube.Identity, c *Chosen, why error, use func(context.Context, []byte) error) (told bool, err error) {
	found, err := s.choose(ctx, id, c.place, c.asked)
	if err != nil && errors.Is(err, repo.ErrNotFound) {
		return true, err // it says which chart, and what is there
	}
	if err != nil || found.At == c.Release.At {
		return false, why
	}
	c.take(found)
	return false, s.reach.Fetch(ctx, id, c.place, c.Release, use)
}

// Obtain resolves a reference for id, and puts the package that it means into the
// chart store, from where it is to be read. Of an upload the answer has the digest
// alone.
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
	var found *state.Chart
	err = s.Package(ctx, id, chosen, func(ctx context.Context, data []byte) error {
		found, err = s.accept(ctx, id, chosen, data)
		return err
	})
	return found, err
}

// accept stores a package once a worker has opened it, which keeps it for the
// rendering: what is no chart, or not the one that was chosen, is stored nowhere.
// What id has stored so within the hour counts as what they upload does.
func (s *Sources) accept(ctx context.Context, id kube.Identity, c *Chosen, data []byte) (*state.Chart, error) {
	pkg := job.Package{Owner: id.Owner(), Digest: chart.Digest(data), Open: func(context.Context) ([]byte, error) { return data, nil }}
	facts, err := s.Worker.Inspect(ctx, pkg)
	if err == nil {
		err = c.is(facts.Metadata)
	}
	if err != nil {
		return nil, fmt.Errorf("opening chart %q: %w", c.Reference, err)
	}
	if err := s.charge(ctx, c, pkg, int64(len(data))); err != nil {
		return nil, err
	}
	m := facts.Metadata
	found := &state.Chart{Reference: c.Reference, Name: m.Name, Version: m.Version, AppVersion: m.AppVersion, Digest: pkg.Digest}
	return found, s.packages.Put(ctx, pkg.Digest, data)
}

// charge counts a package for its owner. One that is stored already takes no room.
func (s *Sources) charge(ctx context.Context, c *Chosen, pkg job.Package, size int64) error {
	whole, err := s.packages.Holds(ctx, pkg.Digest)
	if err != nil || whole {
		return err
	}
	err = s.uploads.Charge(ctx, pkg.Owner, pkg.Digest, size)
	if errors.Is(err, chartstore.ErrQuota) {
		return failure.New(v1alpha1.ReasonUnavailable, "storing chart %q: %w", c.Reference, err).
			Mend("deploy it again in an hour, or as another user or service account: each has %d MiB within the hour", chartstore.OwnerBytes>>20)
	}
	return err
}

// Admit finds out, while the caller waits, what can be known without a
// repository's being asked: whether the chart can be had at all. What cannot be
// known in time is no error: the operation will find out. The answer is the
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
	reading, cancel := context.WithTimeout(ctx, settling)
	defer cancel()
	if s.catalog.Ready(reading, p.Entry.Name) != nil {
		return nil, context.Cause(ctx) // it is read for the first time: the operation waits for that
	}
	asking, cancel := context.WithTimeout(ctx, resolving)
	defer cancel()
	if _, err = s.choose(asking, id, p, ref); err != nil && asking.Err() != nil {
		err = context.Cause(ctx)
	}
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
