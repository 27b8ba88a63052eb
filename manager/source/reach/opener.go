package reach

import (
	"context"
	"sync"

	"github.com/helm-dm/helm-dm/repo"
)

// opener is a repository that is opened when it is first used. What went wrong is
// tried again with the next use.
type opener struct {
	open   func(context.Context) (repo.Repository, error)
	mu     sync.Mutex
	opened repo.Repository
}

func (o *opener) repository(ctx context.Context) (repo.Repository, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.opened != nil {
		return o.opened, nil
	}
	opened, err := o.open(ctx)
	if err == nil {
		o.opened = opened
	}
	return opened, err
}

// List is that of repo.Lister, as the others are those of theirs.
func (o *opener) List(ctx context.Context, mark string, each func(repo.Release) error) (*repo.Listing, error) {
	r, err := o.repository(ctx)
	if err != nil {
		return nil, err
	}
	return r.List(ctx, mark, each)
}

func (o *opener) Find(ctx context.Context, name string) ([]repo.Release, error) {
	r, err := o.repository(ctx)
	if err != nil {
		return nil, err
	}
	return r.Find(ctx, name)
}

func (o *opener) Fetch(ctx context.Context, release repo.Release) ([]byte, error) {
	r, err := o.repository(ctx)
	if err != nil {
		return nil, err
	}
	return r.Fetch(ctx, release)
}

func (o *opener) Keep(ctx context.Context, p *repo.Package, replace bool) (string, error) {
	r, err := o.repository(ctx)
	if err != nil {
		return "", err
	}
	return r.Keep(ctx, p, replace)
}
