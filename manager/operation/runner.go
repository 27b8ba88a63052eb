package operation

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/apply"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/render/worker/job"
	"github.com/helm-dm/helm-dm/state"
)

const (
	// workers bounds the operations of one replica that render, apply or remove
	// at a time. Those that only wait take no place.
	workers = 32
	// heirs bounds how many replicas take an operation over: one that ended so
	// many may be what ended them.
	heirs = 3
	// tooOld is when an interrupted operation is failed instead of resumed: what
	// its caller wanted then need not be what they want now.
	tooOld = time.Hour
	// collectEvery and kept say how often what nobody needs is removed from the
	// stores, and how long it stays.
	collectEvery = 10 * time.Minute
	kept         = time.Hour
)

// errStopping is the cause of contexts that end because the process does.
var errStopping = errors.New("the manager is stopping")

// Cluster is the cluster as one caller sees and writes it. kube.Cluster is one.
type Cluster interface {
	apply.Cluster
	List(ctx context.Context, kind schema.GroupVersionKind, namespace string, most int64) (*unstructured.UnstructuredList, error)
	APIVersions(ctx context.Context) ([]string, error)
	Version(ctx context.Context) (string, error)
}

// Reviewer answers what callers may do.
type Reviewer interface {
	// Denied returns those of the permissions that id does not hold.
	Denied(ctx context.Context, id kube.Identity, permissions []kube.Permission) ([]kube.Permission, error)
}

// Charts get packages into the chart store.
type Charts interface {
	// Obtain finds the one package that a reference means for id, at once or by
	// asking its repository, puts it into the chart store, and tells its exact
	// reference and digest.
	Obtain(ctx context.Context, id kube.Identity, reference string) (*state.Chart, error)
}

// Config is what a Runner works with. All fields are required.
type Config struct {
	// Replica names this process among those that run side by side.
	Replica string
	// As connects to the cluster as a caller.
	As func(kube.Identity) (Cluster, error)
	// Reviewer is asked before anything is written.
	Reviewer Reviewer
	// Charts finds the charts, Renderer renders them.
	Charts   Charts
	Renderer job.Renderer
	// Holders says which replicas are alive, Lease how long a silent one is
	// taken to be.
	Holders state.Holders
	Lease   time.Duration
	// Books are the stores that are kept.
	Books  *state.Books
	Logger *slog.Logger
}

// Runner runs operations. Make one with New and let Run run.
type Runner struct {
	Config
	accepted chan state.Key // operations that shall start
	places   chan struct{}  // one for each that works
	mu       sync.Mutex
	running  map[state.Key]*stint
	renewed  time.Time // when the lease was last known to be ours
}

// New makes a Runner. Nothing happens before Run.
func New(config Config) *Runner {
	return &Runner{
		Config:   config,
		accepted: make(chan state.Key, 1024),
		places:   make(chan struct{}, workers),
		running:  map[state.Key]*stint{},
	}
}

// Run follows the records and carries out operations until ctx ends. Then it
// leaves those that still run to other replicas, or to its own next start.
func (r *Runner) Run(ctx context.Context) {
	work, stop := context.WithCancelCause(context.WithoutCancel(ctx))
	var wg sync.WaitGroup
	defer r.release(ctx)
	defer wg.Wait()
	defer stop(errStopping)
	wg.Go(func() { r.Books.Feed.Run(ctx) })
	wg.Go(func() { r.every(ctx, r.Lease/3, "renewing the lease", r.renew) })
	wg.Go(func() { r.every(ctx, r.Lease/3, "taking over operations", r.sweep) })
	wg.Go(func() { r.every(ctx, collectEvery, "collecting garbage", r.collect) })
	for {
		select {
		case <-ctx.Done():
			return
		case k := <-r.accepted:
			wg.Go(func() { r.operate(work, k) })
		}
	}
}

// every does work now and then at each interval, and reports what fails.
func (r *Runner) every(ctx context.Context, interval time.Duration, what string, work func(context.Context) error) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	do := func() error {
		ctx, cancel := context.WithTimeout(ctx, max(interval, time.Second))
		defer cancel()
		return work(ctx)
	}
	for {
		if err := do(); err != nil && ctx.Err() == nil {
			r.Logger.Error("chore failed", "chore", what, "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Start has the deployment's operation begin soon. Where the queue is full, the
// next sweep finds it.
func (r *Runner) Start(k state.Key) {
	select {
	case r.accepted <- k:
	default:
	}
}

// renew says that this replica is alive. When it could not for a whole lease,
// others may have taken its operations: it lets go of them.
func (r *Runner) renew(ctx context.Context) error {
	now := time.Now()
	err := r.Holders.Renew(ctx, r.Replica, r.Lease)
	r.mu.Lock()
	defer r.mu.Unlock()
	if err == nil {
		r.renewed = now
	} else if now.Sub(r.renewed) > r.Lease {
		for _, s := range r.running {
			s.stop(errStopping)
		}
	}
	return err
}

func (r *Runner) release(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := r.Holders.Release(ctx, r.Replica); err != nil {
		r.Logger.Error("chore failed", "chore", "releasing the lease", "err", err)
	}
}

// sweep starts the operations that should run here and do not, takes over those
// whose holder is gone, and forgets what a replica had no time to forget.
func (r *Runner) sweep(ctx context.Context) error {
	if err := r.Books.Feed.Synced(ctx); err != nil {
		return err
	}
	records, _ := r.Books.Feed.List("")
	var live map[string]bool
	for _, record := range records {
		o := &record.Operation
		if over(record) {
			if err := r.Books.Records.Delete(ctx, record); err != nil {
				return err
			}
		}
		if !o.Running() || r.runs(record.Key) {
			continue
		}
		if o.Holder != r.Replica && live == nil {
			var err error
			if live, err = r.Holders.Live(ctx); err != nil {
				return err
			}
		}
		if o.Holder == r.Replica || !live[o.Holder] {
			r.Start(record.Key)
		}
	}
	return nil
}

// over says whether nothing is left of the deployment but its record: it was
// deleted, or its deploy failed before anything was written.
func over(record *state.Record) bool {
	switch o := &record.Operation; v1alpha1.OperationType(o.Type) {
	case v1alpha1.OperationDelete:
		return !o.Finished.IsZero() && o.Reason == ""
	case v1alpha1.OperationDeploy:
		return !o.Finished.IsZero() && o.Reason != "" && !o.Wrote
	}
	return false
}

// collect removes what nothing refers to any more.
func (r *Runner) collect(ctx context.Context) error {
	records, _, err := r.Books.Feed.Current(ctx, "", 0)
	if err != nil {
		return err
	}
	used := map[string]bool{}
	for _, record := range records {
		if c := record.Operation.Chart; c != nil {
			used[c.Digest] = true
		}
		for _, revision := range record.Revisions {
			used[revision.Chart.Digest] = true
		}
	}
	before := time.Now().Add(-kept)
	return errors.Join(r.Books.Packages.Sweep(ctx, used, before), r.Books.Uploads.Sweep(ctx, before))
}
