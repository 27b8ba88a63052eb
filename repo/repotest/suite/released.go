package suite

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/repotest"
)

func testImmutable(t *testing.T, f Fixture) {
	first := repotest.Pack(t, repotest.Chart("foo", "1.0.0"), "first")
	f.keep(t, first, false)
	f.keep(t, first, false)
	f.holds(t, first)
	_, err := f.Repository.Keep(t.Context(), repotest.Pack(t, repotest.Chart("foo", "1.0.0"), "second"), false)
	fails(t, "keeping other bytes", err, repo.ErrExists)
	f.holds(t, first)
}

func testReplace(t *testing.T, f Fixture) {
	other, second := repotest.Pack(t, repotest.Chart("foo", "0.9.0"), "other"), repotest.Pack(t, repotest.Chart("foo", "1.0.0"), "second")
	f.keep(t, other, true)
	f.keep(t, repotest.Pack(t, repotest.Chart("foo", "1.0.0"), "first"), false)
	f.keep(t, second, true)
	f.holds(t, second)
	f.holds(t, other)
	if got, want := f.told(t, "foo"), []string{"foo 0.9.0", "foo 1.0.0"}; !slices.Equal(got, want) {
		t.Errorf("%q are told, want %q", got, want)
	}
}

func testProvenance(t *testing.T, f Fixture) {
	p := repotest.Pack(t, repotest.Chart("foo", "1.0.0+a"), "signed")
	p.Provenance = []byte("-----BEGIN PGP SIGNED MESSAGE-----\n")
	f.keep(t, p, false)
	f.holds(t, p)
	if got, want := f.told(t, "foo"), []string{"foo 1.0.0+a"}; !slices.Equal(got, want) {
		t.Errorf("%q are told, want %q", got, want)
	}
	if f.Get == nil {
		return
	}
	if got := f.Get(t, p.FileName()+".prov"); !bytes.Equal(got, p.Provenance) {
		t.Errorf("beside the package lies %q", got)
	}
	f.keep(t, repotest.Pack(t, repotest.Chart("foo", "1.0.0+a"), "replaced"), true)
	if got := f.Get(t, p.FileName()+".prov"); got != nil {
		t.Errorf("beside the package that replaced it lies %q", got)
	}
}

func testRefuses(t *testing.T, f Fixture) {
	for _, m := range []*chart.Metadata{
		repotest.Chart("../up", "1.0.0"), repotest.Chart("a/b", "1.0.0"), repotest.Chart(`a\b`, "1.0.0"), repotest.Chart("..", "1.0.0"), repotest.Chart("", "1.0.0"),
		repotest.Chart("a b", "1.0.0"), repotest.Chart("a#b", "1.0.0"), repotest.Chart("a%2fb", "1.0.0"),
		repotest.Chart("foo", "../1.0.0"), repotest.Chart("foo", "one"), repotest.Chart("foo", ""),
	} {
		_, err := f.Repository.Keep(t.Context(), &repo.Package{Metadata: m, Data: []byte("package")}, true)
		fails(t, fmt.Sprintf("keeping %q of %q", m.Version, m.Name), err, repo.ErrInvalid)
	}
	_, err := f.Repository.Keep(t.Context(), &repo.Package{Metadata: repotest.Chart("foo", "1.0.0"), Data: make([]byte, repo.MaxPackage+1)}, true)
	fails(t, "keeping too much", err, repo.ErrTooLarge)
	if got := f.told(t, "foo"); len(got) > 0 {
		t.Errorf("%q are told", got)
	}
}

// many are kept at once.
const many = 20

func testTogether(t *testing.T, f Fixture) {
	replicas := f.replicas(t)
	var group errgroup.Group
	var want, names []string
	for i := range many {
		p := repotest.Pack(t, repotest.Chart(fmt.Sprintf("chart-%02d", i), "1.0.0"), "together")
		names = append(names, p.Metadata.Name)
		want = append(want, p.Metadata.Name+" 1.0.0")
		group.Go(func() error {
			_, err := replicas[i%len(replicas)].Keep(t.Context(), p, false)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	if got := f.told(t, names...); !slices.Equal(got, want) {
		t.Errorf("%q are told, want %q", got, want)
	}
}

// replicas are all who may keep at once.
func (f Fixture) replicas(t *testing.T) []repo.Repository {
	t.Helper()
	if f.Again == nil {
		return []repo.Repository{f.Repository}
	}
	return []repo.Repository{f.Repository, f.Again(t)}
}

func testRivals(t *testing.T, f Fixture) {
	if f.Again == nil {
		t.Skip("this kind has no conditional writes")
	}
	rivals := []*repo.Package{repotest.Pack(t, repotest.Chart("foo", "1.0.0"), "one"), repotest.Pack(t, repotest.Chart("foo", "1.0.0"), "another")}
	errs := make([]error, len(rivals))
	replicas := f.replicas(t)
	var group errgroup.Group
	for i := range rivals {
		group.Go(func() error {
			_, errs[i] = replicas[i].Keep(t.Context(), rivals[i], false)
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	won := slices.Index(errs, nil)
	if won < 0 || !errors.Is(errs[1-won], repo.ErrExists) {
		t.Fatalf("two at once end with %v and %v", errs[0], errs[1])
	}
	f.holds(t, rivals[won])
}
