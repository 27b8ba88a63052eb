package reach

import (
	"testing"

	"github.com/helm-dm/helm-dm/chart/reference"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
	"github.com/helm-dm/helm-dm/repo/repotest"
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
	err = r.Fetch(t.Context(), kube.Identity{User: "ada"}, p, repo.Release{At: p.At()}, func(data []byte) error {
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
