package manager

import (
	"context"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/manager/failure"
	"github.com/helm-dm/helm-dm/state"
)

// Log tells, line by line, how the deployment's operation went: its steps and
// what became of each object, from the start, and with follow until it ends. It
// is read from the record, so every replica tells the same. A named operation
// that is no longer the deployment's is NotFound. An error of emit ends it.
func (m *Manager) Log(ctx context.Context, k state.Key, o *v1alpha1.DeploymentLogOptions, emit func(v1alpha1.LogLine) error) error {
	record, err := m.logged(ctx, k, o)
	if err != nil {
		return err
	}
	t := &teller{operation: record.Operation.ID, told: map[int]state.Object{}, emit: emit}
	if err := t.tell(record); err != nil || !o.Follow || !record.Operation.Running() {
		return err
	}
	version, err := parseVersion(record.ResourceVersion)
	if err != nil {
		return err
	}
	for {
		events, next, changed, err := m.books.Feed.After(version)
		if err != nil {
			return feedError(err)
		}
		for _, e := range events {
			if e.New.Key != k {
				continue
			}
			if e.New.UID != record.UID || e.New.Operation.ID != t.operation {
				return nil
			}
			if err := t.tell(e.New); err != nil {
				return err
			}
			if e.Change == state.Deleted || !e.New.Operation.Running() {
				return nil
			}
		}
		version = next
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// CheckLog says beforehand whether Log has something to tell.
func (m *Manager) CheckLog(ctx context.Context, k state.Key, o *v1alpha1.DeploymentLogOptions) error {
	_, err := m.logged(ctx, k, o)
	return err
}

func (m *Manager) logged(ctx context.Context, k state.Key, o *v1alpha1.DeploymentLogOptions) (*state.Record, error) {
	record, err := m.get(ctx, k)
	if err != nil {
		return nil, err
	}
	if o.Operation != "" && o.Operation != record.Operation.ID {
		return nil, failure.New(v1alpha1.ReasonNotFound, "operation %q is not the last one of deployment %q", o.Operation, k)
	}
	return record, nil
}

// teller remembers what it has told of one operation.
type teller struct {
	operation string
	steps     int
	told      map[int]state.Object
	emit      func(v1alpha1.LogLine) error
}

// tell emits what is new in a record, in the order in which it happened.
func (t *teller) tell(r *state.Record) error {
	var lines []v1alpha1.LogLine
	for _, s := range r.Operation.Steps[min(t.steps, len(r.Operation.Steps)):] {
		line := t.line(s.At)
		line.Step = v1alpha1.Step(s.Step)
		if line.Step == v1alpha1.StepFailed {
			line.Reason, line.Message = v1alpha1.Reason(r.Operation.Reason), r.Operation.Failure
		}
		lines = append(lines, line)
	}
	t.steps = max(t.steps, len(r.Operation.Steps))
	for i, o := range r.Objects {
		if t.told[i] == o || o.Since.Before(r.Operation.Started) || (o.Action == "" && o.Health == "") {
			continue
		}
		t.told[i] = o
		line := t.line(o.Since)
		object := objectStatus(o)
		line.Object = &object
		lines = append(lines, line)
	}
	slices.SortStableFunc(lines, func(a, b v1alpha1.LogLine) int { return a.At.Compare(b.At.Time) })
	for _, line := range lines {
		if err := t.emit(line); err != nil {
			return err
		}
	}
	return nil
}

func (t *teller) line(at time.Time) v1alpha1.LogLine {
	return v1alpha1.LogLine{At: metav1.NewMicroTime(at), Operation: t.operation}
}
