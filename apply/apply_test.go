package apply_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/helm-dm/helm-dm/apply"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/kube/kubetest"
)

func owner() apply.Owner { return apply.Owner{Release: "web", Namespace: "shop"} }

// document is a minimal manifest.
func document(kind, name string, more ...string) apply.Manifest {
	apiVersion := map[string]string{"Deployment": "apps/v1", "ClusterRole": "rbac.authorization.k8s.io/v1"}[kind]
	if apiVersion == "" {
		apiVersion = "v1"
	}
	return apply.Manifest{
		Path:    "web/templates/" + strings.ToLower(kind) + ".yaml",
		Content: fmt.Sprintf("apiVersion: %s\nkind: %s\nmetadata:\n  name: %s\n%s", apiVersion, kind, name, strings.Join(more, "\n")),
	}
}

func decode(t *testing.T, manifests ...apply.Manifest) []*unstructured.Unstructured {
	t.Helper()
	objects, err := apply.Decode(manifests)
	if err != nil {
		t.Fatal(err)
	}
	return objects
}

func plan(t *testing.T, cluster apply.Reader, manifests ...apply.Manifest) *apply.Plan {
	t.Helper()
	p, err := apply.NewPlan(t.Context(), cluster, owner(), decode(t, manifests...))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// lines tells results as KIND/NAME ACTION.
type lines struct {
	all []string
}

func (l *lines) result(r apply.Result) {
	line := fmt.Sprintf("%s %s", r.Ref, r.Action)
	if r.Message != "" {
		line += " " + r.Message
	}
	if r.Err != nil {
		line += "failed"
	}
	l.all = append(l.all, line)
}

func TestDecode(t *testing.T) {
	t.Parallel()
	objects := decode(t,
		apply.Manifest{Path: "a", Content: "# nothing but a comment"},
		apply.Manifest{Path: "b", Content: "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: a}}\n- {apiVersion: v1, kind: Pod, metadata: {name: b}}"},
		document("ConfigMap", "c", "big: 9007199254740993"),
	)
	var told []string
	for _, o := range objects {
		told = append(told, kube.RefOf(o).String())
	}
	if diff := cmp.Diff([]string{"Pod/a", "Pod/b", "ConfigMap/c"}, told); diff != "" {
		t.Errorf("objects (-want +got):\n%s", diff)
	}
	if big := objects[2].Object["big"]; big != int64(9007199254740993) {
		t.Errorf("an integer became %T %v", big, big)
	}
}

func TestDecodeTellsAllThatIsWrong(t *testing.T) {
	t.Parallel()
	_, err := apply.Decode([]apply.Manifest{
		{Path: "kindless", Content: "apiVersion: v1\nmetadata: {name: a}"},
		{Path: "versionless", Content: "kind: Pod\nmetadata: {name: a}"},
		{Path: "nameless", Content: "apiVersion: v1\nkind: Pod"},
		{Path: "broken", Content: "a: [1"},
		{Path: "text", Content: "just words"},
		{Path: "list", Content: "- a"},
	})
	if !errors.Is(err, apply.ErrInvalid) {
		t.Fatalf("%v, want ErrInvalid", err)
	}
	for _, words := range []string{"kindless: kind is missing", "versionless: apiVersion is missing", "nameless: Pod has no metadata.name",
		"broken: ", "text: the document is no object", "list: the document is no object"} {
		if !strings.Contains(err.Error(), words) {
			t.Errorf("error does not say %q:\n%v", words, err)
		}
	}
}

func TestPlanThenRunInWaves(t *testing.T) {
	t.Parallel()
	cluster := &kubetest.Memory{}
	var mu sync.Mutex
	var order []string
	cluster.Before = func(_ string, o *unstructured.Unstructured) error {
		mu.Lock()
		defer mu.Unlock()
		order = append(order, o.GetKind())
		return nil
	}
	manifests := []apply.Manifest{
		document("Deployment", "web"), document("Service", "web"), document("ConfigMap", "b"), document("ConfigMap", "a"),
		document("ClusterRole", "web"), document("Secret", "web"),
	}
	p := plan(t, cluster, manifests...)
	if len(cluster.Names()) != 0 {
		t.Fatal("planning wrote")
	}
	told := &lines{}
	if err := p.Run(t.Context(), cluster, told.result); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"Secret", "ConfigMap", "ConfigMap", "ClusterRole", "Service", "Deployment"}, order); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
	again := &lines{}
	if err := plan(t, cluster, manifests...).Run(t.Context(), cluster, again.result); err != nil {
		t.Fatal(err)
	}
	slices.Sort(again.all)
	want := []string{"ClusterRole/web unchanged", "ConfigMap/a unchanged", "ConfigMap/b unchanged", "Deployment/web unchanged", "Secret/web unchanged", "Service/web unchanged"}
	if diff := cmp.Diff(want, again.all); diff != "" {
		t.Errorf("the second time (-want +got):\n%s", diff)
	}
}

