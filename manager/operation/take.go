package operation

import (
	"context"
	"errors"
	"runtime/debug"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/manager/failure"
	"github.com/helm-dm/helm-dm/state"
)

// stint is the time for which a deployment is worked on here.
type stint struct {
	stop  context.CancelCauseFunc
	id    string // the operation, once it is known
	again bool   // there is another operation waiting
}

// operate runs the deployment's operation, if it has one that belongs here. One
// that follows another begins when that has let go.
func (r *Runner) operate(ctx context.Context, k state.Key) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	s, first := r.begin(k, stop)
	if first {
		defer r.end(k)
	}
	record, err := r.take(ctx, k)
	if err != nil {
		r.Logger.Error("cannot take an operation", "deployment", k, "err", err)
	}
	if record == nil || !r.mine(s, first, record.Operation.ID) {
		return
	}
	t := &task{Runner: r, record: record, resumed: record.Operation.Step != string(v1alpha1.StepAccepted)}
	r.told(record, t.guarded(ctx))
}

// told logs how an operation ended. The words of a failure are for those who may
// read the deployment, for they may quote its parameters; only the manager's own
// failures are told in full.
func (r *Runner) told(record *state.Record, err error) {
	o := &record.Operation
	log := r.Logger.With("operation", o.ID, "type", o.Type, "deployment", record.Key, "user", o.Caller.User)
	switch {
	case err == nil:
		log.Info("done")
	case errors.Is(err, errSuperseded), errors.Is(err, errStopping):
		log.Info("let go", "why", err)
	case failure.ReasonOf(err) == v1alpha1.ReasonInternal:
		log.Error("failed", "reason", v1alpha1.ReasonInternal, "err", err)
	default:
		log.Info("failed", "reason", failure.ReasonOf(err))
	}
}

// begin starts a stint, or returns the one there is.
func (r *Runner) begin(k state.Key, stop context.CancelCauseFunc) (s *stint, first bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if s = r.running[k]; s != nil {
		return s, false
	}
	s = &stint{stop: stop}
	r.running[k] = s
	return s, true
}

// mine gives the operation to its stint if that is the first; else it makes one
// with another operation end, and notes that there is this one to follow.
func (r *Runner) mine(s *stint, first bool, id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if first {
		s.id = id
		return true
	}
	if s.id != "" && s.id != id {
		s.again = true
		s.stop(errSuperseded)
	}
	return false
}

func (r *Runner) end(k state.Key) {
	r.mu.Lock()
	again := r.running[k].again
	delete(r.running, k)
	r.mu.Unlock()
	if again {
		r.Start(k)
	}
}

func (r *Runner) runs(k state.Key) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.running[k] != nil
}

// take makes this replica the holder of the operation and returns its record;
// nil when it has ended or is another's.
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
		return r.inherit(ctx, record)
	}
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
	record.Operation.Heirs++
	record, err = r.Books.Records.Update(ctx, record)
	if apierrors.IsConflict(err) || apierrors.IsNotFound(err) {
		return nil, nil
	}
	return record, err
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
