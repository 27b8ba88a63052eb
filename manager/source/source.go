package source

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/manager/source/reach"
	"github.com/helm-dm/helm-dm/manager/source/right"
	"github.com/helm-dm/helm-dm/manager/source/shelf"
	"github.com/helm-dm/helm-dm/render/worker/job"
	"github.com/helm-dm/helm-dm/repo/catalog"
	"github.com/helm-dm/helm-dm/repo/fetch"
	"github.com/helm-dm/helm-dm/repo/layer"
	"github.com/helm-dm/helm-dm/state/chartstore"
	"github.com/helm-dm/helm-dm/state/secret"
	books "github.com/helm-dm/helm-dm/state/source"
)

// Config is what Sources work with. Secrets, Namespace, Reviewer and Worker are
// required.
type Config struct {
	// Secrets keep repositories, credentials and packages in Namespace.
	Secrets   secret.Store
	Namespace string
	Reviewer  right.Reviewer
	// Worker opens charts.
	Worker job.Worker
	// ListedOnly refuses charts of repositories that no administrator added.
	ListedOnly bool
	// Interval is how often a repository is read anew, Pause the least time between
	// two readings because something was not found; 0 means 5 minutes and 5 seconds.
	Interval, Pause time.Duration
	// Policy bounds what is fetched. Its Private is set here: private addresses
	// are for repositories that an administrator added.
	Policy fetch.Policy
	// Observer is told of every request to a repository; nil for nobody.
	Observer layer.Observer
	// Logger defaults to slog.Default.
	Logger *slog.Logger
}

// Sources are where charts come from. Make them with New and let Run run.
type Sources struct {
	Config
	repositories *books.Repositories
	credentials  *books.Credentials
	packages     *chartstore.Packages
	uploads      *chartstore.Uploads
	rights       *right.Rights
	reach        *reach.Reach
	catalog      *catalog.Catalog
	shelf        shelf.Shelf
}

// New makes Sources. Nothing is read before Run.
func New(config Config) *Sources {
	if config.Logger == nil {
		config.Logger = slog.Default()
	}
	credentials := books.NewCredentials(config.Secrets, config.Namespace)
	s := &Sources{
		Config:       config,
		credentials:  credentials,
		repositories: books.NewRepositories(config.Secrets, config.Namespace, credentials),
		packages:     chartstore.NewPackages(config.Secrets, config.Namespace),
		uploads:      chartstore.NewUploads(config.Secrets, config.Namespace),
		rights:       right.New(config.Reviewer),
		catalog:      catalog.New(catalog.Config{Logger: config.Logger, Interval: config.Interval, Pause: config.Pause}),
	}
	s.reach = reach.New(reach.Config{
		Repositories: s.repositories, Credentials: credentials, Rights: s.rights, Changed: s.catalog.Set,
		ListedOnly: config.ListedOnly, Policy: config.Policy, Observer: config.Observer, Logger: config.Logger,
	})
	return s
}

// Run follows the repositories and keeps the catalogue fresh until ctx ends.
func (s *Sources) Run(ctx context.Context) {
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { s.reach.Follow(ctx) })
	if err := s.catalog.Run(ctx); err != nil && ctx.Err() == nil {
		s.Logger.Error("the catalogue stopped", "err", err)
	}
}

// Ready waits until it is known which repositories there are. Whatever is asked
// before waits as well.
func (s *Sources) Ready(ctx context.Context) error { return s.reach.Known(ctx) }

// Size is how much the catalogue of a replica holds.
type Size struct{ Repositories, Failing, Charts, Versions int }

// Size tells how much the catalogue holds.
func (s *Sources) Size() Size {
	names := s.reach.Listed().Names()
	size := Size{Repositories: len(names)}
	for _, name := range names {
		state, _ := s.catalog.State(name)
		size.Charts += state.Charts
		size.Versions += state.Versions
		if state.Err != nil {
			size.Failing++
		}
	}
	return size
}

// usable are the repositories that id may use.
func (s *Sources) usable(ctx context.Context, id kube.Identity) (map[string]bool, error) {
	if err := s.reach.Known(ctx); err != nil {
		return nil, err
	}
	return s.rights.Over(ctx, id, v1alpha1.VerbUse, v1alpha1.Repositories, s.reach.Listed().Names()...)
}
