package source

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/chart/reference"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/manager/failure"
	"github.com/helm-dm/helm-dm/manager/source/reach"
	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/catalog"
	"github.com/helm-dm/helm-dm/repo/listing"
)

// Chosen is the one release that a reference means for the caller that it was
// resolved for.
type Chosen struct {
	// Reference is exact: helm:HOST/BUCKET/NAME#VERSION, oci://HOST/REPO/NAME:TAG
	// or the address of a package.
	Reference string
	// Source names the Repository it is in; empty for one that no administrator
	// added.
	Source  string
	Release repo.Release
	// Digest of the package that the reference asks for; empty for any.
	Digest string

	asked reference.Reference
	place *reach.Place
}

// Resolve finds the one release that a reference means. What no Repository
// covers, and what id may not use, is looked for as if nothing were configured.
func (s *Sources) Resolve(ctx context.Context, id kube.Identity, ref reference.Reference) (*Chosen, error) {
	p, err := s.reach.Place(ctx, id, ref)
	if err != nil {
		return nil, err
	}
	chosen := &Chosen{asked: ref, place: p, Digest: ref.Digest}
	if p.Entry != nil {
		chosen.Source = p.Entry.Name
	}
	switch {
	case p.File != "":
		chosen.Reference, chosen.Release = ref.Location, s.filed(p)
		return chosen, nil
	case p.Location.Scheme() == "oci" && (ref.Digest != "" || reference.IsExact(ref.Version)):
		chosen.Release = tagged(ref)
		if chosen.Digest = ""; ref.Version == "" {
			chosen.Reference = ref.String() // no version is known to name it by
			return chosen, nil
		}
	default:
		if chosen.Release, err = s.choose(ctx, id, p, ref); err != nil {
			return nil, err
		}
	}
	chosen.take(chosen.Release)
	return chosen, nil
}

// take takes a release, and names it.
func (c *Chosen) take(r repo.Release) {
	exact := c.asked
	exact.Version, exact.Digest = r.Version, ""
	c.Release, c.Reference = r, exact.Tagged()
}

// guessed says whether the release was taken for a tag in a registry.
func (c *Chosen) guessed() bool {
	return c.place.Location.Scheme() == "oci" && c.asked.Digest == "" && reference.IsExact(c.asked.Version)
}

// is says whether a package is the chart that was chosen: of what was not known
// when it was, anything will do.
func (c *Chosen) is(m *chart.Metadata) error {
	name, version := cmp.Or(c.Release.Name, m.Name), cmp.Or(c.Release.Version, m.Version)
	if name == m.Name && meets(m.Version, version) {
		return nil
	}
	return failure.New(v1alpha1.ReasonInvalid, "the package says that it is chart %s %s, not %s %s", m.Name, m.Version, name, version).
		Mend("it is in the wrong place, or was renamed: ask those who keep the repository")
}

// meets says whether a version is the one that was asked for, of any build where
// none was named, or lies in the range where that is one.
func meets(version, asked string) bool {
	is, err := semver.NewVersion(version)
	if err != nil {
		return version == asked
	}
	if exact, err := semver.NewVersion(asked); err == nil && exact.Equal(is) {
		return exact.Metadata() == "" || exact.Metadata() == is.Metadata()
	}
	within, err := semver.NewConstraint(asked)
	return err == nil && within.Check(is)
}

// tagged is a release in a registry that needs no looking for. A digest there may
// be that of a manifest or of a package: package oci finds out and verifies it.
func tagged(ref reference.Reference) repo.Release {
	r := repo.Release{Name: ref.Name(), Version: ref.Version, At: ref.Digest}
	if r.At == "" {
		r.At = reference.Tag(ref.Version)
	}
	return r
}

// filed is the release that a file of a repository holds, as the catalogue knows
// it. The name of a file is no more than a guess at where to look: files may be
// called anything.
func (s *Sources) filed(p *reach.Place) repo.Release {
	release := repo.Release{At: p.At()}
	if !p.Catalogued() {
		return release
	}
	name, version, _ := listing.Split(strings.TrimSuffix(path.Base(p.File), ".tgz"))
	known, _ := s.catalog.Releases(p.Entry.Name, name)
	for _, k := range known {
		if k.Version == version && (k.At == p.File || k.At == p.At()) {
			return k
		}
	}
	return release
}

