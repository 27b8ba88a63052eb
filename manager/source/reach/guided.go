package reach

import (
	"context"
	"errors"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
)

// guided is an entry that says, when it leads to a private address of somebody
// else, how an administrator allows that.
type guided struct {
	repo.Repository
	entry *Entry
}

// List is that of repo.Lister, as the others are those of theirs.
func (g *guided) List(ctx context.Context, mark string, each func(repo.Release) error) (*repo.Listing, error) {
	listing, err := g.Repository.List(ctx, mark, each)
	return listing, g.guide(err)
}

func (g *guided) Find(ctx context.Context, name string) ([]repo.Release, error) {
	found, err := g.Repository.Find(ctx, name)
	return found, g.guide(err)
}

func (g *guided) Fetch(ctx context.Context, release repo.Release) ([]byte, error) {
	data, err := g.Repository.Fetch(ctx, release)
	return data, g.guide(err)
}

func (g *guided) Keep(ctx context.Context, p *repo.Package, replace bool) (string, error) {
	at, err := g.Repository.Keep(ctx, p, replace)
	return at, g.guide(err)
}

func (g *guided) guide(err error) error {
	refusal, ok := errors.AsType[*fetch.Refusal](err)
	if !ok || refusal.Rule != fetch.RulePrivate {
		return err
	}
	with := ""
	if g.entry.Credential != "" {
		with = "-c " + g.entry.Credential + " "
	}
	return repo.Fail(repo.ErrRefused, "repository %q leads to another origin: %w", g.entry.Location, err).
		Mend("if that is meant, let an administrator add it with that origin: helm repo add %s--origin %s %s", with, refusal.Origin, g.entry.Location)
}
