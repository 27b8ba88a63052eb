package apply

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/helm-dm/helm-dm/kube"
)

// unserved is told of an object that can be neither read nor deleted.
const unserved = "the cluster does not serve its kind any more"

// RemovalPermissions are those that removing refs takes, each once. Kinds that
// the cluster does not serve in any version take none.
func RemovalPermissions(ctx context.Context, cluster Reader, refs []kube.Ref) ([]kube.Permission, error) {
	var needed []kube.Permission
	for _, ref := range refs {
		resource, err := served(ctx, ref, cluster.Resource)
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

// served reads by ref's kind, and where the cluster serves that in another
// version alone, by the kind in that version.
func served[T any](ctx context.Context, ref kube.Ref, read func(context.Context, schema.GroupVersionKind) (T, error)) (T, error) {
	found, err := read(ctx, ref.GroupVersionKind)
	var none *kube.NoKind
	if errors.As(err, &none) && len(none.Versions) > 0 {
		return read(ctx, ref.GroupKind().WithVersion(none.Versions[0]))
	}
	return found, err
}

func find(ctx context.Context, cluster Reader, ref kube.Ref) (*unstructured.Unstructured, error) {
	return served(ctx, ref, func(ctx context.Context, kind schema.GroupVersionKind) (*unstructured.Unstructured, error) {
		return cluster.Get(ctx, kube.Ref{GroupVersionKind: kind, Namespace: ref.Namespace, Name: ref.Name})
	})
}

// Going are objects that were asked to go, by their UIDs.
type Going map[kube.Ref]types.UID

// Remove deletes refs in Helm's uninstall order, wave by wave, and returns what
// is still going. Only an object whose live metadata names owner is deleted;
// others, those kept by policy, and those whose kind is not served any more are
// Skipped with the reason. What is gone already is Deleted. Report is never called by two goroutines at once. A failed
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
	live, err := find(ctx, cluster, ref)
	switch {
	case apierrors.IsNotFound(err):
		return Result{Ref: ref, Action: Deleted}
	case errors.Is(err, kube.ErrNoKind):
		return Result{Ref: ref, Action: Skipped, Message: unserved}
	case err != nil:
		return Result{Ref: ref, Err: fmt.Errorf("reading %s: %w", ref, err)}
	}
	if ours, why := owner.owns(live); !ours {
		return Result{Ref: ref, Action: Skipped, Message: why}
	}
	if live.GetAnnotations()[annotationPolicy] == policyKeep {
		return Result{Ref: ref, Action: Skipped, Message: "kept by its resource policy"}
	}
	err = cluster.Delete(ctx, kube.RefOf(live), live.GetUID())
	if err != nil && !apierrors.IsNotFound(err) {
		return Result{Ref: ref, Err: fmt.Errorf("deleting %s: %w", ref, err)}
	}
	return Result{Ref: ref, Action: Deleted, Object: live}
}

// Gone waits until none of the objects is there any more. When ctx ends first,
// the error is its cause and names what is left. A read that fails for a while
// is made again; its error is named with what is left.
func (g Going) Gone(ctx context.Context, cluster Reader) error {
	left := map[kube.Ref]error{}
	for pause := firstLook / 4; ; pause = min(pause*3/2, slowestLook) {
		if err := g.look(ctx, cluster, left); err != nil {
			return err
		}
		if len(g) == 0 {
			return nil
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", context.Cause(ctx), errors.Join(slices.Collect(maps.Values(left))...))
		}
	}
}

// look forgets what is gone, and notes of each of the others why it is left.
func (g Going) look(ctx context.Context, cluster Reader, left map[kube.Ref]error) error {
	for ref, uid := range g {
		live, err := find(ctx, cluster, ref)
		switch {
		case apierrors.IsNotFound(err), errors.Is(err, kube.ErrNoKind), err == nil && live.GetUID() != uid:
			delete(g, ref)
			delete(left, ref)
		case err == nil:
			left[ref] = fmt.Errorf("%s is still there: a finalizer holds it", ref)
		case ctx.Err() != nil:
			left[ref] = cmp.Or(left[ref], fmt.Errorf("%s was not looked at again", ref))
		case final(err):
			return fmt.Errorf("reading %s: %w", ref, err)
		default:
			left[ref] = fmt.Errorf("%s may still be there: reading it: %w", ref, err)
		}
	}
	return nil
}
