package layer_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/layer"
)

func TestCacheRemembersForATime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		shelf := stocked()
		r := layer.Cache(shelf, time.Minute)
		ask := func(calls int) {
			t.Helper()
			releases, err := r.Find(t.Context(), "foo")
			if err != nil || len(releases) != 1 || releases[0].Version != "1.0.0" || shelf.calls != calls {
				t.Errorf("got %v and the error %v after %d calls, want foo 1.0.0 after %d", releases, err, shelf.calls, calls)
			}
			releases[0].Version = "9.9.9" // what is handed out belongs to whoever asked
		}
		ask(1)
		ask(1)
		time.Sleep(time.Minute)
		ask(2)
	})
}

func TestCacheForgetsWhatIsReplaced(t *testing.T) {
	t.Parallel()
	shelf := stocked()
	shelf.releases = append(shelf.releases, repo.Release{Name: "bar", Version: "1.0.0"})
	r := layer.Cache(shelf, time.Hour)
	find := func(name string) {
		t.Helper()
		if _, err := r.Find(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
	find("foo")
	find("bar")
	if _, err := r.Keep(t.Context(), bar("bytes"), false); err != nil {
		t.Fatal(err)
	}
	before := shelf.calls
	find("foo")
	find("bar")
	if shelf.calls != before+1 {
		t.Errorf("%d calls after a bar was kept, want one: for bar", shelf.calls-before)
	}
}

func TestCacheRemembersNoFailure(t *testing.T) {
	t.Parallel()
	shelf := stocked(unavailable())
	r := layer.Cache(shelf, time.Hour)
	if _, err := r.Find(t.Context(), "foo"); !errors.Is(err, repo.ErrUnavailable) {
		t.Errorf("the error is %v", err)
	}
	for range 2 {
		if _, err := r.Find(t.Context(), "none"); !errors.Is(err, repo.ErrNotFound) {
			t.Errorf("the error is %v", err)
		}
	}
	if _, err := r.Find(t.Context(), "foo"); err != nil || shelf.calls != 4 {
		t.Errorf("the error is %v after %d calls, want none after 4", err, shelf.calls)
	}
}

func TestCacheIsBounded(t *testing.T) {
	t.Parallel()
	shelf := stocked()
	r := layer.Cache(shelf, time.Hour)
	find := charts(t, shelf, r)
	find(0, 17)
	if find(0, 1); shelf.calls != 18 {
		t.Errorf("%d calls: the first of 17 charts is still remembered", shelf.calls)
	}
}

// What is old takes no room, nor does what is large.
func TestCacheForgets(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		shelf := stocked()
		r := layer.Cache(shelf, time.Minute)
		find := charts(t, shelf, r)
		find(0, 8)
		time.Sleep(time.Minute)
		find(8, 24)
		shelf.calls = 0
		if find(8, 24); shelf.calls != 0 {
			t.Errorf("%d calls: what is new was forgotten, and what is old was not", shelf.calls)
		}
		shelf.releases = slices.Repeat(shelf.releases[:1], 1001)
		for range 2 {
			if found, err := r.Find(t.Context(), "foo"); err != nil || len(found) != 1001 {
				t.Errorf("found %d and the error %v", len(found), err)
			}
		}
		if shelf.calls != 2 {
			t.Errorf("%d calls for a chart of 1001 releases", shelf.calls)
		}
	})
}

// charts finds charts of the shelf by their numbers.
func charts(t *testing.T, shelf *shelf, r repo.Repository) func(from, to int) {
	return func(from, to int) {
		t.Helper()
		for i := from; i < to; i++ {
			name := fmt.Sprint("chart-", i)
			shelf.releases = append(shelf.releases, repo.Release{Name: name})
			if _, err := r.Find(t.Context(), name); err != nil {
				t.Fatal(err)
			}
		}
	}
}
