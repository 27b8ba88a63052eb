package layer

import (
	"context"

	"github.com/helm-dm/helm-dm/repo"
)

// Limit refuses, with errors that match repo.ErrTooLarge, repositories of more
// than repo.MaxReleases, charts of more than a repo.Finding takes, and packages
// beyond repo.MaxPackage, both ways. What is no package at all is not kept either.
func Limit(r repo.Repository) repo.Repository { return &limited{r} }

type limited struct{ next repo.Repository }

func (l *limited) List(ctx context.Context, mark string, each func(repo.Release) error) (*repo.Listing, error) {
	listed := 0
	return l.next.List(ctx, mark, func(release repo.Release) error {
		if listed++; listed > repo.MaxReleases {
			return repo.Fail(repo.ErrTooLarge, "there are more than %d releases", repo.MaxReleases)
		}
		return each(release)
	})
}

func (l *limited) Find(ctx context.Context, name string) ([]repo.Release, error) {
	releases, err := l.next.Find(ctx, name)
	if err != nil {
		return nil, err
	}
	found := repo.NewFinding(name)
	for _, release := range releases {
		if err := found.Add(release); err != nil {
			return nil, err
		}
	}
	return found.Releases()
}

func (l *limited) Fetch(ctx context.Context, release repo.Release) ([]byte, error) {
	data, err := l.next.Fetch(ctx, release)
	if err == nil && len(data) > repo.MaxPackage {
		return nil, repo.Fail(repo.ErrTooLarge, "fetching chart %.100q: it is larger than %d bytes", release.Name, repo.MaxPackage)
	}
	return data, err
}

func (l *limited) Keep(ctx context.Context, p *repo.Package, replace bool) (string, error) {
	if err := p.Check(); err != nil {
		return "", err
	}
	return l.next.Keep(ctx, p, replace)
}