func TestPlanNamesEveryPermission(t *testing.T) {
	t.Parallel()
	cluster := &kubetest.Memory{}
	if err := plan(t, cluster, document("ConfigMap", "old")).Run(t.Context(), cluster, (&lines{}).result); err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, p := range plan(t, cluster, document("ConfigMap", "old"), document("ConfigMap", "new"), document("ConfigMap", "newer"),
		document("ClusterRole", "reader"), document("Secret", "far", "  namespace: away")).Permissions() {
		told = append(told, p.String())
	}
	slices.Sort(told)
	want := []string{
		`create clusterroles.rbac.authorization.k8s.io`,
		`create configmaps in namespace "shop"`,
		`create secrets in namespace "away"`,
		`patch clusterroles.rbac.authorization.k8s.io "reader"`,
		`patch configmaps "new" in namespace "shop"`,
		`patch configmaps "newer" in namespace "shop"`,
		`patch configmaps "old" in namespace "shop"`,
		`patch secrets "far" in namespace "away"`,
	}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("permissions (-want +got):\n%s", diff)
	}
}

// blind refuses to read Secrets.
type blind struct{ *kubetest.Memory }

func (b blind) Get(ctx context.Context, ref kube.Ref) (*unstructured.Unstructured, error) {
	if ref.Kind == "Secret" {
		return nil, apierrors.NewForbidden(schema.GroupResource{Resource: "secrets"}, ref.Name, errors.New("no"))
	}
	return b.Memory.Get(ctx, ref)
}

func TestPlanOfWhatMayNotBeRead(t *testing.T) {
	t.Parallel()
	p := plan(t, blind{&kubetest.Memory{}}, document("Secret", "web"))
	var told []string
	for _, permission := range p.Permissions() {
		told = append(told, permission.Verb)
	}
	if diff := cmp.Diff([]string{"create", "get", "patch"}, told); diff != "" {
		t.Errorf("verbs (-want +got):\n%s", diff)
	}
	if err := p.Conflicts(); !apierrors.IsForbidden(err) {
		t.Errorf("%v, want that the object could not be read", err)
	}
}

func TestPlanFindsWhatBelongsToOthers(t *testing.T) {
	t.Parallel()
	cluster := &kubetest.Memory{}
	for name, annotations := range map[string]string{
		"free": "{}", "green": "{meta.helm.sh/release-name: green, meta.helm.sh/release-namespace: shop}",
		"unmanaged": "{meta.helm.sh/release-name: web, meta.helm.sh/release-namespace: shop}",
	} {
		live := decode(t, document("ConfigMap", name, "  namespace: shop", "  annotations: "+annotations))[0]
		if _, err := cluster.Apply(t.Context(), live, "kubectl", false); err != nil {
			t.Fatal(err)
		}
	}
	err := plan(t, cluster, document("ConfigMap", "free"), document("ConfigMap", "green"), document("ConfigMap", "unmanaged"), document("ConfigMap", "new")).Conflicts()
	if !errors.Is(err, apply.ErrConflict) {
		t.Fatalf("%v, want ErrConflict", err)
	}
	for _, words := range []string{"ConfigMap/free: it exists and belongs to no release", `ConfigMap/green: it belongs to release "green"`, "ConfigMap/unmanaged: its label"} {
		if !strings.Contains(err.Error(), words) {
			t.Errorf("error does not say %q:\n%v", words, err)
		}
	}
	if strings.Contains(err.Error(), "ConfigMap/new") {
		t.Errorf("error blames what is new:\n%v", err)
	}
}

