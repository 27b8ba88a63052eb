package operation

import (
	"context"
	"runtime/debug"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/manager/failure"
	"github.com/helm-dm/helm-dm/state"
)

// operate runs the deployment's operation, if it has one that belongs here.
func (r *Runner) operate(ctx context.Context, k state.Key) {
	record, err := r.take(ctx, k)
	if err != nil {
		r.Logger.Error("cannot take an operation", "deployment", k, "err", err)
	}
	if record == nil {
		return
	}
	defer r.drop(k, record.Operation.ID)
	t := &task{Runner: r, record: record}
	err = t.guarded(ctx)
	r.Logger.Info("ended", "operation", record.Operation.ID, "type", record.Operation.Type, "deployment", k,
		"user", record.Operation.Caller.User, "err", err)
}

// take makes this replica the holder of the operation and returns its record;
// nil when it runs already, has ended, or is another's.
func (r *Runner) take(ctx context.Context, k state.Key) (*state.Record, error) {
	record, err := r.Books.Records.Get(ctx, k)
	switch {
	case apierrors.IsNotFound(err):
		return nil, nil
	case err != nil:
		return nil, err
	case !record.Operation.Running():
		return nil, nil
	case record.Operation.Holder != r.Replica:
		if record, err = r.inherit(ctx, record); err != nil || record == nil {
			return nil, err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.running[k] == record.Operation.ID {
		return nil, nil
	}
	r.running[k] = record.Operation.ID
	return record, nil
}

// inherit takes the operation of a replica that is gone; nil when it is not, or
// when another one was quicker.
func (r *Runner) inherit(ctx context.Context, record *state.Record) (*state.Record, error) {
	live, err := r.Holders.Live(ctx)
	if err != nil || live[record.Operation.Holder] {
		return nil, err
	}
	record.Operation.Holder = r.Replica
	record, err = r.Books.Records.Update(ctx, record)
	if apierrors.IsConflict(err) || apierrors.IsNotFound(err) {
		return nil, nil
	}
	return record, err
}

func (r *Runner) drop(k state.Key, id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.running[k] == id {
		delete(r.running, k)
	}
}

// guarded runs the task and turns a panic into a failure of this operation
// alone.
func (t *task) guarded(ctx context.Context) (err error) {
	defer func() {
		if p := recover(); p != nil {
			t.Logger.Error("panic in an operation", "deployment", t.record.Key, "panic", p, "stack", string(debug.Stack()))
			err = t.fail(ctx, failure.New(v1alpha1.ReasonInternal, "the manager failed in an unforeseen way; its log says more"))
		}
	}()
	return t.run(ctx)
}
