package manager

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/apply"
	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/chart/values"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/render"
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
	release, err := t.releases.Get(ctx, t.record.Key, newest.Number, newest.Digest)
	if apierrors.IsNotFound(err) { // it was journalled and never stored
		t.record.Revisions = t.record.Revisions[:len(t.record.Revisions)-1]
		return nil, nil
	}
	return release, err
}

func deployPermission(namespace string) kube.Permission {
	return kube.Permission{Verb: "create", Group: v1alpha1.GroupName, Resource: v1alpha1.ChartDeployments, Namespace: namespace}
}

// prepare fetches the chart and renders it into a release.
func (t *task) prepare(ctx context.Context) (*state.Release, error) {
	t.step(v1alpha1.StepFetching)
	loaded, facts, err := t.fetch(ctx)
	if err != nil {
		return nil, err
	}
	t.step(v1alpha1.StepRendering)
	given, err := values.Merge(t.record.Parameters)
	if err != nil {
		return nil, fmt.Errorf("reading parameters: %w", err)
	}
	rendered, err := t.render(ctx, loaded, given)
	if err != nil {
		return nil, err
	}
	if err := supported(loaded, rendered); err != nil {
		return nil, err
	}
	return t.newRelease(loaded, facts, given, rendered), nil
}

// fetch reads the chart from the chart store.
func (t *task) fetch(ctx context.Context) (*chart.Chart, state.Chart, error) {
	ref, err := chart.ParseReference(t.record.Chart)
	if err != nil {
		return nil, state.Chart{}, err
	}
	data, err := t.packages.Get(ctx, ref.Digest)
	if apierrors.IsNotFound(err) {
		return nil, state.Chart{}, failed(v1alpha1.ReasonNotFound, "chart %q is not in the chart store any more: upload it again", t.record.Chart)
	}
	if err != nil {
		return nil, state.Chart{}, err
	}
	loaded, err := chart.LoadBytes(data, chart.Limits{})
	if err != nil {
		return nil, state.Chart{}, fmt.Errorf("loading chart %q: %w", ref.Tagged(), err)
	}
	return loaded, state.Chart(chartStatus(loaded, ref.Digest)), nil
}

// chartStatus names an uploaded chart exactly.
func chartStatus(c *chart.Chart, digest string) v1alpha1.ChartStatus {
	return v1alpha1.ChartStatus{
		Reference:  chart.UploadReference(c.Name(), c.Version(), "").Tagged(),
		Name:       c.Name(),
		Version:    c.Version(),
		AppVersion: c.Metadata().AppVersion,
		Digest:     digest,
	}
}

func (t *task) render(ctx context.Context, c *chart.Chart, given map[string]any) (*render.Output, error) {
	serving, err := t.cluster.Version(ctx)
	if err != nil {
		return nil, err
	}
	version, err := render.ParseKubeVersion(serving)
	if err != nil {
		return nil, fmt.Errorf("reading the cluster's version: %w", err)
	}
	kinds, err := t.cluster.APIVersions(ctx)
	if err != nil {
		return nil, err
	}
	capabilities := render.Offline(version)
	capabilities.APIVersions = kinds
	return render.Render(ctx, c, given, render.Options{
		Release: render.Release{
			Name: t.record.Name, Namespace: t.record.Namespace, Revision: t.number(), IsInstall: true,
		},
		Capabilities: capabilities,
		Lookup:       t.lookup,
	})
}

// number is the number of the revision in the making.
func (t *task) number() int {
	if newest := t.record.Revision(); newest != nil {
		return newest.Number + 1
	}
	return 1
}

// lookup answers the template function of that name, as the caller (S25).
func (t *task) lookup(ctx context.Context, apiVersion, kind, namespace, name string) (map[string]any, error) {
	ref := kube.Ref{GroupVersionKind: gvk(apiVersion, kind), Namespace: namespace, Name: name}
	if name == "" {
		list, err := t.cluster.List(ctx, ref.GroupVersionKind, namespace)
		if err != nil {
			return nil, absent(err)
		}
		return list.UnstructuredContent(), nil
	}
	object, err := t.cluster.Get(ctx, ref)
	if err != nil {
		return nil, absent(err)
	}
	return object.Object, nil
}

