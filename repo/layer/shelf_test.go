package layer_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"sync"
	"testing"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/repo"
)

// shelf is a repository in memory. Each call first takes one error from failures,
// until there is none; nil lets the call succeed.
type shelf struct {
	mu       sync.Mutex
	failures []error
	late     bool // List fails after its first release
	calls    int
	releases []repo.Release
	packages map[string][]byte // by Release.At
}

func (s *shelf) call() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	if len(s.failures) == 0 {
		return nil
	}
	err := s.failures[0]
	s.failures = s.failures[1:]
	return err
}

func (s *shelf) List(_ context.Context, mark string, each func(repo.Release) error) (*repo.Listing, error) {
	err := s.call()
	if err != nil && !s.late {
		return nil, err
	}
	if mark == "same" {
		return nil, repo.Fail(repo.ErrUnchanged, "nothing is new")
	}
	for _, r := range s.releases {
		if err := each(r); err != nil {
			return nil, err
		}
		if err != nil {
			return nil, err
		}
	}
	return &repo.Listing{Kind: repo.KindIndex, Mark: "same"}, nil
}

func (s *shelf) Find(_ context.Context, name string) ([]repo.Release, error) {
	if err := s.call(); err != nil {
		return nil, err
	}
	found := slices.DeleteFunc(slices.Clone(s.releases), func(r repo.Release) bool { return r.Name != name })
	if len(found) == 0 {
		return nil, repo.Fail(repo.ErrNotFound, "finding %q", name)
	}
	return found, nil
}

func (s *shelf) Fetch(_ context.Context, r repo.Release) ([]byte, error) {
	if err := s.call(); err != nil {
		return nil, err
	}
	return s.packages[r.At], nil
}

// Keep stores before it fails, as where the answer is lost on the way.
func (s *shelf) Keep(_ context.Context, p *repo.Package, replace bool) (string, error) {
	at := p.FileName()
	if data, there := s.packages[at]; there && !replace && string(data) != string(p.Data) {
		return "", repo.Fail(repo.ErrExists, "keeping %q", at)
	}
	s.packages[at] = p.Data
	if err := s.call(); err != nil {
		return "", err
	}
	return at, nil
}

// stocked is a shelf with one chart.
func stocked(failures ...error) *shelf {
	data := []byte("the bytes of foo")
	return &shelf{
		failures: failures,
		releases: []repo.Release{{Name: "foo", Version: "1.0.0", At: "foo-1.0.0.tgz", Digest: digest(data)}},
		packages: map[string][]byte{"foo-1.0.0.tgz": data},
	}
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:])
}

func bar(data string) *repo.Package {
	return &repo.Package{Metadata: &chart.Metadata{APIVersion: "v2", Name: "bar", Version: "2.0.0"}, Data: []byte(data)}
}

// operations are the four, each on the shelf's own chart or on bar.
func operations() map[string]func(context.Context, repo.Repository) error {
	return map[string]func(context.Context, repo.Repository) error{
		"list": func(ctx context.Context, r repo.Repository) error {
			_, err := r.List(ctx, "", func(repo.Release) error { return nil })
			return err
		},
		"find": func(ctx context.Context, r repo.Repository) error { _, err := r.Find(ctx, "foo"); return err },
		"fetch": func(ctx context.Context, r repo.Repository) error {
			_, err := r.Fetch(ctx, stocked().releases[0])
			return err
		},
		"keep": func(ctx context.Context, r repo.Repository) error {
			_, err := r.Keep(ctx, bar("bytes"), false)
			return err
		},
	}
}

// each calls a test for each operation, in a subtest.
func each(t *testing.T, test func(t *testing.T, name string, operate func(context.Context, repo.Repository) error)) {
	t.Helper()
	for name, operate := range operations() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, name, operate)
		})
	}
}
