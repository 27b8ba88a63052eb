package kubetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/helm-dm/helm-dm/kube"
)

// Cluster is what Memory and kube.Cluster have in common.
type Cluster interface {
	Resource(ctx context.Context, kind schema.GroupVersionKind) (kube.Resource, error)
	APIVersions(ctx context.Context) ([]string, error)
	Version(ctx context.Context) (string, error)
	Get(ctx context.Context, ref kube.Ref) (*unstructured.Unstructured, error)
	List(ctx context.Context, kind schema.GroupVersionKind, namespace string, most int64) (*unstructured.UnstructuredList, error)
	Apply(ctx context.Context, object *unstructured.Unstructured, manager string, force bool) (*unstructured.Unstructured, error)
	Delete(ctx context.Context, ref kube.Ref, uid types.UID) error
}

// Run runs the contract of a Cluster in a namespace that exists and is the
// test's own.
func Run(t *testing.T, c Cluster, namespace string) {
	t.Helper()
	t.Run("knows what it serves", func(t *testing.T) { served(t, c) })
	t.Run("applies and deletes", func(t *testing.T) { applied(t, c, namespace) })
	t.Run("fences what it applies", func(t *testing.T) { fenced(t, c, namespace) })
	t.Run("lists", func(t *testing.T) { listed(t, c, namespace) })
}

func kindOf(group, version, kind string) schema.GroupVersionKind {
	return schema.GroupVersionKind{Group: group, Version: version, Kind: kind}
}

func served(t *testing.T, c Cluster) {
	for kind, want := range map[schema.GroupVersionKind]kube.Resource{
		kindOf("", "v1", "ConfigMap"):      {GroupVersionResource: schema.GroupVersionResource{Version: "v1", Resource: "configmaps"}, Kind: "ConfigMap", Namespaced: true},
		kindOf("", "v1", "Namespace"):      {GroupVersionResource: schema.GroupVersionResource{Version: "v1", Resource: "namespaces"}, Kind: "Namespace"},
		kindOf("apps", "v1", "Deployment"): {GroupVersionResource: schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "deployments"}, Kind: "Deployment", Namespaced: true},
	} {
		if got, err := c.Resource(t.Context(), kind); err != nil || got != want {
			t.Errorf("%s is served as %+v (%v), want %+v", kind, got, err, want)
		}
	}
	if _, err := c.Resource(t.Context(), kindOf("party", "v1", "Confetti")); !errors.Is(err, kube.ErrNoKind) {
		t.Errorf("an unknown kind: %v, want ErrNoKind", err)
	}
	var none *kube.NoKind
	if _, err := c.Resource(t.Context(), kindOf("apps", "v1beta1", "Deployment")); !errors.As(err, &none) || !slices.Equal(none.Versions, []string{"v1"}) {
		t.Errorf("a kind in a version of old: %v, want a NoKind that names v1", err)
	}
	names, err := c.APIVersions(t.Context())
	if err != nil || !slices.Contains(names, "apps/v1") || !slices.Contains(names, "apps/v1/Deployment") || !slices.Contains(names, "v1/Pod") {
		t.Errorf("API versions %v (%v)", names, err)
	}
	if version, err := c.Version(t.Context()); err != nil || version != "v1.36.3" {
		t.Errorf("version %q (%v)", version, err)
	}
}

func configMap(namespace, name, value string) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap",
		"metadata": map[string]any{"namespace": namespace, "name": name},
		"data":     map[string]any{"key": value},
	}}
}

