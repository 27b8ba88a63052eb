package reach

import (
	"context"

	"github.com/helm-dm/helm-dm/repo"
)

// opener is a repository that is opened when it is first used. What went wrong is
// tried again with the next use.
type opener struct {
	open   func(context.Context) (repo.Repository, error)
	gate   chan struct{} // holds one while opened is looked at
	opened repo.Repository
}

func newOpener(open func(context.Context) (repo.Repository, error)) *opener {
	return &opener{open: open, gate: make(chan struct{}, 1)}
}

func (o *opener) repository(ctx context.Context) (repo.Repository, error) {
	select {
	case o.gate <- struct{}{}:
		defer func() { <-o.gate }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
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
