package repo_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/helm-dm/helm-dm/repo"
)

func TestFinding(t *testing.T) {
	t.Parallel()
	f := repo.NewFinding("foo")
	if found, err := f.Releases(); !errors.Is(err, repo.ErrNotFound) || found != nil {
		t.Errorf("nothing added: %v and the error %v", found, err)
	}
	for _, r := range []repo.Release{{Name: "foo", Version: "1.0.0"}, {Name: "bar", Version: "2.0.0"}, {Name: "foo", Version: "3.0.0"}} {
		if err := f.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	if found, err := f.Releases(); err != nil || len(found) != 2 || found[0].Version != "1.0.0" || found[1].Version != "3.0.0" {
		t.Errorf("found %v and the error %v", found, err)
	}
}

// What is gathered is bounded whatever makes it large; other charts cost nothing.
func TestFindingIsBounded(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("x", 1<<10)
	for name, c := range map[string]struct {
		release repo.Release
		most    int
	}{
		"versions":     {repo.Release{Name: "foo"}, repo.MaxVersions},
		"versions ":    {repo.Release{Name: "foo", Description: "x", Digest: "sha256:" + strings.Repeat("0", 64), At: strings.Repeat("a", 250)}, repo.MaxVersions},
		"descriptions": {repo.Release{Name: "foo", Description: text}, 8 << 10},
		"addresses":    {repo.Release{Name: "foo", At: text}, 8 << 10},
		"keywords":     {repo.Release{Name: "foo", Keywords: slices.Repeat([]string{"k"}, 32)}, 8 << 10},
		"maintainers":  {repo.Release{Name: "foo", Maintainers: slices.Repeat([]string{"m"}, 16)}, 16 << 10},
	} {
		f, added := repo.NewFinding("foo"), 0
		var err error
		for ; err == nil && added <= repo.MaxVersions; added++ {
			other := c.release
			other.Name = fmt.Sprint("other", added)
			if err := f.Add(other); err != nil {
				t.Fatal(err)
			}
			err = f.Add(c.release)
		}
		if added--; !errors.Is(err, repo.ErrTooLarge) || added > c.most || added < c.most*9/10 {
			t.Errorf("%s: the error is %v after %d, want one of size after about %d", name, err, added, c.most)
		}
	}
}
