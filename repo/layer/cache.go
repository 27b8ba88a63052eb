package layer

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/helm-dm/helm-dm/repo"
)

// Bounds of what a Cache keeps.
const (
	maxFindings = 16   // at a time
	maxReleases = 1000 // of one: who asks again for a chart of more waits again
)

// Cache remembers for a time what Find has found, so that one deploy, which looks
// a chart up more than once, asks a registry once. What was not found is not
// remembered: it may be released any moment. Nor is what would take much memory. A
// package that is kept through it is seen at once.
func Cache(r repo.Repository, ttl time.Duration) repo.Repository {
	return &cached{Repository: r, ttl: ttl, found: map[string]finding{}}
}

type cached struct {
	repo.Repository
	ttl time.Duration

	mu    sync.Mutex
	found map[string]finding // by the name of the chart
	kept  int                // packages so far: what was being looked up meanwhile is old
}

type finding struct {
	releases []repo.Release
	until    time.Time
}

func (c *cached) Find(ctx context.Context, name string) ([]repo.Release, error) {
	c.mu.Lock()
	known, kept := c.found[name], c.kept
	c.mu.Unlock()
	if time.Now().Before(known.until) {
		return slices.Clone(known.releases), nil
	}
	releases, err := c.Repository.Find(ctx, name)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if kept == c.kept && len(releases) <= maxReleases {
		c.remember(name, finding{slices.Clone(releases), time.Now().Add(c.ttl)})
	}
	return releases, nil
}

// remember makes room for what was found, by what is old, else by all: with the
// mutex held.
func (c *cached) remember(name string, f finding) {
	now := time.Now()
	maps.DeleteFunc(c.found, func(_ string, f finding) bool { return !now.Before(f.until) })
	if len(c.found) >= maxFindings {
		clear(c.found)
	}
	c.found[name] = f
}

func (c *cached) Keep(ctx context.Context, p *repo.Package, replace bool) (string, error) {
	defer func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.kept++
		delete(c.found, p.Metadata.Name)
	}()
	return c.Repository.Keep(ctx, p, replace)
}
