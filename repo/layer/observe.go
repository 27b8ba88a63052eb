package layer

import (
	"context"
	"time"

	"github.com/helm-dm/helm-dm/repo"
)

// Observer hears of every call to a repository: of which kind it is (the scheme
// of its location), the operation (list, find, fetch, keep), how long it took, how
// many bytes of packages went over the wire, and how it ended. It may be called
// by any number of goroutines.
type Observer interface {
	Observe(kind, operation string, d time.Duration, bytes int, err error)
}

// Observe tells an observer of every call; with a nil one it changes nothing.
func Observe(r repo.Repository, kind string, o Observer) repo.Repository {
	if o == nil {
		return r
	}
	return &observed{r, kind, o}
}

type observed struct {
	next     repo.Repository
	kind     string
	observer Observer
}

func (o *observed) List(ctx context.Context, mark string, each func(repo.Release) error) (*repo.Listing, error) {
	start := time.Now()
	listing, err := o.next.List(ctx, mark, each)
	o.observer.Observe(o.kind, "list", time.Since(start), 0, err)
	return listing, err
}

func (o *observed) Find(ctx context.Context, name string) ([]repo.Release, error) {
	start := time.Now()
	releases, err := o.next.Find(ctx, name)
	o.observer.Observe(o.kind, "find", time.Since(start), 0, err)
	return releases, err
}

func (o *observed) Fetch(ctx context.Context, r repo.Release) ([]byte, error) {
	start := time.Now()
	data, err := o.next.Fetch(ctx, r)
	o.observer.Observe(o.kind, "fetch", time.Since(start), len(data), err)
	return data, err
}

func (o *observed) Keep(ctx context.Context, p *repo.Package, replace bool) (string, error) {
	start := time.Now()
	at, err := o.next.Keep(ctx, p, replace)
	sent := len(p.Data)
	if err != nil {
		sent = 0
	}
	o.observer.Observe(o.kind, "keep", time.Since(start), sent, err)
	return at, err
}
