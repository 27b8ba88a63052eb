package apply_test

import (
	"errors"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/helm-dm/helm-dm/apply"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/kube/kubetest"
)

// named is a ConfigMap or another kind of the core group in the shop.
func named(kind, name string) kube.Ref {
	return kube.Ref{GroupVersionKind: schema.GroupVersionKind{Version: "v1", Kind: kind}, Namespace: "shop", Name: name}
}

// greens brings an object of another release into the cluster.
func greens(t *testing.T, cluster *kubetest.Memory, kind, name string) {
	t.Helper()
	green := apply.Owner{Release: "green", Namespace: "shop"}
	p, err := apply.NewPlan(t.Context(), cluster, green, decode(t, document(kind, name)))
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Run(t.Context(), cluster, func(apply.Result) {}); err != nil {
		t.Fatal(err)
	}
}

// refused runs a plan that was overtaken, and wants green's object untouched.
func refused(t *testing.T, cluster *kubetest.Memory, p *apply.Plan, ref kube.Ref, words string) {
	t.Helper()
	err := p.Run(t.Context(), cluster, func(apply.Result) {})
	if !errors.Is(err, apply.ErrConflict) || !strings.Contains(err.Error(), words) {
		t.Errorf("%v, want ErrConflict that says %q", err, words)
	}
	live, err := cluster.Get(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	if release := live.GetAnnotations()["meta.helm.sh/release-name"]; release != "green" {
		t.Errorf("%s belongs to %q now", ref, release)
	}
}

func TestRunClaimsNothingThatAppeared(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"ConfigMap", "Secret"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			cluster := &kubetest.Memory{}
			p := plan(t, cluster, document(kind, "a"))
			greens(t, cluster, kind, "a")
			refused(t, cluster, p, named(kind, "a"), kind+"/a: conflict: it appeared meanwhile")
		})
	}
}

func TestRunClaimsNothingThatWasReplaced(t *testing.T) {
	t.Parallel()
	cluster := &kubetest.Memory{}
	if err := plan(t, cluster, document("ConfigMap", "a")).Run(t.Context(), cluster, func(apply.Result) {}); err != nil {
		t.Fatal(err)
	}
	p := plan(t, cluster, document("ConfigMap", "a", "data: {key: new}"))
	ref := named("ConfigMap", "a")
	live, err := cluster.Get(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	if err := cluster.Delete(t.Context(), ref, live.GetUID()); err != nil {
		t.Fatal(err)
	}
	greens(t, cluster, "ConfigMap", "a")
	refused(t, cluster, p, ref, "it was deleted or replaced meanwhile")
}

func TestRunLeavesThePlanAsItWas(t *testing.T) {
	t.Parallel()
	cluster := &kubetest.Memory{}
	for range 2 {
		p := plan(t, cluster, document("ConfigMap", "a"))
		if err := p.Run(t.Context(), cluster, func(apply.Result) {}); err != nil {
			t.Fatal(err)
		}
		if o := p.Changes[0].Object; o.GetUID() != "" || o.GetResourceVersion() != "" {
			t.Errorf("the fence is left in the object: UID %q, version %q", o.GetUID(), o.GetResourceVersion())
		}
	}
}

func TestDecodeRefusesMetadataThatWouldBeLost(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ metadata, words string }{
		"number":        {"{name: a, labels: {app: x, version: 1}}", `ConfigMap/a: metadata.labels["version"] is no text`},
		"bool":          {"{name: a, annotations: {helm.sh/resource-policy: keep, enabled: true}}", `ConfigMap/a: metadata.annotations["enabled"] is no text`},
		"list":          {"{name: a, labels: [x]}", "ConfigMap/a: metadata.labels is no map"},
		"namespace":     {"{name: a, namespace: 5}", "ConfigMap/a: metadata.namespace is no text"},
		"name":          {"{name: 5}", "metadata.name is no text"},
		"all are named": {"{name: a, labels: {b: 1}, annotations: {c: 2}}", `metadata.annotations["c"]`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := apply.Decode([]apply.Manifest{{Path: "a.yaml", Content: "apiVersion: v1\nkind: ConfigMap\nmetadata: " + test.metadata}})
			if !errors.Is(err, apply.ErrInvalid) || !strings.Contains(err.Error(), test.words) {
				t.Errorf("%v, want ErrInvalid that says %q", err, test.words)
			}
		})
	}
}

func TestNullMetadataIsNone(t *testing.T) {
	t.Parallel()
	cluster := &kubetest.Memory{}
	content := "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: null, labels: null, annotations: {helm.sh/resource-policy: keep, empty: null}}"
	if err := plan(t, cluster, apply.Manifest{Path: "a.yaml", Content: content}).Run(t.Context(), cluster, func(apply.Result) {}); err != nil {
		t.Fatal(err)
	}
	live, err := cluster.Get(t.Context(), named("ConfigMap", "a"))
	if err != nil {
		t.Fatal(err)
	}
	if live.GetAnnotations()["helm.sh/resource-policy"] != "keep" || live.GetLabels()["app.kubernetes.io/managed-by"] != "Helm" {
		t.Errorf("metadata %v", live.Object["metadata"])
	}
}

func TestRemoveFindsAKindInAnotherVersion(t *testing.T) {
	t.Parallel()
	cluster := &kubetest.Memory{}
	if err := plan(t, cluster, document("Deployment", "web")).Run(t.Context(), cluster, func(apply.Result) {}); err != nil {
		t.Fatal(err)
	}
	old := kube.Ref{GroupVersionKind: schema.GroupVersionKind{Group: "apps", Version: "v1beta1", Kind: "Deployment"}, Namespace: "shop", Name: "web"}
	permissions, err := apply.RemovalPermissions(t.Context(), cluster, []kube.Ref{old})
	if err != nil || len(permissions) != 2 || permissions[1].String() != `delete deployments.apps "web" in namespace "shop"` {
		t.Errorf("permissions %v (%v)", permissions, err)
	}
	var told []apply.Result
	going, err := apply.Remove(t.Context(), cluster, owner(), []kube.Ref{old}, func(r apply.Result) { told = append(told, r) })
	if err != nil {
		t.Fatal(err)
	}
	if len(told) != 1 || told[0].Ref != old || told[0].Action != apply.Deleted || len(cluster.Names()) != 0 {
		t.Errorf("told %+v, left %v", told, cluster.Names())
	}
	if err := going.Gone(t.Context(), cluster); err != nil {
		t.Error(err)
	}
	again := &lines{}
	greens(t, cluster, "Deployment", "web")
	if _, err := apply.Remove(t.Context(), cluster, owner(), []kube.Ref{old}, again.result); err != nil || len(cluster.Names()) != 1 {
		t.Errorf("another's was removed: %v (%v)", again.all, err)
	}
}
