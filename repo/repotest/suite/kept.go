package suite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/repotest"
)

// keep keeps a package, where Address says.
func (f Fixture) keep(t *testing.T, p *repo.Package, replace bool) {
	t.Helper()
	address, err := f.Repository.Keep(t.Context(), p, replace)
	if err != nil {
		t.Fatalf("keeping %s: %v", p.FileName(), err)
	}
	if want := f.Address(p); address != want {
		t.Errorf("%s is kept at %q, want %q", p.FileName(), address, want)
	}
}

// list returns everything there is, sorted.
func (f Fixture) list(t *testing.T, mark string) ([]repo.Release, *repo.Listing) {
	t.Helper()
	var all []repo.Release
	listing, err := f.Repository.List(t.Context(), mark, func(r repo.Release) error {
		all = append(all, r)
		return nil
	})
	if err != nil {
		t.Fatalf("listing: %v", err)
	}
	slices.SortFunc(all, func(a, b repo.Release) int {
		return strings.Compare(a.Name+" "+a.Version, b.Name+" "+b.Version)
	})
	return all, listing
}

// told are the releases as NAME VERSION, by List where the store has it.
func (f Fixture) told(t *testing.T, names ...string) []string {
	t.Helper()
	var out []string
	if !f.Unlisted {
		all, _ := f.list(t, "")
		for _, r := range all {
			out = append(out, r.Name+" "+r.Version)
		}
		return out
	}
	for _, name := range names {
		releases, err := f.Repository.Find(t.Context(), name)
		if err != nil && !errors.Is(err, repo.ErrNotFound) {
			t.Fatalf("finding %s: %v", name, err)
		}
		for _, r := range releases {
			out = append(out, r.Name+" "+r.Version)
		}
	}
	slices.Sort(out)
	return out
}

// find returns the one release of a package.
func (f Fixture) find(t *testing.T, p *repo.Package) repo.Release {
	t.Helper()
	releases, err := f.Repository.Find(t.Context(), p.Metadata.Name)
	if err != nil {
		t.Fatalf("finding %s: %v", p.Metadata.Name, err)
	}
	releases = slices.DeleteFunc(releases, func(r repo.Release) bool { return r.Version != p.Metadata.Version })
	if len(releases) != 1 {
		t.Fatalf("%s is found %d times, want once", p.FileName(), len(releases))
	}
	return releases[0]
}

// holds fails unless the package is fetched as it is.
func (f Fixture) holds(t *testing.T, p *repo.Package) {
	t.Helper()
	data, err := f.Repository.Fetch(t.Context(), f.find(t, p))
	if err != nil {
		t.Fatalf("fetching %s: %v", p.FileName(), err)
	}
	if !bytes.Equal(data, p.Data) {
		t.Errorf("fetching %s: the bytes are others", p.FileName())
	}
}

// fails fails unless the error is of a kind and says something.
func fails(t *testing.T, doing string, err, kind error) {
	t.Helper()
	if !errors.Is(err, kind) || err.Error() == "" {
		t.Errorf("%s: %v, want an error that matches %q", doing, err, kind)
	}
}

func testEmpty(t *testing.T, f Fixture) {
	if !f.Unlisted {
		if all, _ := f.list(t, ""); len(all) > 0 {
			t.Errorf("an empty repository tells of %v", all)
		}
	}
	releases, err := f.Repository.Find(t.Context(), "foo")
	fails(t, "finding what is not there", err, repo.ErrNotFound)
	if len(releases) > 0 {
		t.Errorf("an empty repository finds %v", releases)
	}
}

func testTells(t *testing.T, f Fixture) {
	digests := map[string]string{}
	for _, id := range []string{"foo 1.0.0", "foo 1.1.0-rc.1", "bar-baz 0.1.0+build.5"} {
		name, version, _ := strings.Cut(id, " ")
		p := repotest.Pack(t, repotest.Chart(name, version), "kept")
		f.keep(t, p, false)
		digests[id] = chart.Digest(p.Data)
	}
	if f.Unlisted {
		_, err := f.Repository.List(t.Context(), "", func(repo.Release) error { return nil })
		fails(t, "listing", err, repo.ErrUnlisted)
	} else {
		all, listing := f.list(t, "")
		f.describes(t, all, digests)
		want := &repo.Listing{Kind: f.Kind, Mark: listing.Mark}
		if diff := cmp.Diff(want, listing); diff != "" {
			t.Errorf("the listing (-want +got):\n%s", diff)
		}
	}
	releases, err := f.Repository.Find(t.Context(), "foo")
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(releases, func(a, b repo.Release) int { return strings.Compare(a.Version, b.Version) })
	delete(digests, "bar-baz 0.1.0+build.5")
	f.describes(t, releases, digests)
	if _, err := f.Repository.Find(t.Context(), "fo"); !errors.Is(err, repo.ErrNotFound) {
		t.Errorf("finding a part of a name: %v", err)
	}
}

