package operation

import (
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
	if t.resumed { // the right to the deployment may be gone since it was asked for
		if err := t.authorize(ctx, t.record.Operation.Caller, []kube.Permission{deployPermission(t.record.Namespace)}); err != nil {
			return err
		}
	}
	if err := t.fetch(ctx); err != nil { // a slow repository takes nobody's place
		return err
	}
	leave, err := t.place(ctx)
	if err != nil {
		return err
	}
	defer leave()
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
	err = t.apply(ctx, plan, leave)
	if cause := context.Cause(ctx); errors.Is(err, errSuperseded) || errors.Is(cause, errSuperseded) || errors.Is(cause, errStopping) {
		return errors.Join(err, cause)
	}
	return t.conclude(ctx, release, err)
}

// pending returns the stored release of a revision whose outcome is open.
func (t *task) pending(ctx context.Context) (*state.Release, error) {
	newest := t.record.Revision()
	if newest == nil || newest.Outcome != state.StatusPendingInstall {
		return nil, nil
	}
	release, err := t.Books.Releases.Get(ctx, t.record.Key, newest.Number, newest.Digests)
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
	if len(objects) > maxObjects {
		return nil, failure.New(v1alpha1.ReasonTooLarge, "the chart has %d objects, at most %d can be deployed together", len(objects), maxObjects)
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
	digests, err := expected(release)
	if err != nil {
		return err
	}
	o, m := &t.record.Operation, release.Chart.Metadata
	t.record.Revisions = append(t.record.Revisions, state.Revision{
		Number: release.Version, Digests: digests, Action: o.Type, Outcome: state.StatusPendingInstall,
		Chart: state.Chart{
			Reference: m.Annotations[v1alpha1.AnnotationChartReference], Digest: m.Annotations[v1alpha1.AnnotationChartDigest],
			Name: m.Name, Version: m.Version, AppVersion: m.AppVersion,
		},
		User: o.Caller.User, At: release.Info.LastDeployed, Message: o.Message,
	})
	t.record.Notes = short(release.Info.Notes, maxNotes)
	t.record.Objects = planned(plan)
	t.step(v1alpha1.StepApplying)
	o.Wrote = true
	if err := t.flush(ctx); err != nil {
		return err
	}
	err = t.Books.Releases.Create(ctx, release)
	if apierrors.IsAlreadyExists(err) {
		t.record.Operation.Wrote = false // nothing of the chart was
		return failure.New(v1alpha1.ReasonConflict, "a release Secret of the name %q appeared in namespace %q: somebody else made it", t.record.Name, t.record.Namespace)
	}
	return err
}

// expected are the digests that the release's Secret will have: as it is, pending,
// and as it will be once it is deployed.
func expected(release *state.Release) ([]string, error) {
	pending, err := release.Digest()
	if err != nil {
		return nil, err
	}
	deployed, err := concluded(release, nil).Digest()
	return []string{pending, deployed}, err
}

// concluded is the release with its outcome.
func concluded(release *state.Release, outcome error) *state.Release {
	ended := *release
	ended.Info.Status = state.StatusDeployed
	if ended.Info.Description == deploying {
		ended.Info.Description = deployed
	}
	if outcome != nil {
		ended.Info.Status = state.StatusFailed
		ended.Info.Description = short(failure.Sentence(outcome), maxFailure)
	}
	return &ended
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

// apply writes the objects, leaves its place, and waits until they are healthy.
func (t *task) apply(ctx context.Context, plan *apply.Plan, leave func()) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	at := t.located()
	var applied []*unstructured.Unstructured
	err := plan.Run(ctx, t.cluster, func(r apply.Result) {
		o := &t.record.Objects[at[r.Ref]]
		o.Action, o.Since = string(r.Action), time.Now().UTC()
		if r.Err != nil {
			o.Health, o.Message = string(v1alpha1.HealthUnhealthy), short(failure.Sentence(r.Err), maxMessage)
		} else {
			applied = append(applied, r.Object)
		}
		t.dirty = true
		t.orCancel(ctx, cancel)
	})
	if err != nil {
		return firstCause(ctx, err)
	}
	leave()
	t.step(v1alpha1.StepWaiting)
	live := make([]*unstructured.Unstructured, len(t.record.Objects))
	err = apply.Wait(ctx, t.cluster, applied, func(changed []apply.State) {
		for _, s := range changed {
			i := at[s.Ref]
			o := &t.record.Objects[i]
			o.Health, o.Message, o.Since = string(s.Health), short(s.Message, maxMessage), time.Now().UTC()
			live[i] = s.Object
			t.dirty = true
		}
		t.orCancel(ctx, cancel)
	})
	t.record.Addresses = addresses(live)
	return firstCause(ctx, err)
}

// located finds the objects in the record.
func (t *task) located() map[kube.Ref]int {
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
	err := t.progress(ctx)
	if err == nil && t.Books.Feed.Superseded(t.record) {
		err = errSuperseded
	}
	if errors.Is(err, errSuperseded) {
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
	ended := concluded(release, outcome)
	newest := t.record.Revision()
	newest.Outcome = ended.Info.Status
	err := t.Books.Releases.Update(ctx, ended, newest.Digests)
	if err == nil && outcome != nil {
		var digest string
		digest, err = ended.Digest()
		newest.Digests = append(newest.Digests, digest)
	}
	if err != nil {
		// The record is the truth; the Secret is Helm's view of it.
		t.Logger.Error("cannot record the outcome in the release", "deployment", t.record.Key, "err", err)
	}
	if outcome != nil {
		return outcome
	}
	return t.finish(ctx)
}
