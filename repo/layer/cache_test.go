package layer_test

import (
	"errors"
	"fmt"
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
	for i := range 300 {
		name := fmt.Sprint("chart-", i)
		shelf.releases = append(shelf.releases, repo.Release{Name: name})
		if _, err := r.Find(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.Find(t.Context(), "chart-0"); err != nil || shelf.calls != 301 {
		t.Errorf("the error is %v after %d calls: the first of 300 charts is still remembered", err, shelf.calls)
	}
}
