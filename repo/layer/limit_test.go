package layer_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/layer"
)

func TestLimit(t *testing.T) {
	t.Parallel()
	few, many := stocked(), stocked()
	few.releases = slices.Repeat(few.releases, 20_000)
	many.releases = slices.Repeat(many.releases, 500_001)
	handed := 0
	count := func(repo.Release) error { handed++; return nil }
	if _, err := layer.Limit(few).List(t.Context(), "", count); err != nil || handed != 20_000 {
		t.Errorf("%d releases and the error %v", handed, err)
	}
	handed = 0
	if _, err := layer.Limit(many).List(t.Context(), "", count); !errors.Is(err, repo.ErrTooLarge) || handed != 500_000 {
		t.Errorf("%d releases and the error %v", handed, err)
	}
	if found, err := layer.Limit(few).Find(t.Context(), "foo"); err != nil || len(found) != 20_000 {
		t.Errorf("%d versions and the error %v", len(found), err)
	}
	if found, err := layer.Limit(many).Find(t.Context(), "foo"); !errors.Is(err, repo.ErrTooLarge) || found != nil {
		t.Errorf("%d versions and the error %v", len(found), err)
	}
	if _, err := layer.Limit(few).Find(t.Context(), "bar"); !errors.Is(err, repo.ErrNotFound) {
		t.Errorf("the error is %v", err)
	}
}

func TestLimitPackages(t *testing.T) {
	t.Parallel()
	for size, kind := range map[int]error{repo.MaxPackage: nil, repo.MaxPackage + 1: repo.ErrTooLarge} {
		shelf := stocked()
		shelf.packages["foo-1.0.0.tgz"] = make([]byte, size)
		data, err := layer.Limit(shelf).Fetch(t.Context(), shelf.releases[0])
		if !errors.Is(err, kind) || kind != nil && data != nil {
			t.Errorf("fetching %d bytes: %d bytes and the error %v", size, len(data), err)
		}
		calls := shelf.calls
		if _, err := layer.Limit(shelf).Keep(t.Context(), bar(string(make([]byte, size))), false); !errors.Is(err, kind) || kind != nil && shelf.calls > calls {
			t.Errorf("keeping %d bytes: the error %v", size, err)
		}
	}
}

func TestLimitKeepsNothingElse(t *testing.T) {
	t.Parallel()
	shelf, nameless := stocked(), bar("bytes")
	nameless.Metadata.Name = ""
	if _, err := layer.Limit(shelf).Keep(t.Context(), nameless, false); !errors.Is(err, repo.ErrInvalid) || shelf.calls > 0 {
		t.Errorf("%d calls and the error %v", shelf.calls, err)
	}
}