// choose picks the release of a chart that a reference means.
func (s *Sources) choose(ctx context.Context, id kube.Identity, p *reach.Place, ref reference.Reference) (repo.Release, error) {
	if !p.Catalogued() {
		return s.ask(ctx, id, p, ref)
	}
	if err := s.catalog.Ready(ctx, p.Entry.Name); err != nil {
		return repo.Release{}, fmt.Errorf("finding chart %q: its repository is being read: %w", ref.Tagged(), err)
	}
	releases, _ := s.catalog.Releases(p.Entry.Name, p.Chart)
	chosen, err := repo.Choose(releases, ref.Version)
	if !errors.Is(err, repo.ErrNotFound) {
		return chosen, s.explained(ctx, id, ref, releases, err)
	}
	if s.crowded(p) {
		return s.ask(ctx, id, p, ref)
	}
	err = s.catalog.Refresh(ctx, p.Entry.Name)
	if errors.Is(err, repo.ErrTooLarge) {
		return s.ask(ctx, id, p, ref)
	}
	if err != nil && !errors.Is(err, repo.ErrUnlisted) {
		return repo.Release{}, fmt.Errorf("finding chart %q: it is not in the catalogue, and its repository cannot be read: %w", ref.Tagged(), err)
	}
	releases, _ = s.catalog.Releases(p.Entry.Name, p.Chart)
	chosen, err = repo.Choose(releases, ref.Version)
	return chosen, s.explained(ctx, id, ref, releases, err)
}

// ask is choose where the catalogue does not know: the place itself is asked.
func (s *Sources) ask(ctx context.Context, id kube.Identity, p *reach.Place, ref reference.Reference) (repo.Release, error) {
	releases, err := s.reach.Find(ctx, id, p)
	var chosen repo.Release
	if err == nil {
		chosen, err = repo.Choose(releases, ref.Version)
	}
	return chosen, s.explained(ctx, id, ref, releases, err)
}

// crowded says whether a repository has no room in the catalogue: then what is
// not found there may be in the repository all the same.
func (s *Sources) crowded(p *reach.Place) bool {
	state, _ := s.catalog.State(p.Entry.Name)
	return errors.Is(state.Err, repo.ErrTooLarge)
}

// nearest is how many charts or versions are named in place of one that is not
// there.
const nearest = 3

// considered bounds the charts of which they are chosen.
const considered = 50

// explained says of what was not found what is there instead, of all that id may
// use.
func (s *Sources) explained(ctx context.Context, id kube.Identity, ref reference.Reference, releases []repo.Release, err error) error {
	if err == nil {
		return nil
	}
	wrapped := &failure.Error{Reason: failure.ReasonOf(err), Err: fmt.Errorf("finding chart %q: %w", ref.Tagged(), err), Mends: failure.Try(err)}
	if !errors.Is(err, repo.ErrNotFound) || wrapped.Mends != "" {
		return wrapped
	}
	var instead []string
	for _, r := range newest(releases, nearest) {
		other := ref
		other.Version, other.Digest = r.Version, ""
		instead = append(instead, other.Tagged())
	}
	if len(releases) == 0 {
		instead = s.near(ctx, id, ref.Name())
	}
	if len(instead) > 0 {
		return wrapped.Mend("%s", strings.Join(instead, ", "))
	}
	return wrapped
}

// near are charts whose names are like one, in repositories that id may use. Only
// about those where there are some the rights are asked for; none are told where
// that fails.
func (s *Sources) near(ctx context.Context, id kube.Identity, name string) []string {
	found, _ := s.catalog.Search(catalog.Query{Pattern: name, Limit: considered, Allowed: func(string) bool { return true }})
	var sources, charts []string
	for _, f := range found {
		sources = append(sources, f.Source)
	}
	slices.Sort(sources)
	usable, err := s.rights.Over(ctx, id, v1alpha1.VerbUse, v1alpha1.Repositories, slices.Compact(sources)...)
	if err != nil {
		s.Logger.Warn("nothing is suggested", "chart", name, "user", id.User, "err", err)
		return nil
	}
	for _, f := range found {
		if usable[f.Source] && len(charts) < nearest {
			charts = append(charts, "helm:"+f.Key+"/"+f.Release.Name)
		}
	}
	return charts
}

// newest are the newest of the releases, at most n.
func newest(releases []repo.Release, n int) []repo.Release {
	sorted := slices.Clone(releases)
	slices.SortStableFunc(sorted, func(a, b repo.Release) int {
		va, errA := semver.NewVersion(a.Version)
		vb, errB := semver.NewVersion(b.Version)
		if errA != nil || errB != nil {
			return cmp.Compare(b.Version, a.Version)
		}
		return vb.Compare(va)
	})
	return sorted[:min(n, len(sorted))]
}