// absent is nil for what does not exist.
func absent(err error) error {
	if apierrors.IsNotFound(err) || errors.Is(err, kube.ErrNoKind) {
		return nil
	}
	return err
}

// supported refuses what a chart asks for and this manager does not do, rather
// than deploying half of it.
func supported(c *chart.Chart, rendered *render.Output) error {
	var wrong []error
	for _, hook := range rendered.Hooks {
		if !onlyTests(hook.Events) {
			wrong = append(wrong, fmt.Errorf("%s: hooks are not run (%s)", hook.Path, strings.Join(hook.Events, ", ")))
		}
	}
	if n := len(rendered.CRDs); n > 0 {
		wrong = append(wrong, fmt.Errorf("crds/: %d custom resource definitions are not installed: apply them first and move them out of the chart", n))
	}
	if len(wrong) > 0 {
		return failed(v1alpha1.ReasonInvalid, "chart %q needs what this manager does not do: %w", c.Name(), errors.Join(wrong...))
	}
	return nil
}

func onlyTests(events []string) bool {
	return !slices.ContainsFunc(events, func(e string) bool { return e != "test" && e != "test-success" })
}

func (t *task) newRelease(c *chart.Chart, facts state.Chart, given map[string]any, rendered *render.Output) *state.Release {
	metadata := c.Metadata()
	if metadata.Annotations == nil {
		metadata.Annotations = map[string]string{}
	}
	metadata.Annotations[v1alpha1.AnnotationChartReference] = facts.Reference
	metadata.Annotations[v1alpha1.AnnotationChartDigest] = facts.Digest
	now := time.Now().UTC()
	release := &state.Release{
		Name: t.record.Name, Namespace: t.record.Namespace, Version: t.number(),
		Info: state.ReleaseInfo{
			FirstDeployed: now, LastDeployed: now, Status: state.StatusPendingInstall,
			Description: cmp.Or(t.record.Operation.Message, "Deploying"), Notes: rendered.Notes,
		},
		Chart:       state.ReleaseChart{Metadata: metadata, Lock: c.Lock(), Values: c.Values(), Schema: c.Schema()},
		Config:      given,
		Manifest:    rendered.Manifest,
		ApplyMethod: "ssa",
	}
	for _, h := range rendered.Hooks {
		release.Hooks = append(release.Hooks, state.ReleaseHook{
			Name: h.Name, Kind: h.Kind, Path: h.Path, Manifest: h.Content, Events: h.Events, Weight: h.Weight,
			DeletePolicies: h.DeletePolicies, OutputLogPolicies: h.OutputLogPolicies,
		})
	}
	return release
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
	if err := plan.Conflicts(); err != nil {
		return nil, err
	}
	return plan, t.authorize(ctx, t.record.Operation.Caller, plan.Permissions())
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
	err = t.releases.Create(ctx, release)
	if err != nil {
		t.record.Operation.Wrote = false // nothing of the chart was
	}
	if apierrors.IsAlreadyExists(err) {
		return failed(v1alpha1.ReasonConflict, "a release Secret of the name %q appeared in namespace %q: somebody else made it", t.record.Name, t.record.Namespace)
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
			o.Health, o.Message = string(v1alpha1.HealthUnhealthy), sentence(r.Err)
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
		release.Info.Description = sentence(outcome)
	}
	release.Info.Status = newest.Outcome
	if err := t.releases.Update(ctx, release, newest.Digest); err != nil {
		// The record is the truth; the Secret is Helm's view of it.
		t.Logger.Error("recording the outcome in the release", "deployment", t.record.Key, "err", err)
	}
	if outcome != nil {
		return outcome
	}
	return t.finish(ctx)
}
