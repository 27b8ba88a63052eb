package suite

import (
	"errors"
	"slices"
	"testing"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/repotest"
)

func testDamaged(t *testing.T, f Fixture) {
	if f.Corrupt == nil {
		t.Skip("this kind has no digests")
	}
	p := repotest.Pack(t, repotest.Chart("foo", "1.0.0"), "whole")
	f.keep(t, p, false)
	r := f.find(t, p)
	f.Corrupt(t, p)
	_, err := f.Repository.Fetch(t.Context(), r)
	fails(t, "fetching a damaged package", err, repo.ErrInvalid)
}

func testElsewhere(t *testing.T, f Fixture) {
	f.keep(t, repotest.Pack(t, repotest.Chart("foo", "1.0.0"), ""), false)
	for _, at := range []string{"", "../foo-1.0.0.tgz", "../../../etc/passwd", "a/../../foo-1.0.0.tgz", "%2e%2e/foo-1.0.0.tgz", "file:///etc/passwd", "\x00"} {
		_, err := f.Repository.Fetch(t.Context(), repo.Release{Name: "foo", Version: "1.0.0", At: at})
		if !errors.Is(err, repo.ErrNotFound) {
			fails(t, "fetching from "+at, err, repo.ErrInvalid)
		}
	}
}

func testTooLarge(t *testing.T, f Fixture) {
	if f.Put == nil {
		t.Skip("this kind has no files")
	}
	p := repotest.Pack(t, repotest.Chart("foo", "1.0.0"), "")
	f.keep(t, p, false)
	r := f.find(t, p)
	f.Put(t, p.FileName(), make([]byte, repo.MaxPackage+1))
	_, err := f.Repository.Fetch(t.Context(), r)
	fails(t, "fetching a huge package", err, repo.ErrTooLarge)
}

// brokenIndex has one good entry among broken ones.
const brokenIndex = `apiVersion: v1
entries:
  nothing: null
  nobody:
  - null
  unversioned:
  - {apiVersion: v2, name: unversioned, urls: [unversioned.tgz]}
  ../up:
  - {apiVersion: v2, name: ../up, version: 1.0.0, urls: [up-1.0.0.tgz]}
  undigested:
  - {apiVersion: v2, name: undigested, version: 1.0.0, digest: deadbeef, urls: [undigested-1.0.0.tgz]}
  twice:
  - {apiVersion: v2, name: twice, version: 1.0.0, description: first, urls: [first.tgz]}
  - {apiVersion: v2, name: twice, version: 1.0.0, description: second, urls: [second.tgz]}
  good:
  - {apiVersion: v2, name: good, version: 1.0.0, urls: [good-1.0.0.tgz]}
`

func testBrokenEntries(t *testing.T, f Fixture) {
	if f.Kind != repo.KindIndex {
		t.Skip("this kind has no index")
	}
	p := repotest.Pack(t, repotest.Chart("good", "1.0.0"), "")
	f.Put(t, "index.yaml", []byte(brokenIndex))
	f.Put(t, p.FileName(), p.Data)
	all, listing := f.list(t, "")
	if got, want := f.told(t), []string{"good 1.0.0", "twice 1.0.0"}; !slices.Equal(got, want) {
		t.Errorf("%q are told, want %q", got, want)
	}
	if listing.Broken < 5 || len(listing.Faults) < 5 {
		t.Errorf("%d entries are broken: %v", listing.Broken, listing.Faults)
	}
	if len(all) == 2 && all[1].Description != "first" {
		t.Errorf("of two entries the %s is told", all[1].Description)
	}
	f.holds(t, p)
	added := repotest.Pack(t, repotest.Chart("added", "1.0.0"), "")
	f.keep(t, added, false)
	f.holds(t, added)
	f.holds(t, p)
}

func testBrokenKeys(t *testing.T, f Fixture) {
	if f.Kind != repo.KindBucket {
		t.Skip("this kind is not read by its keys")
	}
	p := repotest.Pack(t, repotest.Chart("good", "1.0.0"), "")
	f.keep(t, p, false)
	f.Put(t, "unversioned.tgz", []byte("package"))
	f.Put(t, "README.md", []byte("no package"))
	all, listing := f.list(t, "")
	if len(all) != 1 || all[0].Digest != "" && all[0].Digest != chart.Digest(p.Data) {
		t.Errorf("%v are told", all)
	}
	if listing.Broken != 1 || len(listing.Faults) != 1 {
		t.Errorf("%d keys are broken: %v", listing.Broken, listing.Faults)
	}
	f.holds(t, p)
}
