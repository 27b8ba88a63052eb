package reach

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
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
	// fetching bounds the time for one package, foreign that for one from where no
	// administrator added a repository.
	fetching, foreign = 2 * time.Minute, 30 * time.Second
	// opening bounds the time that a package is used while it has a place in the
	// queue.
	opening = time.Minute
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
	public *fetch.Network // to repositories that no administrator added
	queue  *queue         // for repositories that an administrator added
	others *queue         // for all others, which take no places from those

	listed  atomic.Pointer[Listed]
	follows func()        // closes known
	known   chan struct{} // closed when the repositories were read for the first time
	mu      sync.Mutex
	seen    chan struct{}     // closed when listed changes
	opened  map[string]opened // places that are no whole entries, by ID
}

// opened is a place that is open.
type opened struct {
	repo.Repository
	below *Entry // whose credential it has; nil for what no administrator added
}

// New makes a Reach, which knows of no repositories before Follow.
func New(config Config) *Reach {
	known := make(chan struct{})
	r := &Reach{
		Config: config, queue: newQueue(), others: newQueue(), opened: map[string]opened{},
		seen: make(chan struct{}), known: known, follows: sync.OnceFunc(func() { close(known) }),
	}
	r.listed.Store(&Listed{})
	config.Policy.Private = nil
	r.public = fetch.New(config.Policy)
	return r
}

// Follow keeps up with the repositories that administrators add and remove, until
// ctx ends.
func (r *Reach) Follow(ctx context.Context) { r.Repositories.Follow(ctx, r.follow) }

// Listed are the repositories that this replica knows of now: none before Known.
func (r *Reach) Listed() *Listed { return r.listed.Load() }

// Known waits until the repositories were read for the first time. What is looked
// for before would be taken for what nobody added.
func (r *Reach) Known(ctx context.Context) error {
	select {
	case <-r.known:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("waiting until the repositories are read: %w", context.Cause(ctx))
	}
}

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
	e, err := r.entry(added)
	if err != nil {
		return nil, err
	}
	return r.open(ctx, e, e.Location)
}

// Find asks a place for the releases of its chart.
func (r *Reach) Find(ctx context.Context, id kube.Identity, p *Place) (found []repo.Release, err error) {
	err = r.visit(ctx, id, p, func(ctx context.Context, there repo.Repository) error {
		found, err = there.Find(ctx, p.Chart)
		return err
	})
	return found, err
}

// Fetch fetches a release from a place, and has it used: as long as that takes,
// the package is in memory, and counts among those that are fetched. So it must
// not take longer than a minute. The bytes have the digest of the release. The
// error is that of use, if there is one, or that its time was up.
func (r *Reach) Fetch(ctx context.Context, id kube.Identity, p *Place, release repo.Release, use func(context.Context, []byte) error) error {
	leave, err := r.enter(ctx, id, p)
	if err != nil {
		return err
	}
	defer leave()
	var data []byte
	err = r.ask(ctx, p, func(ctx context.Context, there repo.Repository) error {
		data, err = there.Fetch(ctx, release)
		return err
	})
	if err != nil {
		return err
	}
	up := repo.Fail(repo.ErrUnavailable, "the package arrived, and was not opened within %s", opening).Mend("try again later: others are being served")
	return within(ctx, opening, up, func(ctx context.Context) error { return use(ctx, data) })
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
	leave, err := r.enter(ctx, id, p)
	if err != nil {
		return err
	}
	defer leave()
	return r.ask(ctx, p, do)
}

// enter waits for the caller's turn. They must leave.
func (r *Reach) enter(ctx context.Context, id kube.Identity, p *Place) (leave func(), err error) {
	queue := r.queue
	if p.Entry == nil {
		queue = r.others
	}
	leave, err = queue.enter(ctx, id.Owner())
	if err != nil {
		return nil, fmt.Errorf("waiting for a turn to ask a repository: %w", err)
	}
	return leave, nil
}

// ask does something at a place, within its bounds.
func (r *Reach) ask(ctx context.Context, p *Place, do func(context.Context, repo.Repository) error) error {
	limit, mend := fetching, "try again later: it is slow now"
	if p.Entry == nil {
		limit, mend = foreign, "let an administrator add the repository, which then has "+fetching.String()+": helm repo add URL"
	}
	up := repo.Fail(repo.ErrUnavailable, "it did not arrive within %s", limit).Mend("%s", mend)
	return within(ctx, limit, up, func(ctx context.Context) error {
		there, err := r.at(ctx, p)
		if err != nil {
			return err
		}
		return do(ctx, there)
	})
}

// within bounds the time for something. The error up says that it was over.
func within(ctx context.Context, limit time.Duration, up error, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, up)
	defer cancel()
	err := do(ctx)
	if errors.Is(err, context.DeadlineExceeded) && errors.Is(context.Cause(ctx), up) {
		return up
	}
	return err
}

// at opens a place. What is open remembers for some seconds what it found.
func (r *Reach) at(ctx context.Context, p *Place) (repo.Repository, error) {
	if p.Entry != nil && p.Location == p.Entry.Location {
		return p.Entry.opened, nil
	}
	r.mu.Lock()
	known := r.opened[p.ID()]
	r.mu.Unlock()
	if known.Repository != nil {
		return known, nil
	}
	there, err := r.openPlace(ctx, p)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.opened) >= maxOpened {
		clear(r.opened)
	}
	if p.Entry == nil || r.Listed().Named(p.Entry.Name) == p.Entry {
		r.opened[p.ID()] = opened{there, p.Entry}
	}
	return there, nil
}

func (r *Reach) openPlace(ctx context.Context, p *Place) (repo.Repository, error) {
	if p.Entry == nil {
		return kinds.Open(fetch.Site{Location: p.Location, Network: r.public, Foreign: true}, r.Observer)
	}
	return r.open(ctx, p.Entry, p.Location)
}

// open opens a repository that an administrator adds, or a place below it in a
// registry, with its credential.
func (r *Reach) open(ctx context.Context, e *Entry, location repo.Location) (repo.Repository, error) {
	if e.fault != nil {
		return nil, e.fault
	}
	site := fetch.Site{Location: location, Roots: e.CABundle, Network: e.network}
	if e.Credential != "" {
		credential, err := r.Credentials.Open(ctx, e.Credential, e.CredentialUID, location.Origin())
		if err != nil {
			return nil, fmt.Errorf("opening repository %q: %w", location, err)
		}
		e.token.Store(&credential.Token)
		site.Credential = credential
	}
	opened, err := kinds.Open(site, r.Observer)
	if err != nil {
		return nil, err
	}
	return &guided{opened, e}, nil
}
