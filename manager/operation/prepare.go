package operation

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/chart/reference"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/manager/failure"
	"github.com/helm-dm/helm-dm/render"
	"github.com/helm-dm/helm-dm/render/worker/job"
	"github.com/helm-dm/helm-dm/state"
)

// prepare renders the chart into a release.
func (t *task) prepare(ctx context.Context) (*state.Release, error) {
	t.step(v1alpha1.StepRendering)
	rendered, err := t.render(ctx)
	if err != nil {
		return nil, err
	}
	if err := supported(rendered); err != nil {
		return nil, err
	}
	return t.newRelease(rendered), nil
}

// fetch gets the package into the chart store, and writes down which one it is.
// What was written down before is used as it is.
func (t *task) fetch(ctx context.Context) error {
	if newest := t.record.Revision(); newest != nil && newest.Outcome == state.StatusPendingInstall {
		return nil // what was rendered is not rendered anew
	}
	t.step(v1alpha1.StepFetching)
	if t.record.Operation.Chart != nil {
		return nil
	}
	if err := t.flush(ctx); err != nil { // so that callers see what they wait for
		return err
	}
	found, err := t.Charts.Obtain(ctx, t.record.Operation.Caller, t.record.Chart)
	if err != nil {
		return err
	}
	t.record.Operation.Chart = found
	return t.flush(ctx)
}

// open reads the package from the chart store.
func (t *task) open(ctx context.Context) ([]byte, error) {
	data, err := t.Books.Packages.Get(ctx, t.record.Operation.Chart.Digest)
	if apierrors.IsNotFound(err) {
		return nil, failure.New(v1alpha1.ReasonNotFound, "chart %q is not in the chart store any more: deploy it again", t.record.Chart)
	}
	return data, err
}

// Facts name a chart exactly. From is the reference that it was found by, empty for
// an upload, which is named by what is in it.
func Facts(c *job.Facts, from, digest string) state.Chart {
	m := c.Metadata
	from = cmp.Or(from, reference.Upload(m.Name, m.Version, "").Tagged())
	return state.Chart{Reference: from, Name: m.Name, Version: m.Version, AppVersion: m.AppVersion, Digest: digest}
}

func (t *task) render(ctx context.Context) (*job.Result, error) {
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
	return t.Renderer.Render(ctx, &job.Request{
		Chart:      job.Package{Owner: t.record.Operation.Caller.Owner(), Digest: t.record.Operation.Chart.Digest, Open: t.open},
		Parameters: t.record.Parameters,
		Options: render.Options{
			Release: render.Release{
				Name: t.record.Name, Namespace: t.record.Namespace, Revision: t.number(), IsInstall: true,
			},
			Capabilities: capabilities,
			Lookup:       t.lookup,
		},
	})
}

// number is the number of the revision in the making.
func (t *task) number() int {
	if newest := t.record.Revision(); newest != nil {
		return newest.Number + 1
	}
	return 1
}

// maxList bounds what one lookup may list, in bytes of JSON. The manager holds
// several times as much while it hands the list on.
const maxList = 16 << 20

// lookup answers the template function of that name, as the caller (S25).
func (t *task) lookup(ctx context.Context, apiVersion, kind, namespace, name string) (map[string]any, error) {
	ref := kube.Ref{GroupVersionKind: gvk(apiVersion, kind), Namespace: namespace, Name: name}
	if name == "" {
		list, err := t.cluster.List(ctx, ref.GroupVersionKind, namespace, maxList)
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
func supported(rendered *job.Result) error {
	var wrong []error
	for _, hook := range rendered.Output.Hooks {
		if !onlyTests(hook.Events) {
			wrong = append(wrong, fmt.Errorf("%s: hooks are not run (%s)", hook.Path, strings.Join(hook.Events, ", ")))
		}
	}
	if n := len(rendered.Output.CRDs); n > 0 {
		wrong = append(wrong, fmt.Errorf("crds/: %d custom resource definitions are not installed: apply them first and move them out of the chart", n))
	}
	if len(wrong) > 0 {
		return failure.New(v1alpha1.ReasonInvalid, "chart %q needs what this manager does not do: %w", rendered.Facts.Metadata.Name, errors.Join(wrong...))
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

func (t *task) newRelease(rendered *job.Result) *state.Release {
	used := t.record.Operation.Chart
	known := Facts(rendered.Facts, used.Reference, used.Digest)
	metadata := *rendered.Facts.Metadata
	metadata.Annotations = maps.Clone(metadata.Annotations)
	if metadata.Annotations == nil {
		metadata.Annotations = map[string]string{}
	}
	metadata.Annotations[v1alpha1.AnnotationChartReference] = known.Reference
	metadata.Annotations[v1alpha1.AnnotationChartDigest] = known.Digest
	now := time.Now().UTC()
	release := &state.Release{
		Name: t.record.Name, Namespace: t.record.Namespace, Version: t.number(),
		Info: state.ReleaseInfo{
			FirstDeployed: now, LastDeployed: now, Status: state.StatusPendingInstall,
			Description: cmp.Or(t.record.Operation.Message, deploying), Notes: rendered.Output.Notes,
		},
		Chart:       state.ReleaseChart{Metadata: &metadata, Lock: rendered.Facts.Lock, Values: rendered.Facts.Values, Schema: rendered.Facts.Schema},
		Manifest:    rendered.Output.Manifest,
		ApplyMethod: "ssa",
	}
	if string(rendered.Values) != "{}" {
		release.Config = rendered.Values
	}
	for _, h := range rendered.Output.Hooks {
		release.Hooks = append(release.Hooks, state.ReleaseHook{
			Name: h.Name, Kind: h.Kind, Path: h.Path, Manifest: h.Content, Events: h.Events, Weight: h.Weight,
			DeletePolicies: h.DeletePolicies, OutputLogPolicies: h.OutputLogPolicies,
		})
	}
	return release
}
