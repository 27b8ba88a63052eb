package manager

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/helm-dm/helm-dm/apply"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/state"
)

// Cluster is the cluster as one caller sees and writes it. kube.Cluster is one.
type Cluster interface {
	apply.Cluster
	List(ctx context.Context, kind schema.GroupVersionKind, namespace string) (*unstructured.UnstructuredList, error)
	APIVersions(ctx context.Context) ([]string, error)
	Version(ctx context.Context) (string, error)
}

// Reviewer answers what callers may do.
type Reviewer interface {
	// Denied returns those of the permissions that id does not hold.
	Denied(ctx context.Context, id kube.Identity, permissions []kube.Permission) ([]kube.Permission, error)
}

// Config is what a Manager works with. All fields but Logger and Lease are required.
type Config struct {
	// Replica names this process among those that run side by side.
	Replica string
	// As connects to the cluster as a caller.
	As func(kube.Identity) (Cluster, error)
	// Reviewer and Namespace are questions to the manager's own account.
	Reviewer  Reviewer
	Namespace func(ctx context.Context, name string) (exists, terminating bool, err error)
	// Secrets and Holders keep the books, in SystemNamespace and, for revisions,
	// in the namespaces of the deployments.
	Secrets         state.Secrets
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
	records  *state.Records
	feed     *state.Feed
	releases *state.Releases
	packages *state.Packages
	uploads  *state.Uploads

	accepted chan state.Key // operations of this replica that shall start
	mu       sync.Mutex
	running  map[state.Key]string // the operations that run here, by ID
}

// New makes a Manager. Nothing happens before Run.
func New(config Config) *Manager {
	if config.Logger == nil {
		config.Logger = slog.Default()
	}
	if config.Lease == 0 {
		config.Lease = 15 * time.Second
	}
	records := state.NewRecords(config.Secrets, config.SystemNamespace)
	return &Manager{
		Config:   config,
		records:  records,
		feed:     state.NewFeed(records),
		releases: state.NewReleases(config.Secrets),
		packages: state.NewPackages(config.Secrets, config.SystemNamespace),
		uploads:  state.NewUploads(config.Secrets, config.SystemNamespace),
		accepted: make(chan state.Key, 1024),
		running:  map[state.Key]string{},
	}
}

// Ready waits until lists and watches can be served.
func (m *Manager) Ready(ctx context.Context) error { return m.feed.Synced(ctx) }
