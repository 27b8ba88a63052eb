package reach

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/manager/source/right"
	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/catalog"
	"github.com/helm-dm/helm-dm/repo/fetch"
	"github.com/helm-dm/helm-dm/repo/kinds"
	"github.com/helm-dm/helm-dm/repo/layer"
	books "github.com/helm-dm/helm-dm/state/source"
)

const (
	// fetching bounds the time for one package.
	fetching = 2 * time.Minute
	// maxOpened bounds the places that are kept open.
	maxOpened = 64
)

// Config is what a Reach works with. All fields but Observer are required.
type Config struct {
	Repositories *books.Repositories
	Credentials  *books.Credentials
	Rights       *right.Rights
	// Changed is told of all repositories that an administrator added, whenever
	// there are others than before.
	Changed func([]catalog.Source)
	// ListedOnly refuses all other repositories.
	ListedOnly bool
	// Policy bounds what is fetched. Its Private is set here.
	Policy   fetch.Policy
	Observer layer.Observer
	Logger   *slog.Logger
}

// Reach goes to repositories.
type Reach struct {
	Config
	network *fetch.Network // to repositories that an administrator added
	public  *fetch.Network // to all others
	queue   *queue

	listed atomic.Pointer[Listed]
	mu     sync.Mutex
	seen   chan struct{}              // closed when listed changes
	opened map[string]repo.Repository // places that are no whole entries, by ID
}

// New makes a Reach, which knows of no repositories before Follow.
func New(config Config) *Reach {
	r := &Reach{Config: config, queue: newQueue(), seen: make(chan struct{}), opened: map[string]repo.Repository{}}
	r.listed.Store(&Listed{})
	r.network = r.trusting()
	config.Policy.Private = nil
	r.public = fetch.New(config.Policy)
	return r
}

// trusting is a network on which the origins of all repositories that an
// administrator added, and those given, may be private.
func (r *Reach) trusting(origins ...repo.Origin) *fetch.Network {
	policy := r.Policy
	policy.Private = func(asked repo.Origin) bool {
		return r.Listed().origins[asked] || slices.Contains(origins, asked)
	}
	return fetch.New(policy)
}

// Follow keeps up with the repositories that administrators add and remove, until
// ctx ends.
func (r *Reach) Follow(ctx context.Context) { r.Repositories.Follow(ctx, r.follow) }

// Listed are the repositories that this replica knows of now.
func (r *Reach) Listed() *Listed { return r.listed.Load() }

// Await waits until this replica knows a repository as it was stored, or knows
// that it is gone where uid is empty.
func (r *Reach) Await(ctx context.Context, name, uid string) error {
	for {
		r.mu.Lock()
		seen := r.seen
		r.mu.Unlock()
		e := r.Listed().Named(name)
		if e == nil && uid == "" || e != nil && e.UID == uid {
			return nil
		}
		select {
		case <-seen:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// Try opens a repository that an administrator is about to add, as it will be
// opened then.
func (r *Reach) Try(ctx context.Context, added *books.Repository) (repo.Repository, error) {
	location, err := repo.ParseLocation(added.URL)
	if err != nil {
		return nil, err
	}
	return r.open(ctx, added, location, r.trusting(location.Origin()))
}

// Find asks a place for the releases of its chart.
func (r *Reach) Find(ctx context.Context, id kube.Identity, p *Place) (found []repo.Release, err error) {
	err = r.visit(ctx, id, p, func(ctx context.Context, there repo.Repository) error {
		found, err = there.Find(ctx, p.Chart)
		return err
	})
	return found, err
}

// Fetch fetches a release from a place. The bytes have its digest.
func (r *Reach) Fetch(ctx context.Context, id kube.Identity, p *Place, release repo.Release) (data []byte, err error) {
	err = r.visit(ctx, id, p, func(ctx context.Context, there repo.Repository) error {
		data, err = there.Fetch(ctx, release)
		return err
	})
	return data, err
}

// Keep puts a package into a place, and returns its address. Read is called for
// its bytes when they are needed.
func (r *Reach) Keep(ctx context.Context, id kube.Identity, p *Place, pkg repo.Package, read func(context.Context) ([]byte, error), replace bool) (at string, err error) {
	err = r.visit(ctx, id, p, func(ctx context.Context, there repo.Repository) error {
		if pkg.Data, err = read(ctx); err == nil {
			at, err = there.Keep(ctx, &pkg, replace)
		}
		return err
	})
	return at, err
}

// visit does something at a place when it is the caller's turn.
func (r *Reach) visit(ctx context.Context, id kube.Identity, p *Place, do func(context.Context, repo.Repository) error) error {
	leave, err := r.queue.enter(ctx, id.Owner())
	if err != nil {
		return fmt.Errorf("waiting for a turn to ask a repository: %w", err)
	}
	defer leave()
	ctx, cancel := context.WithTimeout(ctx, fetching)
	defer cancel()
	there, err := r.at(ctx, p)
	if err != nil {
		return err
	}
	return do(ctx, there)
}

// at opens a place. What is open remembers for some seconds what it found.
func (r *Reach) at(ctx context.Context, p *Place) (repo.Repository, error) {
	if p.Entry != nil && p.Location == p.Entry.Location {
		return p.Entry.opened, nil
	}
	r.mu.Lock()
	known := r.opened[p.ID()]
	r.mu.Unlock()
	if known != nil {
		return known, nil
	}
	opened, err := r.openPlace(ctx, p)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.opened) >= maxOpened {
		clear(r.opened)
	}
	r.opened[p.ID()] = opened
	return opened, nil
}

func (r *Reach) openPlace(ctx context.Context, p *Place) (repo.Repository, error) {
	if p.Entry == nil {
		return kinds.Open(fetch.Site{Location: p.Location, Network: r.public}, r.Observer)
	}
	return r.open(ctx, p.Entry.Repository, p.Location, r.network)
}

// open opens a repository that an administrator adds, or a place below it in a
// registry, with its credential.
func (r *Reach) open(ctx context.Context, added *books.Repository, location repo.Location, network *fetch.Network) (repo.Repository, error) {
	site := fetch.Site{Location: location, Roots: added.CABundle, Network: network}
	if added.Credential != "" {
		credential, err := r.Credentials.Open(ctx, added.Credential, added.CredentialUID, location.Origin())
		if err != nil {
			return nil, fmt.Errorf("opening repository %q: %w", location, err)
		}
		site.Credential = credential
	}
	return kinds.Open(site, r.Observer)
}
