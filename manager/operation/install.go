package operation

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/apply"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/manager/failure"
	"github.com/helm-dm/helm-dm/state"
)

// deploy carries out a deploy, or resumes one where it was left: a revision that
// is pending is applied as it was stored, never rendered anew.
func (t *task) deploy(ctx context.Context) error {
	release, err := t.pending(ctx)
	if err != nil {
		return err
	}
	if release == nil {
		if release, err = t.prepare(ctx); err != nil {
			return err
		}
	}
	plan, err := t.plan(ctx, release)
	if err != nil {
		return err
	}
	if err := t.journal(ctx, release, plan); err != nil {
		return err
	}
	err = t.apply(ctx, plan)
	if errors.Is(err, errSuperseded) || errors.Is(context.Cause(ctx), errStopping) {
		return err
	}
	return t.conclude(ctx, release, err)
}

// pending returns the stored release of a revision whose outcome is open.
func (t *task) pending(ctx context.Context) (*state.Release, error) {
	newest := t.record.Revision()
	if newest == nil || newest.Outcome != state.StatusPendingInstall {
		return nil, nil
	}
	if err := t.authorize(ctx, t.record.Operation.Caller, []kube.Permission{deployPermission(t.record.Namespace)}); err != nil {
		return nil, err
	}
	release, err := t.Books.Releases.Get(ctx, t.record.Key, newest.Number, newest.Digest)
	if apierrors.IsNotFound(err) { // it was journalled and never stored
		t.record.Revisions = t.record.Revisions[:len(t.record.Revisions)-1]
		return nil, nil
	}
	return release, err
}

func deployPermission(namespace string) kube.Permission {
	return kube.Permission{Verb: "create", Group: v1alpha1.GroupName, Resource: v1alpha1.ChartDeployments, Namespace: namespace}
}

// plan says what applying the release does, and makes sure that nothing stands
// in its way before anything is written.
func (t *task) plan(ctx context.Context, release *state.Release) (*apply.Plan, error) {
	t.step(v1alpha1.StepPlanning)
	objects, err := apply.Decode(documents(release.Manifest))
	if err != nil {
		return nil, err
	}
	plan, err := apply.NewPlan(ctx, t.cluster, t.owner(), objects)
	if err != nil {
		return nil, err
	}
	if err := t.authorize(ctx, t.record.Operation.Caller, plan.Permissions()); err != nil {
		return nil, err
	}
	return plan, plan.Conflicts()
}

func (t *task) owner() apply.Owner {
	return apply.Owner{Release: t.record.Name, Namespace: t.record.Namespace}
}

// documents takes a stored manifest apart into the documents it was made of.
func documents(manifest string) []apply.Manifest {
	var found []apply.Manifest
	for _, part := range strings.Split("\n"+manifest, "\n---\n# Source: ")[1:] {
		path, content, _ := strings.Cut(part, "\n")
		found = append(found, apply.Manifest{Path: path, Content: content})
	}
	return found
}

// journal writes down what is about to happen, first in the record, then as a
// pending release.
func (t *task) journal(ctx context.Context, release *state.Release, plan *apply.Plan) error {
	if newest := t.record.Revision(); newest != nil && newest.Number == release.Version {
		t.step(v1alpha1.StepApplying) // resumed: it is written down already
		return t.flush(ctx)
	}
	digest, err := release.Digest()
	if err != nil {
		return err
	}
	o, m := &t.record.Operation, release.Chart.Metadata
	t.record.Revisions = append(t.record.Revisions, state.Revision{
		Number: release.Version, Digest: digest, Action: o.Type, Outcome: state.StatusPendingInstall,
		Chart: state.Chart{
			Reference: m.Annotations[v1alpha1.AnnotationChartReference], Digest: m.Annotations[v1alpha1.AnnotationChartDigest],
			Name: m.Name, Version: m.Version, AppVersion: m.AppVersion,
		},
		User: o.Caller.User, At: release.Info.LastDeployed, Message: o.Message,
	})
	t.record.Notes = release.Info.Notes
	t.record.Objects = planned(plan)
	t.step(v1alpha1.StepApplying)
	o.Wrote = true
	if err := t.flush(ctx); err != nil {
		return err
	}
	err = t.Books.Releases.Create(ctx, release)
	if err != nil {
		t.record.Operation.Wrote = false // nothing of the chart was
	}
	if apierrors.IsAlreadyExists(err) {
		return failure.New(v1alpha1.ReasonConflict, "a release Secret of the name %q appeared in namespace %q: somebody else made it", t.record.Name, t.record.Namespace)
	}
	return err
}