// describes holds releases against the digests of what was kept.
func (f Fixture) describes(t *testing.T, got []repo.Release, digests map[string]string) {
	t.Helper()
	seen := map[string]bool{}
	for _, r := range got {
		id := r.Name + " " + r.Version
		seen[id] = true
		if want := digests[id]; r.Digest != want && (r.Digest != "" || f.Kind == repo.KindIndex) {
			t.Errorf("%s has the digest %q, want %q", id, r.Digest, want)
		}
		if f.Kind != repo.KindIndex {
			continue
		}
		m := repotest.Chart(r.Name, r.Version)
		want := repo.Release{
			Name: m.Name, Version: m.Version, AppVersion: m.AppVersion, Description: m.Description, Keywords: m.Keywords,
			Maintainers: []string{"Ada"}, Created: repotest.Pack(t, m, "").Created, Digest: r.Digest, At: r.At,
		}
		if diff := cmp.Diff(want, r); diff != "" {
			t.Errorf("%s (-want +got):\n%s", id, diff)
		}
	}
	if len(seen) != len(digests) || len(got) != len(digests) {
		t.Errorf("%d releases are told, %d different ones, want %d", len(got), len(seen), len(digests))
	}
}

func testFetches(t *testing.T, f Fixture) {
	for _, version := range []string{"1.0.0", "1.0.1-rc.1+a.b", "2.0.0+build.7"} {
		p := repotest.Pack(t, repotest.Chart("foo", version), "fetched "+version)
		f.keep(t, p, false)
		f.holds(t, p)
	}
	r := f.find(t, repotest.Pack(t, repotest.Chart("foo", "1.0.0"), ""))
	r.Digest, r.At = "", strings.ReplaceAll(r.At, "1.0.0", "9.9.9")
	_, err := f.Repository.Fetch(t.Context(), r)
	fails(t, "fetching what is not there", err, repo.ErrNotFound)
}

func testMark(t *testing.T, f Fixture) {
	if f.Unlisted {
		t.Skip("this kind lists nothing")
	}
	f.keep(t, repotest.Pack(t, repotest.Chart("foo", "1.0.0"), "first"), false)
	_, listing := f.list(t, "")
	if f.Unmarked {
		if listing.Mark != "" {
			t.Errorf("the mark is %q, want none", listing.Mark)
		}
		return
	}
	_, err := f.Repository.List(t.Context(), listing.Mark, func(r repo.Release) error {
		return fmt.Errorf("%s is told of, and nothing has changed", r.Name)
	})
	fails(t, "listing again", err, repo.ErrUnchanged)
	f.keep(t, repotest.Pack(t, repotest.Chart("foo", "1.0.1"), "second"), false)
	all, later := f.list(t, listing.Mark)
	if len(all) != 2 || later.Mark == listing.Mark {
		t.Errorf("after a change: %d releases and the mark %q, before it was %q", len(all), later.Mark, listing.Mark)
	}
}

func testStops(t *testing.T, f Fixture) {
	if f.Unlisted {
		t.Skip("this kind lists nothing")
	}
	f.keep(t, repotest.Pack(t, repotest.Chart("foo", "1.0.0"), ""), false)
	f.keep(t, repotest.Pack(t, repotest.Chart("foo", "1.0.1"), ""), false)
	enough, calls := errors.New("enough"), 0
	_, err := f.Repository.List(t.Context(), "", func(repo.Release) error {
		calls++
		return enough
	})
	fails(t, "listing until it is enough", err, enough)
	if calls != 1 {
		t.Errorf("it went on %d times", calls-1)
	}
}

func testCancelled(t *testing.T, f Fixture) {
	p := repotest.Pack(t, repotest.Chart("foo", "1.0.0"), "")
	f.keep(t, p, false)
	r := f.find(t, p)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if !f.Unlisted {
		_, err := f.Repository.List(ctx, "", func(repo.Release) error { return errors.New("it goes on") })
		fails(t, "listing", err, context.Canceled)
	}
	_, err := f.Repository.Find(ctx, "foo")
	fails(t, "finding", err, context.Canceled)
	_, err = f.Repository.Fetch(ctx, r)
	fails(t, "fetching", err, context.Canceled)
	_, err = f.Repository.Keep(ctx, repotest.Pack(t, repotest.Chart("foo", "1.0.1"), ""), false)
	fails(t, "keeping", err, context.Canceled)
	if got := f.told(t, "foo"); len(got) != 1 {
		t.Errorf("after all that, %v are told", got)
	}
}
