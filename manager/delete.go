package manager

import (
	"context"
	"slices"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/manager/failure"
	"github.com/helm-dm/helm-dm/state"
)

// DeleteOptions narrow a delete down to one version of a deployment.
type DeleteOptions struct {
	UID             string // empty for any
	ResourceVersion string // empty for any
	DryRun          bool
}

// Delete accepts the deletion of a deployment for id and answers at once; what
// it made is removed by an operation. A caller who may not remove all of it is
// refused here. The answer's second part says that the deployment is gone
// already: so it is when its namespace goes, or when the garbage collector asks,
// which forgets it and touches nothing else.
func (m *Manager) Delete(ctx context.Context, id kube.Identity, k state.Key, o DeleteOptions) (*v1alpha1.ChartDeployment, bool, error) {
	if id.User == "" {
		return nil, false, failure.New(v1alpha1.ReasonForbidden, "deleting %q: %w", k, kube.ErrNoIdentity)
	}
	record, err := m.get(ctx, k)
	if err != nil {
		return nil, false, err
	}
	if (o.UID != "" && o.UID != record.UID) || (o.ResourceVersion != "" && o.ResourceVersion != record.ResourceVersion) {
		return nil, false, failure.New(v1alpha1.ReasonConflict, "deployment %q has changed since it was read", k)
	}
	if o.DryRun {
		return view(record), false, nil
	}
	forget, err := m.forgets(ctx, id, k.Namespace)
	if err != nil {
		return nil, false, err
	}
	if forget {
		m.Logger.Info("forgotten", "deployment", k, "user", id.User)
		return view(record), true, m.books.Records.Delete(ctx, record)
	}
	stored, err := m.markDeleting(ctx, id, record)
	if err != nil {
		return nil, false, err
	}
	m.Logger.Info("accepted", "operation", stored.Operation.ID, "type", stored.Operation.Type, "deployment", k, "user", id.User)
	m.runner.Start(k)
	return view(stored), false, nil
}

// forgets says whether a delete by id means no more than that the record goes.
func (m *Manager) forgets(ctx context.Context, id kube.Identity, namespace string) (bool, error) {
	if slices.Contains(controllers(), id.User) {
		return true, nil
	}
	exists, terminating, err := m.Namespace(ctx, namespace)
	return !exists || terminating, err
}

// controllers are the users as which Kubernetes itself deletes: the namespace
// controller and the garbage collector, under accounts of their own or under
// that of all controllers.
func controllers() []string {
	return []string{
		"system:serviceaccount:kube-system:namespace-controller",
		"system:serviceaccount:kube-system:generic-garbage-collector",
		"system:kube-controller-manager",
	}
}

func (m *Manager) markDeleting(ctx context.Context, id kube.Identity, record *state.Record) (*state.Record, error) {
	if err := busy(record); err != nil {
		return nil, err
	}
	if err := m.runner.MayRemove(ctx, id, record); err != nil {
		return nil, err
	}
	now := time.Now().UTC()
	if record.Deleting == nil {
		record.Deleting = &now
		record.Generation++
	}
	record.Operation = m.newOperation(id, v1alpha1.OperationDelete, "")
	stored, err := m.books.Records.Update(ctx, record)
	if apierrors.IsConflict(err) || apierrors.IsNotFound(err) {
		return nil, failure.New(v1alpha1.ReasonConflict, "deployment %q changed while it was being deleted: try again", record.Key)
	}
	return stored, err
}

// busy refuses while an operation writes. One that only waits for health any
// more can be followed by another at once.
func busy(r *state.Record) error {
	o := &r.Operation
	if !o.Running() || v1alpha1.Step(o.Step) == v1alpha1.StepWaiting {
		return nil
	}
	return failure.New(v1alpha1.ReasonConflict, "deployment %q is held by operation %s (%s by %q, in step %s since %s)",
		r.Key, o.ID, o.Type, o.Caller.User, o.Step, o.Steps[len(o.Steps)-1].At.Format(time.RFC3339))
}
