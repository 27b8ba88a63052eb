package manager

import (
	"cmp"
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
	Orphan          bool   // leave what it made behind: Invalid
	DryRun          bool
}

// Validate refuses what no delete does.
func (o DeleteOptions) Validate() error {
	if o.Orphan {
		return failure.New(v1alpha1.ReasonInvalid, "propagationPolicy: Orphan is not possible: objects are deleted with their deployment, but for those that their chart keeps")
	}
	return nil
}

// Delete accepts the deletion of a deployment for id and answers at once; what
// it made is removed by an operation. A caller who may not remove all of it is
// refused here, and one that comes while the deployment is being deleted is
// answered with it as it is. The answer's second part says that the deployment is
// gone already: so it is when its namespace goes, or when the garbage collector
// asks, which forgets it and touches nothing else. With DryRun the answer is the
// same, and nothing is stored.
func (m *Manager) Delete(ctx context.Context, id kube.Identity, k state.Key, o DeleteOptions) (*v1alpha1.ChartDeployment, bool, error) {
	if id.User == "" {
		return nil, false, failure.New(v1alpha1.ReasonForbidden, "deleting %q: %w", k, kube.ErrNoIdentity)
	}
	if err := o.Validate(); err != nil {
		return nil, false, err
	}
	for {
		record, err := m.get(ctx, k)
		if err != nil {
			return nil, false, err
		}
		o.UID = cmp.Or(o.UID, record.UID) // one of the same name that comes meanwhile is not meant
		cd, gone, err := m.delete(ctx, id, record, o)
		if !apierrors.IsConflict(err) {
			return cd, gone, err
		}
	}
}

// delete is one attempt. Conflict, as an API error, asks for another.
func (m *Manager) delete(ctx context.Context, id kube.Identity, record *state.Record, o DeleteOptions) (*v1alpha1.ChartDeployment, bool, error) {
	k := record.Key
	if o.UID != record.UID || (o.ResourceVersion != "" && o.ResourceVersion != record.ResourceVersion) {
		return nil, false, failure.New(v1alpha1.ReasonConflict, "deployment %q has changed since it was read", k)
	}
	forget, err := m.forgets(ctx, id, k.Namespace)
	switch {
	case err != nil:
		return nil, false, err
	case forget && o.DryRun:
		return view(record), true, nil
	case forget:
		m.Logger.Info("forgotten", "deployment", k, "user", id.User)
		return view(record), true, m.books.Records.Delete(ctx, record)
	case record.Operation.Running() && record.Operation.Type == string(v1alpha1.OperationDelete):
		return view(record), false, nil
	}
	if err := m.markDeleting(ctx, id, record); err != nil {
		return nil, false, err
	}
	if o.DryRun {
		return view(record), false, nil
	}
	stored, err := m.books.Records.Update(ctx, record)
	if apierrors.IsNotFound(err) {
		return nil, false, failure.New(v1alpha1.ReasonNotFound, "deployment %q does not exist in namespace %q", k.Name, k.Namespace)
	}
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

// markDeleting gives the record an operation that deletes, if that may be.
func (m *Manager) markDeleting(ctx context.Context, id kube.Identity, record *state.Record) error {
	if err := busy(record); err != nil {
		return err
	}
	if err := m.runner.MayRemove(ctx, id, record); err != nil {
		return err
	}
	now := time.Now().UTC()
	if record.Deleting == nil {
		record.Deleting = &now
		record.Generation++
	}
	record.Operation = m.newOperation(id, v1alpha1.OperationDelete, "")
	return nil
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
