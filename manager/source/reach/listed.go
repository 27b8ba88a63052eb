package reach

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/catalog"
	books "github.com/helm-dm/helm-dm/state/source"
)

// Listed are the repositories that an administrator added, as this replica knows
// them. They are never changed.
type Listed struct {
	byName  map[string]*Entry
	byKey   map[string]*Entry
	origins map[repo.Origin]bool
}

// Entry is one of them.
type Entry struct {
	*books.Repository
	Location repo.Location
	opened   *opener
}

// version tells states of the entry apart.
func (e *Entry) version() string { return e.UID + "/" + e.ResourceVersion }

// follow takes in what repositories there are. Those that stay as they are keep
// what they have learned.
func (r *Reach) follow(repositories []*books.Repository) {
	before := r.Listed()
	now := &Listed{byName: map[string]*Entry{}, byKey: map[string]*Entry{}, origins: map[repo.Origin]bool{}}
	var sources []catalog.Source
	for _, added := range repositories {
		location, err := repo.ParseLocation(added.URL)
		if err != nil {
			r.Logger.Error("a repository is set aside", "repository", added.Name, "err", err)
			continue
		}
		e := &Entry{Repository: added, Location: location}
		if old := before.byName[added.Name]; old != nil && old.version() == e.version() {
			e = old
		} else {
			e.opened = &opener{open: func(ctx context.Context) (repo.Repository, error) { return r.open(ctx, added, location, r.network) }}
		}
		now.byName[added.Name], now.byKey[location.Key()], now.origins[location.Origin()] = e, e, true
		sources = append(sources, catalog.Source{Name: added.Name, Location: location, Version: e.version(), Repository: e.opened})
	}
	r.listed.Store(now)
	r.Changed(sources)
	r.mu.Lock()
	defer r.mu.Unlock()
	close(r.seen)
	r.seen = make(chan struct{})
}

// above returns the repositories whose keys are the given one or a prefix of it by
// whole segments, the longest first.
func (l *Listed) above(key string) []*Entry {
	var found []*Entry
	for {
		if e := l.byKey[key]; e != nil {
			found = append(found, e)
		}
		i := strings.LastIndex(key, "/")
		if i < 0 {
			return found
		}
		key = key[:i]
	}
}

// Named is the repository of a name, nil when there is none.
func (l *Listed) Named(name string) *Entry { return l.byName[name] }

// Names are those of all repositories, in order.
func (l *Listed) Names() []string {
	return slices.Sorted(maps.Keys(l.byName))
}