func TestPlanRefusesWhatCannotBe(t *testing.T) {
	t.Parallel()
	objects := decode(t, document("Confetti", "a"), document("Streamer", "b"), document("ConfigMap", "twice"), document("ConfigMap", "twice", "  namespace: shop"))
	_, err := apply.NewPlan(t.Context(), &kubetest.Memory{}, owner(), objects)
	if !errors.Is(err, apply.ErrInvalid) {
		t.Fatalf("%v, want ErrInvalid", err)
	}
	for _, words := range []string{"Confetti/a", "Streamer/b", "ConfigMap/twice appears twice"} {
		if !strings.Contains(err.Error(), words) {
			t.Errorf("error does not say %q:\n%v", words, err)
		}
	}
}

func TestRunStopsAfterAFailedWave(t *testing.T) {
	t.Parallel()
	cluster := &kubetest.Memory{Before: func(_ string, o *unstructured.Unstructured) error {
		if o.GetName() == "bad" {
			return apierrors.NewInvalid(schema.GroupKind{Kind: "ConfigMap"}, "bad", nil)
		}
		return nil
	}}
	told := &lines{}
	err := plan(t, cluster, document("ConfigMap", "bad"), document("ConfigMap", "good"), document("Service", "web")).Run(t.Context(), cluster, told.result)
	if !errors.Is(err, apply.ErrInvalid) || !strings.Contains(err.Error(), "ConfigMap/bad") {
		t.Errorf("%v, want ErrInvalid that names the object", err)
	}
	slices.Sort(told.all)
	if diff := cmp.Diff([]string{"ConfigMap/bad failed", "ConfigMap/good created"}, told.all); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
}

func TestRefusalOfASecretQuotesNothing(t *testing.T) {
	t.Parallel()
	cluster := &kubetest.Memory{Before: func(string, *unstructured.Unstructured) error {
		return apierrors.NewBadRequest(`invalid value "canary-51f" in data`)
	}}
	err := plan(t, cluster, document("Secret", "web")).Run(t.Context(), cluster, func(apply.Result) {})
	if err == nil || strings.Contains(err.Error(), "canary") || !errors.Is(err, apply.ErrInvalid) {
		t.Errorf("%v, want ErrInvalid without what the Secret holds", err)
	}
}

// pod is in a phase, ready or not.
func pod(cluster *kubetest.Memory, name string, phase string, ready bool) {
	status := map[bool]string{true: "True", false: "False"}[ready]
	ref := kube.Ref{GroupVersionKind: schema.GroupVersionKind{Version: "v1", Kind: "Pod"}, Namespace: "shop", Name: name}
	cluster.Change(ref, func(o *unstructured.Unstructured) {
		o.Object["status"] = map[string]any{"phase": phase, "conditions": []any{map[string]any{"type": "Ready", "status": status}}}
	})
}

// waiting applies two pods and waits for them; step is called after each look.
func waiting(t *testing.T, ctx context.Context, cluster *kubetest.Memory, step func(look int)) ([]string, error) {
	t.Helper()
	cluster.Before = func(_ string, o *unstructured.Unstructured) error {
		return unstructured.SetNestedField(o.Object, "Pending", "status", "phase")
	}
	var applied []*unstructured.Unstructured
	err := plan(t, cluster, document("Pod", "a"), document("Pod", "b")).Run(ctx, cluster, func(r apply.Result) { applied = append(applied, r.Object) })
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	look := 0
	err = apply.Wait(ctx, cluster, applied, func(changed []apply.State) {
		for _, s := range changed {
			told = append(told, fmt.Sprintf("%s %s", s.Ref, s.Health))
		}
		step(look)
		look++
	})
	slices.Sort(told)
	return told, err
}

