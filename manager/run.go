package manager

import (
	"context"
	"errors"
	"runtime/debug"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/state"
)

const (
	// operations bounds those that one replica runs at a time. Most of their
	// life they wait.
	operations = 256
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

// Run follows the records and carries out operations until ctx ends. Then it
// leaves those that still run to other replicas, or to its own next start.
func (m *Manager) Run(ctx context.Context) {
	work, stop := context.WithCancelCause(context.WithoutCancel(ctx))
	var wg sync.WaitGroup
	defer m.release(ctx)
	defer wg.Wait()
	defer stop(errStopping)
	wg.Go(func() { m.feed.Run(ctx) })
	wg.Go(func() { m.every(ctx, m.Lease/3, "renewing the lease", m.renew) })
	wg.Go(func() { m.every(ctx, m.Lease/3, "taking over operations", m.sweep) })
	wg.Go(func() { m.every(ctx, collectEvery, "collecting garbage", m.collect) })
	slots := make(chan struct{}, operations)
	for {
		select {
		case <-ctx.Done():
			return
		case k := <-m.accepted:
			slots <- struct{}{}
			wg.Go(func() {
				defer func() { <-slots }()
				m.operate(work, k)
			})
		}
	}
}

// every does work now and then at each interval, and reports what fails.
func (m *Manager) every(ctx context.Context, interval time.Duration, what string, work func(context.Context) error) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		if err := work(ctx); err != nil && ctx.Err() == nil {
			m.Logger.Error("failed at a regular duty", "duty", what, "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// start has the deployment's operation begin soon. Where the queue is full, the
// next sweep finds it.
func (m *Manager) start(k state.Key) {
	select {
	case m.accepted <- k:
	default:
	}
}

func (m *Manager) renew(ctx context.Context) error { return m.Holders.Renew(ctx, m.Replica, m.Lease) }

func (m *Manager) release(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := m.Holders.Release(ctx, m.Replica); err != nil {
		m.Logger.Error("releasing the lease", "err", err)
	}
}

// sweep starts the operations that should run here and do not, and takes over
// those whose holder is gone.
func (m *Manager) sweep(ctx context.Context) error {
	if err := m.feed.Synced(ctx); err != nil {
		return err
	}
	records, _ := m.feed.List("")
	var live map[string]bool
	for _, r := range records {
		if !r.Operation.Running() {
			continue
		}
		if r.Operation.Holder != m.Replica && live == nil {
			var err error
			if live, err = m.Holders.Live(ctx); err != nil {
				return err
			}
		}
		if r.Operation.Holder == m.Replica || !live[r.Operation.Holder] {
			m.start(r.Key)
		}
	}
	return nil
}

// collect removes what nothing refers to any more.
func (m *Manager) collect(ctx context.Context) error {
	records, _, err := m.feed.Current(ctx, "", 0)
	if err != nil {
		return err
	}
	used := map[string]bool{}
	for _, r := range records {
		if ref, err := chart.ParseReference(r.Chart); err == nil {
			used[ref.Digest] = true
		}
		for _, revision := range r.Revisions {
			used[revision.Chart.Digest] = true
		}
	}
	before := time.Now().Add(-kept)
	return errors.Join(m.uploads.Sweep(ctx, before), m.packages.Sweep(ctx, used, before))
}

// operate runs the deployment's operation, if it has one that belongs here.
func (m *Manager) operate(ctx context.Context, k state.Key) {
	record, err := m.take(ctx, k)
	if err != nil || record == nil {
		if err != nil {
			m.Logger.Error("taking an operation", "deployment", k, "err", err)
		}
		return
	}
	defer m.drop(k, record.Operation.ID)
	t := &task{Manager: m, record: record}
	err = t.guarded(ctx)
	m.Logger.Info("ended", "operation", record.Operation.ID, "type", record.Operation.Type, "deployment", k,
		"user", record.Operation.Caller.User, "err", err)
}

// take makes this replica the holder of the operation and returns its record;
// nil when it runs already, has ended, or is another's.
func (m *Manager) take(ctx context.Context, k state.Key) (*state.Record, error) {
	record, err := m.records.Get(ctx, k)
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	if err != nil || !record.Operation.Running() {
		return nil, err
	}
	if record.Operation.Holder != m.Replica {
		live, err := m.Holders.Live(ctx)
		if err != nil || live[record.Operation.Holder] {
			return nil, err
		}
		record.Operation.Holder = m.Replica
		if record, err = m.records.Update(ctx, record); err != nil {
			if apierrors.IsConflict(err) || apierrors.IsNotFound(err) {
				return nil, nil
			}
			return nil, err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.running[k] == record.Operation.ID {
		return nil, nil
	}
	m.running[k] = record.Operation.ID
	return record, nil
}

func (m *Manager) drop(k state.Key, id string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.running[k] == id {
		delete(m.running, k)
	}
}

// guarded runs the task and turns a panic into a failure of this operation
// alone.
func (t *task) guarded(ctx context.Context) (err error) {
	defer func() {
		if p := recover(); p != nil {
			t.Logger.Error("panic in an operation", "deployment", t.record.Key, "panic", p, "stack", string(debug.Stack()))
			err = t.fail(ctx, failed(v1alpha1.ReasonInternal, "the manager failed in an unforeseen way; its log says more"))
		}
	}()
	return t.run(ctx)
}
