package layer

import (
	"context"

	"github.com/helm-dm/helm-dm/repo"
)

// Bounds of what one repository may be.
const (
	maxReleases = 500_000 // in all
	maxVersions = 20_000  // of one chart
)

// Limit refuses, with errors that match repo.ErrTooLarge, repositories of more
// than 500,000 releases, charts of more than 20,000, and packages beyond
// repo.MaxPackage, both ways. What is no package at all is not kept either.
func Limit(r repo.Repository) repo.Repository { return &limited{r} }

type limited struct{ next repo.Repository }

func (l *limited) List(ctx context.Context, mark string, each func(repo.Release) error) (*repo.Listing, error) {
	listed := 0
	return l.next.List(ctx, mark, func(release repo.Release) error {
		if listed++; listed > maxReleases {
			return repo.Fail(repo.ErrTooLarge, "there are more than %d releases", maxReleases)
		}
		return each(release)
	})
}

func (l *limited) Find(ctx context.Context, name string) ([]repo.Release, error) {
	releases, err := l.next.Find(ctx, name)
	if err == nil && len(releases) > maxVersions {
		return nil, repo.Fail(repo.ErrTooLarge, "finding chart %.100q: there are more than %d versions of it", name, maxVersions)
	}
	return releases, err
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