func TestWaitUntilHealthy(t *testing.T) {
	t.Parallel()
	cluster := &kubetest.Memory{}
	told, err := waiting(t, t.Context(), cluster, func(look int) {
		pod(cluster, []string{"a", "b", "b"}[min(look, 2)], "Running", true)
	})
	want := []string{"Pod/a Healthy", "Pod/a InProgress", "Pod/b Healthy", "Pod/b InProgress"}
	if diff := cmp.Diff(want, told); diff != "" || err != nil {
		t.Errorf("%v; told (-want +got):\n%s", err, diff)
	}
}

func TestWaitEndsWithTheFirstFailure(t *testing.T) {
	t.Parallel()
	cluster := &kubetest.Memory{}
	_, err := waiting(t, t.Context(), cluster, func(int) { pod(cluster, "b", "Failed", false) })
	if !errors.Is(err, apply.ErrUnhealthy) || !strings.Contains(err.Error(), "Pod/b") || strings.Contains(err.Error(), "Pod/a") {
		t.Errorf("%v, want ErrUnhealthy that blames Pod/b alone", err)
	}
}

func TestWaitSaysWhatItWaitedFor(t *testing.T) {
	t.Parallel()
	cluster := &kubetest.Memory{}
	late := errors.New("time is up")
	ctx, cancel := context.WithCancelCause(t.Context())
	_, err := waiting(t, ctx, cluster, func(int) { cancel(late) })
	if !errors.Is(err, late) || !strings.Contains(err.Error(), "Pod/a") || !strings.Contains(err.Error(), "Pod/b") {
		t.Errorf("%v, want the cause and both pods", err)
	}
}

func TestRemove(t *testing.T) {
	t.Parallel()
	cluster := &kubetest.Memory{}
	p := plan(t, cluster, document("ConfigMap", "mine"), document("ConfigMap", "kept", "  annotations: {helm.sh/resource-policy: keep}"), document("ConfigMap", "given"))
	if err := p.Run(t.Context(), cluster, func(apply.Result) {}); err != nil {
		t.Fatal(err)
	}
	given := kube.Ref{GroupVersionKind: schema.GroupVersionKind{Version: "v1", Kind: "ConfigMap"}, Namespace: "shop", Name: "given"}
	cluster.Change(given, func(o *unstructured.Unstructured) { o.SetAnnotations(nil) })
	refs := []kube.Ref{given}
	for _, name := range []string{"mine", "kept", "missing"} {
		ref := given
		ref.Name = name
		refs = append(refs, ref)
	}
	refs = append(refs, kube.Ref{GroupVersionKind: schema.GroupVersionKind{Group: "party", Version: "v1", Kind: "Confetti"}, Name: "unserved"})
	told := &lines{}
	going, err := apply.Remove(t.Context(), cluster, owner(), refs, told.result)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := going.Gone(ctx, cluster); err != nil {
		t.Error(err)
	}
	slices.Sort(told.all)
	want := []string{
		"Confetti/unserved skipped the cluster does not serve its kind any more",
		"ConfigMap/given skipped it exists and belongs to no release", "ConfigMap/kept skipped kept by its resource policy",
		"ConfigMap/mine deleted", "ConfigMap/missing deleted",
	}
	if diff := cmp.Diff(want, told.all); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"ConfigMap/given", "ConfigMap/kept"}, cluster.Names()); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
}

func TestGoneSaysWhatIsStuck(t *testing.T) {
	t.Parallel()
	cluster := &kubetest.Memory{}
	if err := plan(t, cluster, document("ConfigMap", "stuck")).Run(t.Context(), cluster, func(apply.Result) {}); err != nil {
		t.Fatal(err)
	}
	ref := kube.Ref{GroupVersionKind: schema.GroupVersionKind{Version: "v1", Kind: "ConfigMap"}, Namespace: "shop", Name: "stuck"}
	live, err := cluster.Get(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err = apply.Going{ref: live.GetUID()}.Gone(ctx, cluster)
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "ConfigMap/stuck is still there") {
		t.Errorf("%v, want the cause and what is stuck", err)
	}
}
