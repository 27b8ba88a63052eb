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

// Going are objects that were asked to go, by their UIDs.
type Going map[kube.Ref]types.UID

// Remove deletes refs in Helm's uninstall order, wave by wave, and returns what
// is still going. Only an object whose live metadata names owner is deleted;
// others, and those kept by policy, are Skipped with the reason. What is gone
// already is Deleted. Report is never called by two goroutines at once. A failed
// object does not keep the others; the error names them all.
func Remove(ctx context.Context, cluster Cluster, owner Owner, refs []kube.Ref, report func(Result)) (Going, error) {
	var failed []error
	going := Going{}
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
	return going, errors.Join(failed...)
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

// Gone waits until none of the objects is there any more. When ctx ends first,
// the error is its cause and names what is left.
func (g Going) Gone(ctx context.Context, cluster Reader) error {
	for pause := firstLook / 4; ; pause = min(pause*3/2, slowestLook) {
		for ref, uid := range g {
			live, err := cluster.Get(ctx, ref)
			switch {
			case apierrors.IsNotFound(err), errors.Is(err, kube.ErrNoKind), err == nil && live.GetUID() != uid:
				delete(g, ref)
			case err != nil && ctx.Err() == nil:
				return fmt.Errorf("reading %s: %w", ref, err)
			}
		}
		if len(g) == 0 {
			return nil
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", context.Cause(ctx), g.stuck())
		}
	}
}

func (g Going) stuck() error {
	var all []error
	for ref := range g {
		all = append(all, fmt.Errorf("%s is still there: a finalizer holds it", ref))
	}
	return errors.Join(all...)
}
