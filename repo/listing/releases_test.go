package listing

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/helm-dm/helm-dm/repo"
)

// gather adds objects with these keys.
func gather(t *testing.T, keys ...string) *Releases {
	t.Helper()
	r := NewReleases("")
	for _, key := range keys {
		if err := r.Add(Object{Key: key, Size: 10, Mark: "1", Modified: time.Unix(1, 0)}); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

func none(repo.Release) error { return nil }

func TestReleases(t *testing.T) {
	t.Parallel()
	r := gather(t, "foo-1.0.0.tgz", "foo-1.0.0.tgz.prov", "index.yaml", "README", "deeper/foo-2.0.0.tgz", "bar-baz-0.1.0+b.1.tgz")
	var got []repo.Release
	l, err := r.Hand("", func(r repo.Release) error {
		got = append(got, r)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"foo 1.0.0 foo-1.0.0.tgz 1", "bar-baz 0.1.0+b.1 bar-baz-0.1.0+b.1.tgz 1"}
	var told []string
	for _, r := range got {
		told = append(told, fmt.Sprint(r.Name, " ", r.Version, " ", r.At, " ", r.Created.Unix()))
	}
	if !slices.Equal(told, want) || l.Kind != repo.KindBucket || l.Broken != 0 {
		t.Errorf("%q are told, want %q, with %+v", told, want, l)
	}
}

func TestBroken(t *testing.T) {
	t.Parallel()
	for _, key := range []string{
		"../foo-1.0.0.tgz", "/foo-1.0.0.tgz", "//foo-1.0.0.tgz", "a//foo-1.0.0.tgz", "a/../foo-1.0.0.tgz", "./foo-1.0.0.tgz",
		"..%2ffoo-1.0.0.tgz", `..\foo-1.0.0.tgz`, "foo\x00-1.0.0.tgz", "foo\n-1.0.0.tgz", "foo.tgz", "foo-latest.tgz", ".tgz", "-1.0.0.tgz", "good-1.0.0.tgz",
	} {
		l, err := gather(t, "good-1.0.0.tgz", key).Hand("", func(r repo.Release) error {
			if r.At != "good-1.0.0.tgz" {
				return fmt.Errorf("%q is told of", r.At)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
			continue
		}
		if l.Broken != 1 || len(l.Faults) != 1 || strings.ContainsAny(l.Faults[0].Error(), "\n\x00") {
			t.Errorf("%q: %d are broken: %q", key, l.Broken, l.Faults)
		}
	}
}

func TestTooMuch(t *testing.T) {
	t.Parallel()
	r := gather(t, "good-1.0.0.tgz")
	if err := r.Add(Object{Key: "huge-1.0.0.tgz", Size: repo.MaxPackage + 1}); err != nil {
		t.Fatal(err)
	}
	for i := range 2 * maxFaults {
		if err := r.Add(Object{Key: fmt.Sprintf("bad%d.tgz", i)}); err != nil {
			t.Fatal(err)
		}
	}
	l, err := r.Hand("", none)
	if err != nil || l.Broken != 2*maxFaults+1 || len(l.Faults) != maxFaults || !errors.Is(l.Faults[0], repo.ErrTooLarge) {
		t.Errorf("got %+v and %v", l, err)
	}
	for i := r.Len(); i < maxReleases; i++ {
		if err := r.Add(Object{Key: fmt.Sprintf("more-%d.0.0.tgz", i)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Add(Object{Key: "last-1.0.0.tgz"}); !errors.Is(err, repo.ErrTooLarge) {
		t.Errorf("one more than the most: %v", err)
	}
}

func TestMarks(t *testing.T) {
	t.Parallel()
	mark := func(r *Releases) string {
		l, err := r.Hand("", none)
		if err != nil {
			t.Fatal(err)
		}
		return l.Mark
	}
	first := mark(gather(t, "a-1.0.0.tgz", "b-1.0.0.tgz"))
	if _, err := gather(t, "a-1.0.0.tgz", "b-1.0.0.tgz", "README").Hand(first, func(repo.Release) error { return errors.New("told") }); !errors.Is(err, repo.ErrUnchanged) {
		t.Errorf("the same again: %v", err)
	}
	changed := NewReleases("")
	for _, o := range []Object{{Key: "a-1.0.0.tgz", Size: 10, Mark: "1", Modified: time.Unix(1, 0)}, {Key: "b-1.0.0.tgz", Size: 10, Mark: "2", Modified: time.Unix(1, 0)}} {
		if err := changed.Add(o); err != nil {
			t.Fatal(err)
		}
	}
	seen := map[string]bool{first: true}
	for name, r := range map[string]*Releases{"one less": gather(t, "a-1.0.0.tgz"), "other content": changed, "a broken one": gather(t, "a-1.0.0.tgz", "b-1.0.0.tgz", "c.tgz")} {
		if m := mark(r); seen[m] {
			t.Errorf("%s has a mark that was there before", name)
		} else {
			seen[m] = true
		}
	}
}
