package source

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/chart/reference"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/manager/failure"
	"github.com/helm-dm/helm-dm/manager/source/reach"
	"github.com/helm-dm/helm-dm/render/worker/job"
	"github.com/helm-dm/helm-dm/repo"
)

// noticing is how long a release waits until the catalogue knows it. Where that
// takes longer, whoever asks for the new version waits instead.
const noticing = 300 * time.Millisecond

// Release puts a package that id uploaded into a repository that id may release
// to. Whether there is such a repository is answered first, and whether the
// package was uploaded last: so that a caller can ask before they upload.
func (s *Sources) Release(ctx context.Context, id kube.Identity, q *v1alpha1.ChartRelease) (*v1alpha1.ChartRelease, error) {
	if id.User == "" {
		return nil, failure.New(v1alpha1.ReasonForbidden, "releasing: %w", kube.ErrNoIdentity)
	}
	limited, cancel := context.WithTimeout(ctx, answering)
	defer cancel()
	answer, err := s.release(limited, id, q)
	if err != nil {
		return nil, late(limited, "releasing", err)
	}
	told := answer.Status
	s.Logger.Info("released", "chart", told.Chart.Name, "version", told.Chart.Version, "repository", told.Repository, "user", id.User)
	noticed, cancel := context.WithTimeout(ctx, noticing)
	defer cancel()
	s.catalog.Changed(told.Repository)
	if err := s.catalog.Refresh(noticed, told.Repository); err != nil {
		s.Logger.Info("not in the catalogue yet", "repository", told.Repository, "err", err)
	}
	return answer, nil
}

func (s *Sources) release(ctx context.Context, id kube.Identity, q *v1alpha1.ChartRelease) (*v1alpha1.ChartRelease, error) {
	p, err := s.destination(ctx, id, q.Spec.Destination)
	if err != nil {
		return nil, err
	}
	pkg, err := s.releasable(ctx, id, q.Spec)
	if err != nil {
		return nil, err
	}
	m := pkg.Metadata
	at, err := s.reach.Keep(ctx, id, p, *pkg, s.reading(q.Spec.Digest), q.Spec.Replace)
	if errors.Is(err, repo.ErrExists) {
		return nil, failure.New(v1alpha1.ReasonAlreadyExists, "releasing %s %s to %q: %w", m.Name, m.Version, p.Location, err).
			Mend("give it another version, or replace what is there with --force")
	}
	if err != nil {
		return nil, fmt.Errorf("releasing %s %s to %q: %w", m.Name, m.Version, p.Location, err)
	}
	answer := q.DeepCopy()
	answer.Spec.Provenance = nil
	answer.Status = v1alpha1.ChartReleaseStatus{
		URL: at, Repository: p.Entry.Name,
		Chart: v1alpha1.ChartStatus{
			Reference: reference.Reference{Kind: reference.KindShort, Location: "helm:" + p.Location.Key() + "/" + m.Name, Version: m.Version}.Tagged(),
			Name:      m.Name, Version: m.Version, AppVersion: m.AppVersion, Digest: q.Spec.Digest,
		},
	}
	return answer, nil
}

// releasable is the package that is to be released, yet without its bytes.
func (s *Sources) releasable(ctx context.Context, id kube.Identity, spec v1alpha1.ChartReleaseSpec) (*repo.Package, error) {
	switch {
	case !chart.IsDigest(spec.Digest):
		return nil, failure.New(v1alpha1.ReasonInvalid, "spec.digest: %q is not sha256: and 64 hexadecimal digits", spec.Digest)
	case len(spec.Provenance) > v1alpha1.MaxProvenanceBytes:
		return nil, failure.New(v1alpha1.ReasonTooLarge, "spec.provenance: it has %d bytes, at most %d", len(spec.Provenance), v1alpha1.MaxProvenanceBytes)
	}
	if _, err := s.uploaded(ctx, id, reference.Reference{Kind: reference.KindUpload, Digest: spec.Digest}); err != nil {
		return nil, err
	}
	facts, err := s.Worker.Inspect(ctx, job.Package{Owner: id.Owner(), Digest: spec.Digest, Open: s.reading(spec.Digest)})
	if err != nil {
		return nil, err
	}
	return &repo.Package{Metadata: facts.Metadata, Provenance: spec.Provenance, Created: time.Now().UTC()}, nil
}

// destination finds the repository to release to, which id may release to. For
// whoever may neither do that nor use it, it does not exist.
func (s *Sources) destination(ctx context.Context, id kube.Identity, address string) (*reach.Place, error) {
	if address == "" {
		return s.only(ctx, id)
	}
	location, err := repo.ParseLocation(address)
	if err != nil {
		return nil, err
	}
	places, err := s.reach.Destinations(ctx, location)
	if err != nil {
		return nil, err
	}
	for _, p := range places {
		releasable, err := s.rights.May(ctx, id, v1alpha1.VerbRelease, v1alpha1.Repositories, p.Entry.Name)
		if err != nil || releasable {
			return p, err
		}
		usable, err := s.rights.May(ctx, id, v1alpha1.VerbUse, v1alpha1.Repositories, p.Entry.Name)
		if err != nil {
			return nil, err
		}
		if usable {
			return nil, failure.New(v1alpha1.ReasonForbidden, "you may use repository %q, but not release to it", p.Entry.URL).
				About(v1alpha1.Repositories, p.Entry.Name).Mend("ask an administrator for the verb release on repositories %s", p.Entry.Name)
		}
	}
	return nil, failure.New(v1alpha1.ReasonNotFound, "no repository was added at %q", location).
		About(v1alpha1.Repositories, "").Mend("let an administrator add it: helm repo add %s", location)
}

// only is the one repository that id may release to.
func (s *Sources) only(ctx context.Context, id kube.Identity) (*reach.Place, error) {
	if err := s.reach.Known(ctx); err != nil {
		return nil, err
	}
	now := s.reach.Listed()
	allowed, err := s.rights.Over(ctx, id, v1alpha1.VerbRelease, v1alpha1.Repositories, now.Names()...)
	if err != nil {
		return nil, err
	}
	var found []*reach.Entry
	var addresses []string
	for name, held := range allowed {
		if e := now.Named(name); held && e != nil {
			found, addresses = append(found, e), append(addresses, e.URL)
		}
	}
	slices.Sort(addresses)
	switch len(found) {
	case 1:
		return &reach.Place{Entry: found[0], Location: found[0].Location}, nil
	case 0:
		return nil, failure.New(v1alpha1.ReasonNotFound, "there is no repository that you may release to").
			About(v1alpha1.Repositories, "").Mend("helm release -u URL, or let an administrator add a repository")
	}
	return nil, failure.New(v1alpha1.ReasonInvalid, "there are several repositories that you may release to: %s", strings.Join(addresses, ", ")).
		Mend("helm release -u %s", addresses[0])
}