func applied(t *testing.T, c Cluster, namespace string) {
	apply := func(value string) *unstructured.Unstructured {
		t.Helper()
		out, err := c.Apply(t.Context(), configMap(namespace, "a", value), "test", false)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	ref := kube.RefOf(configMap(namespace, "a", ""))
	if _, err := c.Get(t.Context(), ref); !apierrors.IsNotFound(err) {
		t.Errorf("before: %v, want NotFound", err)
	}
	first := apply("one")
	if same := apply("one"); same.GetResourceVersion() != first.GetResourceVersion() {
		t.Errorf("the same again moved the version from %s to %s", first.GetResourceVersion(), same.GetResourceVersion())
	}
	second := apply("two")
	if second.GetResourceVersion() == first.GetResourceVersion() || second.GetUID() != first.GetUID() {
		t.Errorf("a change: version %s to %s, UID %s to %s", first.GetResourceVersion(), second.GetResourceVersion(), first.GetUID(), second.GetUID())
	}
	got, err := c.Get(t.Context(), ref)
	if value, _, _ := unstructured.NestedString(got.Object, "data", "key"); err != nil || value != "two" {
		t.Errorf("got %q (%v)", value, err)
	}
	if err := c.Delete(t.Context(), ref, "another"); !apierrors.IsConflict(err) {
		t.Errorf("deleting another's: %v, want Conflict", err)
	}
	if err := c.Delete(t.Context(), ref, first.GetUID()); err != nil {
		t.Fatal(err)
	}
	for until := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if _, err := c.Get(t.Context(), ref); apierrors.IsNotFound(err) {
			break
		}
		if time.Now().After(until) {
			t.Fatal("still there long after it was deleted")
		}
	}
	if err := c.Delete(t.Context(), ref, first.GetUID()); !apierrors.IsNotFound(err) {
		t.Errorf("deleting twice: %v, want NotFound", err)
	}
}

func fenced(t *testing.T, c Cluster, namespace string) {
	apply := func(value, version string, uid types.UID) (*unstructured.Unstructured, error) {
		object := configMap(namespace, "fenced", value)
		object.SetResourceVersion(version)
		object.SetUID(uid)
		return c.Apply(t.Context(), object, "test", false)
	}
	if _, err := apply("one", "", "another"); !apierrors.IsConflict(err) {
		t.Errorf("one that is there, where none is: %v, want Conflict", err)
	}
	first, err := apply("one", kube.Absent, "")
	if err != nil {
		t.Fatalf("a new one: %v", err)
	}
	if first.GetResourceVersion() == kube.Absent || first.GetUID() == "" {
		t.Errorf("created as version %q, UID %q", first.GetResourceVersion(), first.GetUID())
	}
	for value := range map[string]bool{"one": true, "two": true} {
		if _, err := apply(value, kube.Absent, ""); !apierrors.IsConflict(err) {
			t.Errorf("a new one with %q, where one is: %v, want Conflict", value, err)
		}
		if _, err := apply(value, "", "another"); !apierrors.IsConflict(err) {
			t.Errorf("another one with %q: %v, want Conflict", value, err)
		}
	}
	same, err := apply("one", "", first.GetUID())
	if err != nil || same.GetResourceVersion() != first.GetResourceVersion() {
		t.Errorf("the same one unchanged: version %s to %s (%v)", first.GetResourceVersion(), same.GetResourceVersion(), err)
	}
	second, err := apply("two", "", first.GetUID())
	if err != nil || second.GetResourceVersion() == first.GetResourceVersion() {
		t.Errorf("the same one changed: version still %s (%v)", first.GetResourceVersion(), err)
	}
}

// listed lists more objects than an API server is asked for at a time.
func listed(t *testing.T, c Cluster, namespace string) {
	kind, want := kindOf("", "v1", "ConfigMap"), []string(nil)
	var making errgroup.Group
	making.SetLimit(8)
	for i := range 201 {
		name := fmt.Sprintf("listed-%03d", i)
		want = append(want, name)
		making.Go(func() error {
			_, err := c.Apply(t.Context(), configMap(namespace, name, strings.Repeat("x", 1000)), "test", false)
			return err
		})
	}
	if err := making.Wait(); err != nil {
		t.Fatal(err)
	}
	list, err := c.List(t.Context(), kind, namespace, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for i := range list.Items {
		if name := list.Items[i].GetName(); strings.HasPrefix(name, "listed-") {
			found = append(found, name)
		}
	}
	if diff := cmp.Diff(want, found); diff != "" || list.GetKind() != "ConfigMapList" || list.GetContinue() != "" {
		t.Errorf("listed as %s, continued at %q (-want +got):\n%s", list.GetKind(), list.GetContinue(), diff)
	}
	for _, most := range []int64{0, 1000, 150_000} {
		list, err := c.List(t.Context(), kind, namespace, most)
		if much, ok := errors.AsType[*kube.TooMuch](err); !ok || much.Most != most || list != nil {
			t.Errorf("at most %d bytes: %v, want TooMuch", most, err)
		}
	}
	if _, err := c.List(t.Context(), kindOf("party", "v1", "Confetti"), namespace, 1<<20); !errors.Is(err, kube.ErrNoKind) {
		t.Errorf("an unknown kind: %v, want ErrNoKind", err)
	}
}
