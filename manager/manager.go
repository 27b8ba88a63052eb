package manager

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/manager/operation"
	"github.com/helm-dm/helm-dm/manager/source"
	"github.com/helm-dm/helm-dm/render/worker/job"
	"github.com/helm-dm/helm-dm/state"
	"github.com/helm-dm/helm-dm/state/secret"
)

// Config is what a Manager works with. All fields but Logger and Lease are
// required.
type Config struct {
	// Replica names this process among those that run side by side.
	Replica string
	// As connects to the cluster as a caller.
	As func(kube.Identity) (operation.Cluster, error)
	// Reviewer and Namespace are questions to the manager's own account.
	Reviewer  operation.Reviewer
	Namespace func(ctx context.Context, name string) (exists, terminating bool, err error)
	// Sources find charts and get them. They keep their books where the manager
	// does, and run with it.
	Sources *source.Sources
	// Renderer opens and renders charts, which the manager itself never does.
	Renderer job.Worker
	// Secrets and Holders keep the books, in SystemNamespace and, for revisions,
	// in the namespaces of the deployments.
	Secrets         secret.Store
	Holders         state.Holders
	SystemNamespace string
	// Logger defaults to slog.Default.
	Logger *slog.Logger
	// Lease is how long a silent replica keeps its operations; 0 means 15 s.
	Lease time.Duration
}

// Manager carries out the use-cases. Make one with New and let Run run.
type Manager struct {
	Config
	books   *state.Books
	runner  *operation.Runner
	commits chan struct{} // a place for each package that is being stored
}

// committers bounds the packages that are being stored at a time.
const committers = 4

// New makes a Manager. Nothing happens before Run.
func New(config Config) *Manager {
	if config.Logger == nil {
		config.Logger = slog.Default()
	}
	if config.Lease == 0 {
		config.Lease = 15 * time.Second
	}
	books := state.NewBooks(config.Secrets, config.SystemNamespace)
	return &Manager{
		Config:  config,
		books:   books,
		commits: make(chan struct{}, committers),
		runner: operation.New(operation.Config{
			Replica: config.Replica, As: config.As, Reviewer: config.Reviewer, Charts: config.Sources, Renderer: config.Renderer,
			Holders: config.Holders, Lease: config.Lease, Books: books, Logger: config.Logger,
		}),
	}
}

// Run follows the records and carries out operations until ctx ends. Then it
// leaves those that still run to other replicas, or to its own next start.
func (m *Manager) Run(ctx context.Context) {
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { m.Sources.Run(ctx) })
	m.runner.Run(ctx)
}

// Ready waits until lists and watches can be served, and references be resolved.
func (m *Manager) Ready(ctx context.Context) error {
	if err := m.books.Feed.Synced(ctx); err != nil {
		return err
	}
	return m.Sources.Ready(ctx)
}