func planned(plan *apply.Plan) []state.Object {
	objects := make([]state.Object, 0, len(plan.Changes))
	now := time.Now().UTC()
	for _, c := range plan.Changes {
		ref := c.Ref()
		objects = append(objects, state.Object{
			APIVersion: ref.GroupVersion().String(), Kind: ref.Kind, Namespace: ref.Namespace, Name: ref.Name, Since: now,
		})
	}
	return objects
}

// apply writes the objects and waits until they are healthy.
func (t *task) apply(ctx context.Context, plan *apply.Plan) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	at := t.places()
	var applied []*unstructured.Unstructured
	err := plan.Run(ctx, t.cluster, func(r apply.Result) {
		o := &t.record.Objects[at[r.Ref]]
		o.Action, o.Since = string(r.Action), time.Now().UTC()
		if r.Err != nil {
			o.Health, o.Message = string(v1alpha1.HealthUnhealthy), failure.Sentence(r.Err)
		} else {
			applied = append(applied, r.Object)
		}
		t.dirty = true
		t.orCancel(ctx, cancel)
	})
	if err != nil {
		return firstCause(ctx, err)
	}
	t.step(v1alpha1.StepWaiting)
	live := make([]*unstructured.Unstructured, len(applied))
	err = apply.Wait(ctx, t.cluster, applied, func(changed []apply.State) {
		for _, s := range changed {
			i := at[s.Ref]
			o := &t.record.Objects[i]
			o.Health, o.Message, o.Since = string(s.Health), s.Message, time.Now().UTC()
			live[i] = s.Object
			t.dirty = true
		}
		t.orCancel(ctx, cancel)
	})
	t.record.Addresses = addresses(live)
	return firstCause(ctx, err)
}

// places finds the objects of the record.
func (t *task) places() map[kube.Ref]int {
	at := make(map[kube.Ref]int, len(t.record.Objects))
	for i, o := range t.record.Objects {
		at[refOf(o)] = i
	}
	return at
}

// orCancel writes progress, and ends the work when the operation is no longer
// the deployment's. Other trouble with the record does not stop it: the next
// flush may succeed, and the last one must.
func (t *task) orCancel(ctx context.Context, cancel context.CancelCauseFunc) {
	if err := t.progress(ctx); errors.Is(err, errSuperseded) {
		cancel(err)
	} else if err != nil && ctx.Err() == nil {
		t.Logger.Error("recording progress", "deployment", t.record.Key, "err", err)
	}
}

// firstCause prefers the reason why ctx ended to what that led to.
func firstCause(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); err != nil && errors.Is(cause, errSuperseded) {
		return cause
	}
	return err
}

// conclude records the outcome of an applied release.
func (t *task) conclude(ctx context.Context, release *state.Release, outcome error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	newest := t.record.Revision()
	newest.Outcome = state.StatusDeployed
	release.Info.Description = cmp.Or(t.record.Operation.Message, "Deployed")
	if outcome != nil {
		newest.Outcome = state.StatusFailed
		release.Info.Description = failure.Sentence(outcome)
	}
	release.Info.Status = newest.Outcome
	if err := t.Books.Releases.Update(ctx, release, newest.Digest); err != nil {
		// The record is the truth; the Secret is Helm's view of it.
		t.Logger.Error("recording the outcome in the release", "deployment", t.record.Key, "err", err)
	}
	if outcome != nil {
		return outcome
	}
	return t.finish(ctx)
}
