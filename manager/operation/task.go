package operation

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/manager/failure"
	"github.com/helm-dm/helm-dm/state"
)

const (
	// flushEvery bounds how often progress is written to the record.
	flushEvery = 300 * time.Millisecond
	// defaultTimeout is how long an operation may take that says nothing.
	defaultTimeout = 5 * time.Minute

	// What a tenant's chart can put into a record is bounded, in bytes and in
	// objects: a record is one Secret, and all are held in memory.
	maxNotes   = 64 << 10
	maxFailure = 8 << 10
	maxMessage = 1 << 10
	maxObjects = 10_000
)

// errSuperseded ends a task whose deployment has another operation by now, or is
// gone: there is nothing left to record.
var errSuperseded = errors.New("the operation was superseded")

// task is one operation as it runs. Its record is written by nobody else while
// the operation is the deployment's.
type task struct {
	*Runner
	record  *state.Record
	cluster Cluster
	resumed bool // it was begun before
	flushed time.Time
	dirty   bool // there is something to flush
}

// run carries the operation out and records how it ended. An operation that
// stops because the process does is left as it is, for others to resume.
func (t *task) run(ctx context.Context) error {
	started := t.record.Operation.Started
	if t.record.Operation.Heirs > heirs {
		return t.fail(ctx, failure.New(v1alpha1.ReasonInternal, "the operation was given up after %d replicas that ran it ended", heirs))
	}
	if time.Since(started) > tooOld {
		return t.fail(ctx, failure.New(v1alpha1.ReasonExpired, "the operation was interrupted and is older than %s", tooOld))
	}
	timeout := cmp.Or(t.record.Options.Timeout, defaultTimeout)
	late := failure.New(v1alpha1.ReasonTimeout, "timed out after %s", timeout)
	limited, cancel := context.WithDeadlineCause(ctx, started.Add(timeout), late)
	defer cancel()
	err := t.work(limited)
	switch {
	case err == nil, errors.Is(err, errSuperseded):
		return err
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case limited.Err() != nil && !errors.Is(err, late):
		err = failure.New(v1alpha1.ReasonTimeout, "%w: %w", late, err)
	}
	return t.fail(ctx, err)
}

func (t *task) work(ctx context.Context) error {
	o := &t.record.Operation
	cluster, err := t.As(o.Caller)
	if err != nil {
		return err
	}
	t.cluster = cluster
	if v1alpha1.OperationType(o.Type) == v1alpha1.OperationDelete {
		return t.delete(ctx)
	}
	return t.deploy(ctx)
}

// step enters a step. It is written to the record with the next flush.
func (t *task) step(step v1alpha1.Step) {
	o := &t.record.Operation
	o.Step = string(step)
	o.Steps = append(o.Steps, state.Step{Step: o.Step, At: time.Now().UTC()})
	t.dirty = true
}

// progress writes the record if there is news, unless that was done a moment ago.
func (t *task) progress(ctx context.Context) error {
	if !t.dirty || time.Since(t.flushed) < max(flushEvery, t.share()) {
		return nil
	}
	return t.flush(ctx)
}

// share is how long a record must rest that holds large parameters, which are
// written with it: they shall not cost more than 256 KB a second.
func (t *task) share() time.Duration {
	size := 0
	for _, p := range t.record.Parameters {
		size += len(p.Text)
	}
	return time.Duration(size) * time.Second / (256 << 10)
}

// place waits for a place among the workers. Whoever gets one must call the
// function returned, once.
func (t *task) place(ctx context.Context) (leave func(), err error) {
	select {
	case t.places <- struct{}{}:
		return sync.OnceFunc(func() { <-t.places }), nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// flush writes the record. Metadata that was changed meanwhile is kept; another
// operation, or no record at all, is errSuperseded.
func (t *task) flush(ctx context.Context) error {
	for {
		stored, err := t.Books.Records.Update(ctx, t.record)
		switch {
		case err == nil:
			t.record, t.flushed, t.dirty = stored, time.Now(), false
			return nil
		case apierrors.IsNotFound(err):
			return errSuperseded
		case !apierrors.IsConflict(err):
			return err
		}
		present, err := t.Books.Records.Get(ctx, t.record.Key)
		if apierrors.IsNotFound(err) {
			return errSuperseded
		}
		if err != nil {
			return err
		}
		o := &present.Operation
		if present.UID != t.record.UID || o.ID != t.record.Operation.ID || o.Holder != t.Replica || !o.Running() {
			return errSuperseded
		}
		t.record.ResourceVersion = present.ResourceVersion
		t.record.Labels, t.record.Annotations, t.record.Owners = present.Labels, present.Annotations, present.Owners
	}
}

// finish records a good end.
func (t *task) finish(ctx context.Context) error {
	t.step(v1alpha1.StepDone)
	t.record.Operation.Finished = time.Now().UTC()
	return t.flush(ctx)
}

// fail records why the operation failed and returns that. A new deployment that
// has written nothing is forgotten: its watchers have seen why, and everything
// is as it was.
func (t *task) fail(ctx context.Context, cause error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	t.step(v1alpha1.StepFailed)
	o := &t.record.Operation
	o.Finished = time.Now().UTC()
	o.Reason, o.Failure = string(failure.ReasonOf(cause)), short(failure.Sentence(cause), maxFailure)
	if newest := t.record.Revision(); newest != nil && newest.Outcome == state.StatusPendingInstall {
		newest.Outcome = state.StatusFailed // it ended before it could be concluded
	}
	if err := t.flush(ctx); err != nil {
		return errors.Join(cause, err)
	}
	if over(t.record) {
		if err := t.Books.Records.Delete(ctx, t.record); err != nil {
			return errors.Join(cause, err)
		}
	}
	return cause
}

// short cuts text to at most n bytes, between characters, and marks the cut.
func short(text string, n int) string {
	if len(text) <= n {
		return text
	}
	return strings.ToValidUTF8(text[:n-len("…")], "") + "…"
}
