package reach

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/catalog"
	"github.com/helm-dm/helm-dm/repo/fetch"
	books "github.com/helm-dm/helm-dm/state/source"
)

// Listed are the repositories that an administrator added, as this replica knows
// them. They are never changed.
type Listed struct {
	byName map[string]*Entry
	byKey  map[string]*Entry
}

// Entry is one of them.
type Entry struct {
	*books.Repository
	Location repo.Location
	network  *fetch.Network // on which its own origins may be private, and no others
	opened   *opener
	fault    error                  // why it cannot be opened, whoever tries
	token    atomic.Pointer[string] // of its credential, once that was read
}

// version tells states of the entry apart.
func (e *Entry) version() string { return version(e.Repository) }

func version(r *books.Repository) string { return r.UID + "/" + r.ResourceVersion }

// follow takes in what repositories there are. Those that stay as they are keep
// what they have learned.
func (r *Reach) follow(repositories []*books.Repository) {
	before := r.Listed()
	now := &Listed{byName: map[string]*Entry{}, byKey: map[string]*Entry{}}
	var sources []catalog.Source
	for _, added := range repositories {
		e := before.byName[added.Name]
		if e == nil || e.version() != version(added) {
			var err error
			if e, err = r.entry(added); err != nil {
				r.Logger.Error("a repository cannot be read", "repository", added.Name, "err", err)
			}
			if e == nil {
				continue
			}
		}
		now.byName[added.Name], now.byKey[e.Location.Key()] = e, e
		sources = append(sources, catalog.Source{Name: added.Name, Location: e.Location, Version: e.version(), Repository: e.opened})
	}
	r.Changed(sources) // before: whoever finds an entry may ask the catalogue for it
	r.listed.Store(now)
	r.follows()
	r.mu.Lock()
	defer r.mu.Unlock()
	maps.DeleteFunc(r.opened, func(_ string, p opened) bool { return p.below != nil && now.byName[p.below.Name] != p.below })
	close(r.seen)
	r.seen = make(chan struct{})
}

// entry is a repository that an administrator adds. Nobody is spoken to yet. Where
// no more than its location is known, it comes with the error: what is said to be
// there must not be looked for as if nobody had added it.
func (r *Reach) entry(added *books.Repository) (*Entry, error) {
	location, err := repo.ParseLocation(added.URL)
	if err != nil {
		return nil, err
	}
	e := &Entry{Repository: added, Location: location}
	e.opened = newOpener(func(ctx context.Context) (repo.Repository, error) { return r.open(ctx, e, location) })
	var others []repo.Origin
	for _, text := range added.Origins {
		o, err := repo.ParseOrigin(text)
		if err != nil {
			e.fault = fmt.Errorf("opening repository %q: %w", location, err)
			return e, e.fault
		}
		others = append(others, o)
	}
	policy := r.Policy
	policy.Private = func(asked repo.Origin) bool { return own(location, e.owner(), asked) || slices.Contains(others, asked) }
	e.network = fetch.New(policy)
	return e, nil
}

// owner is the TOKEN of the credential that the repository was opened with.
func (e *Entry) owner() string {
	if token := e.token.Load(); token != nil {
		return *token
	}
	return ""
}

// own says whether an origin is a repository's own. Stores without hosts are spoken
// to at several of their owner, some of which may be endpoints in a private
// network. At Azure the owner is the account that the credential names.
func own(location repo.Location, owner string, asked repo.Origin) bool {
	if asked == location.Origin() {
		return true
	}
	if location.Host() != "" || asked.Scheme != "https" || asked.Port != "443" {
		return false
	}
	bucket, _, _ := strings.Cut(location.Path(), "/")
	switch location.Scheme() {
	case "s3":
		host := strings.TrimPrefix(asked.Host, strings.ToLower(bucket)+".")
		return strings.HasPrefix(host, "s3.") && (strings.HasSuffix(host, ".amazonaws.com") || strings.HasSuffix(host, ".amazonaws.com.cn"))
	case "gs":
		return asked.Host == "oauth2.googleapis.com"
	default:
		return owner != "" && asked.Host == owner+".blob.core.windows.net"
	}
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
