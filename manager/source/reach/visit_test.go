package reach

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/helm-dm/helm-dm/chart/reference"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/manager/failure"
	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
	"github.com/helm-dm/helm-dm/repo/repotest"
	books "github.com/helm-dm/helm-dm/state/source"
)

// TestPackagesCountAsLongAsTheyAreUsed wants no package in memory that has no place
// in the queue.
func TestPackagesCountAsLongAsTheyAreUsed(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{Plain: true})
	w.Put("charts/web-1.0.0.tgz", []byte("a package"))
	r := New(Config{Policy: fetch.Policy{Anywhere: true}})
	ref, err := reference.Parse(w.URL() + "/charts/web-1.0.0.tgz")
	if err != nil {
		t.Fatal(err)
	}
	p, err := elsewhere(ref)
	if err != nil {
		t.Fatal(err)
	}
	used := ""
	err = r.Fetch(t.Context(), kube.Identity{User: "ada"}, p, repo.Release{At: p.At()}, func(_ context.Context, data []byte) error {
		used = string(data)
		if r.others.total != 1 || r.others.of[kube.Identity{User: "ada"}.Owner()] != 1 || r.queue.total != 0 {
			t.Errorf("%d places are taken while a package is used, by %v", r.others.total, r.others.of)
		}
		return nil
	})
	if err != nil || used != "a package" || r.others.total != 0 {
		t.Errorf("used %q, %d places are still taken (%v)", used, r.others.total, err)
	}
}

// slow is a repository from which nothing arrives in time, or all at once.
type slow struct {
	repo.Repository
	data []byte
}

func (s slow) Fetch(ctx context.Context, _ repo.Release) ([]byte, error) {
	if s.data != nil {
		return s.data, nil
	}
	<-ctx.Done()
	return nil, fmt.Errorf("fetching: %w", ctx.Err())
}

// TestVisitsAreBounded wants nobody to keep a place in the queue for good, and
// callers to be told which bound it was.
func TestVisitsAreBounded(t *testing.T) {
	t.Parallel()
	stuck := func(ctx context.Context, _ []byte) error {
		<-ctx.Done()
		return fmt.Errorf("opening: %w", ctx.Err())
	}
	for name, c := range map[string]struct {
		entry *Entry
		there slow
		words []string
	}{
		"a place that nobody added": {nil, slow{}, []string{"within 30s", "helm repo add"}},
		"a repository":              {&Entry{Repository: &books.Repository{}}, slow{}, []string{"within 2m0s"}},
		"a worker":                  {nil, slow{data: []byte("a package")}, []string{"not opened within 1m0s", "try again later"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r := New(Config{})
				location, err := repo.ParseLocation("oci://r.example/team")
				if err != nil {
					t.Fatal(err)
				}
				p := &Place{Entry: c.entry, Location: location, Chart: "web"}
				r.opened[p.ID()] = opened{Repository: c.there, below: c.entry}
				err = r.Fetch(t.Context(), kube.Identity{User: "ada"}, p, repo.Release{}, stuck)
				if !errors.Is(err, repo.ErrUnavailable) {
					t.Errorf("%v, want ErrUnavailable", err)
				}
				for _, w := range c.words {
					if told := failure.Sentence(err); !strings.Contains(told, w) {
						t.Errorf("%q does not say %q", told, w)
					}
				}
				ctx, cancel := context.WithTimeout(t.Context(), 1)
				defer cancel()
				if err := r.Fetch(ctx, kube.Identity{User: "ada"}, p, repo.Release{}, stuck); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("the caller's own time is up: %v, want DeadlineExceeded", err)
				}
				if r.queue.total+r.others.total != 0 {
					t.Error("a place is still taken")
				}
			})
		})
	}
}
