package operation

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/chart/values"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/manager/failure"
	"github.com/helm-dm/helm-dm/render"
	"github.com/helm-dm/helm-dm/state"
)

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
	data, err := t.Books.Packages.Get(ctx, ref.Digest)
	if apierrors.IsNotFound(err) {
		return nil, state.Chart{}, failure.New(v1alpha1.ReasonNotFound, "chart %q is not in the chart store any more: upload it again", t.record.Chart)
	}
	if err != nil {
		return nil, state.Chart{}, err
	}
	loaded, err := chart.LoadBytes(data, chart.Limits{})
	if err != nil {
		return nil, state.Chart{}, fmt.Errorf("loading chart %q: %w", ref.Tagged(), err)
	}
	return loaded, Facts(loaded, ref.Digest), nil
}

// Facts name an uploaded chart exactly.
func Facts(c *chart.Chart, digest string) state.Chart {
	return state.Chart{
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
		return failure.New(v1alpha1.ReasonInvalid, "chart %q needs what this manager does not do: %w", c.Name(), errors.Join(wrong...))
	}
	return nil
}

// What Helm shows as a release's description when its author gave none.
const (
	deploying = "Deploying"
	deployed  = "Deployed"
)

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
			Description: cmp.Or(t.record.Operation.Message, deploying), Notes: rendered.Notes,
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
