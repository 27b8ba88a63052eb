package apply

import (
	"context"
	"errors"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"

	"github.com/helm-dm/helm-dm/kube"
)

// RemovalPermissions are those that removing refs takes, each once. Kinds that
// the cluster does not serve any more take none.
func RemovalPermissions(ctx context.Context, cluster Reader, refs []kube.Ref) ([]kube.Permission, error) {
	var needed []kube.Permission
	for _, ref := range refs {
		resource, err := cluster.Resource(ctx, ref.GroupVersionKind)
		if errors.Is(err, kube.ErrNoKind) {
			continue
		}
		if err != nil {
			return nil, err
		}
		at := kube.Permission{Group: resource.Group, Resource: resource.Resource, Namespace: ref.Namespace, Name: ref.Name}
		for _, verb := range []string{"get", "delete"} {
			at.Verb = verb
			needed = append(needed, at)
		}
	}
	return unique(needed), nil
}

// Remove deletes refs in Helm's uninstall order, wave by wave, and waits at the
// end until they are gone. Only an object whose live metadata names owner is
// deleted; others, and those kept by policy, are Skipped with the reason. What
// is gone already is Deleted. Report is never called by two goroutines at once;
// it hears of each object once it is asked to go.
func Remove(ctx context.Context, cluster Cluster, owner Owner, refs []kube.Ref, report func(Result)) error {
	var failed []error
	going := map[kube.Ref]types.UID{}
	note := func(r Result) {
		if r.Object != nil {
			going[r.Ref] = r.Object.GetUID()
			r.Object = nil
		}
		report(r)
	}
	for _, wave := range waves(refs, uninstallOrder(), func(r kube.Ref) string { return r.Kind }) {
		if err := inWave(wave, note, func(r kube.Ref) Result { return remove(ctx, cluster, owner, r) }); err != nil {
			failed = append(failed, err)
		}
	}
	if len(failed) > 0 {
		return errors.Join(failed...)
	}
	return gone(ctx, cluster, going)
}

func remove(ctx context.Context, cluster Cluster, owner Owner, ref kube.Ref) Result {
	live, err := cluster.Get(ctx, ref)
	switch {
	case apierrors.IsNotFound(err), errors.Is(err, kube.ErrNoKind):
		return Result{Ref: ref, Action: Deleted}
	case err != nil:
		return Result{Ref: ref, Err: fmt.Errorf("reading %s: %w", ref, err)}
	}
	if ours, why := owner.owns(live); !ours {
		return Result{Ref: ref, Action: Skipped, Message: why}
	}
	if live.GetAnnotations()[annotationPolicy] == policyKeep {
		return Result{Ref: ref, Action: Skipped, Message: "kept by its resource policy"}
	}
	err = cluster.Delete(ctx, ref, live.GetUID())
	if err != nil && !apierrors.IsNotFound(err) {
		return Result{Ref: ref, Err: fmt.Errorf("deleting %s: %w", ref, err)}
	}
	return Result{Ref: ref, Action: Deleted, Object: live}
}

// gone waits until none of the objects is there any more.
func gone(ctx context.Context, cluster Reader, going map[kube.Ref]types.UID) error {
	for pause := firstLook / 4; ; pause = min(pause*3/2, slowestLook) {
		for ref, uid := range going {
			live, err := cluster.Get(ctx, ref)
			switch {
			case apierrors.IsNotFound(err), errors.Is(err, kube.ErrNoKind), err == nil && live.GetUID() != uid:
				delete(going, ref)
			case err != nil && ctx.Err() == nil:
				return fmt.Errorf("reading %s: %w", ref, err)
			}
		}
		if len(going) == 0 {
			return nil
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", context.Cause(ctx), stuck(going))
		}
	}
}

func stuck(going map[kube.Ref]types.UID) error {
	var all []error
	for ref := range going {
		all = append(all, fmt.Errorf("%s is still there: a finalizer holds it", ref))
	}
	return errors.Join(all...)
}
