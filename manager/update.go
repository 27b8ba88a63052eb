package manager

import (
	"context"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/manager/failure"
	"github.com/helm-dm/helm-dm/manager/request"
	"github.com/helm-dm/helm-dm/state"
)

// Edit makes the deployment that is wanted of the present one.
type Edit func(context.Context, *v1alpha1.ChartDeployment) (*v1alpha1.ChartDeployment, error)

// Update changes the labels, annotations and owners of a deployment, which makes
// no revision. An edit of its spec or its finalizers is Invalid. Resource version
// and UID, where the edit leaves some, must be the present ones; without, an edit
// is made anew when somebody else's came first.
func (m *Manager) Update(ctx context.Context, id kube.Identity, k state.Key, edit Edit, dryRun bool) (*v1alpha1.ChartDeployment, error) {
	if id.User == "" {
		return nil, failure.New(v1alpha1.ReasonForbidden, "changing %q: %w", k, kube.ErrNoIdentity)
	}
	for {
		record, err := m.get(ctx, k)
		if err != nil {
			return nil, err
		}
		present := view(record)
		wanted, err := edit(ctx, present.DeepCopy())
		if err != nil {
			return nil, err
		}
		if err := checkEdit(present, wanted); err != nil {
			return nil, err
		}
		record.Labels, record.Annotations, record.Owners = maps.Clone(wanted.Labels), kept(wanted.Annotations), wanted.OwnerReferences
		changed := view(record)
		if dryRun || equality.Semantic.DeepEqual(changed, present) {
			return changed, nil
		}
		stored, err := m.books.Records.Update(ctx, record)
		if apierrors.IsConflict(err) {
			continue
		}
		if apierrors.IsNotFound(err) {
			return nil, failure.New(v1alpha1.ReasonNotFound, "deployment %q does not exist in namespace %q", k.Name, k.Namespace)
		}
		if err != nil {
			return nil, err
		}
		return view(stored), nil
	}
}

// checkEdit refuses what an update cannot change. Status is the manager's, and
// absent parameters mean that they stay.
func checkEdit(present, wanted *v1alpha1.ChartDeployment) error {
	switch {
	case wanted.Name != present.Name || wanted.Namespace != present.Namespace:
		return failure.New(v1alpha1.ReasonInvalid, "metadata.name and metadata.namespace cannot be changed")
	case wanted.UID != "" && wanted.UID != present.UID:
		return failure.New(v1alpha1.ReasonConflict, "deployment %q is not the one with UID %s any more", present.Name, wanted.UID)
	case wanted.ResourceVersion != "" && wanted.ResourceVersion != present.ResourceVersion:
		return failure.New(v1alpha1.ReasonConflict, "deployment %q has changed since it was read: apply your changes to the latest version", present.Name)
	case !slices.Equal(wanted.Finalizers, present.Finalizers):
		return failure.New(v1alpha1.ReasonInvalid, "metadata.finalizers: they cannot be changed: a deployment keeps its finalizer until what it made is gone")
	case len(wanted.Spec.Parameters) > 0 || !equality.Semantic.DeepEqual(wanted.Spec, present.Spec):
		return failure.New(v1alpha1.ReasonInvalid, "spec: a deployment cannot be changed to another chart, parameters or options: delete it and deploy it anew")
	}
	if err := request.ValidateMeta(wanted.ObjectMeta, true); err != nil {
		return failure.New(v1alpha1.ReasonInvalid, "%w", err)
	}
	return nil
}
