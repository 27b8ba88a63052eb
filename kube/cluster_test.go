package kube_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/helm-dm/helm-dm/internal/clustertest"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/kube/kubetest"
)

func TestMemoryCluster(t *testing.T) {
	t.Parallel()
	kubetest.Run(t, &kubetest.Memory{}, "shop")
}

// realCluster connects to the tests' cluster as its administrator.
func realCluster(t *testing.T) (*kube.Cluster, *clustertest.Cluster) {
	t.Helper()
	c := clustertest.Start(t)
	config := c.Admin(t, "").Config
	discovery, err := kube.NewDiscovery(config)
	if err != nil {
		t.Fatal(err)
	}
	cluster, err := kube.NewCluster(config, discovery)
	if err != nil {
		t.Fatal(err)
	}
	return cluster, c
}

func TestCluster(t *testing.T) {
	t.Parallel()
	cluster, c := realCluster(t)
	kubetest.Run(t, cluster, c.Namespace(t))
}

// TestFencedFieldsAreApplied: what the fence creates must be owned as what later
// applies write, or those could take no field away.
func TestFencedFieldsAreApplied(t *testing.T) {
	t.Parallel()
	cluster, c := realCluster(t)
	object := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"namespace": c.Namespace(t), "name": "a"},
		"data": map[string]any{"going": "1", "staying": "1"},
	}}
	object.SetResourceVersion(kube.Absent)
	first, err := cluster.Apply(t.Context(), object, "helm", false)
	if err != nil {
		t.Fatal(err)
	}
	if owners := first.GetManagedFields(); len(owners) != 1 || owners[0].Manager != "helm" || owners[0].Operation != metav1.ManagedFieldsOperationApply {
		t.Errorf("owners %+v, want helm by Apply", owners)
	}
	object.SetResourceVersion("")
	object.SetUID(first.GetUID())
	unstructured.RemoveNestedField(object.Object, "data", "going")
	second, err := cluster.Apply(t.Context(), object, "helm", false)
	if err != nil {
		t.Fatal(err)
	}
	if data, _, _ := unstructured.NestedStringMap(second.Object, "data"); len(data) != 1 || data["staying"] != "1" {
		t.Errorf("data %v, want that the field is gone", data)
	}
}

// TestAbsentInEveryStore: what is stored in ways of its own is fenced, too.
func TestAbsentInEveryStore(t *testing.T) {
	t.Parallel()
	cluster, c := realCluster(t)
	namespace := c.Namespace(t)
	for kind, rest := range map[string]string{
		"v1 Service":               `"spec": {"ports": [{"port": 80}]}`,
		"v1 ServiceAccount":        `"automountServiceAccountToken": false`,
		"v1 Secret":                `"stringData": {"key": "value"}`,
		"v1 PersistentVolumeClaim": `"spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Mi"}}}`,
		"apps/v1 Deployment": `"spec": {"replicas": 0, "selector": {"matchLabels": {"app": "a"}}, "template": {"metadata": {"labels": {"app": "a"}},
			"spec": {"containers": [{"name": "a", "image": "a"}]}}}`,
		"rbac.authorization.k8s.io/v1 Role":        `"rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]`,
		"rbac.authorization.k8s.io/v1 RoleBinding": `"roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "a"}`,
	} {
		t.Run(strings.ReplaceAll(kind, "/", " "), func(t *testing.T) {
			t.Parallel()
			version, name, _ := strings.Cut(kind, " ")
			text := fmt.Sprintf(`{"apiVersion": %q, "kind": %q, "metadata": {"namespace": %q, "name": "a", "resourceVersion": %q}, %s}`,
				version, name, namespace, kube.Absent, rest)
			object := &unstructured.Unstructured{}
			if err := object.UnmarshalJSON([]byte(text)); err != nil {
				t.Fatal(err)
			}
			createdOnce(t, cluster, object)
		})
	}
}

// createdOnce applies an object that bears kube.Absent where there is none, and
// where there is one.
func createdOnce(t *testing.T, cluster *kube.Cluster, object *unstructured.Unstructured) *unstructured.Unstructured {
	t.Helper()
	live, err := cluster.Apply(t.Context(), object, "test", false)
	if err != nil {
		t.Fatalf("a new one: %v", err)
	}
	if _, err := cluster.Apply(t.Context(), object, "test", false); !apierrors.IsConflict(err) {
		t.Errorf("where one is: %v, want Conflict", err)
	}
	return live
}

// TestKindThatGoes holds Get to what it says of a kind that was served a moment
// ago, in the words of a real API server.
func TestKindThatGoes(t *testing.T) {
	t.Parallel()
	cluster, c := realCluster(t)
	group := c.Namespace(t) + ".example.com"
	definition := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": map[string]any{"name": "cakes." + group},
		"spec": map[string]any{
			"group": group, "scope": "Namespaced", "names": map[string]any{"plural": "cakes", "singular": "cake", "kind": "Cake", "listKind": "CakeList"},
			"versions": []any{map[string]any{
				"name": "v1", "served": true, "storage": true, "schema": map[string]any{"openAPIV3Schema": map[string]any{"type": "object"}},
			}},
		},
	}}
	definition.SetResourceVersion(kube.Absent)
	live := createdOnce(t, cluster, definition)
	remove := func(ctx context.Context) error { return cluster.Delete(ctx, kube.RefOf(live), live.GetUID()) }
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 30*time.Second)
		defer cancel()
		if err := remove(ctx); err != nil && !apierrors.IsNotFound(err) {
			t.Error(err)
		}
	})
	cake := kube.Ref{GroupVersionKind: kindIn(group, "v1", "Cake"), Namespace: "default", Name: "a"}
	until(t, cluster, cake, apierrors.IsNotFound)
	object := &unstructured.Unstructured{}
	object.SetGroupVersionKind(cake.GroupVersionKind)
	object.SetNamespace(cake.Namespace)
	object.SetName(cake.Name)
	object.SetResourceVersion(kube.Absent)
	createdOnce(t, cluster, object)
	if err := remove(t.Context()); err != nil {
		t.Fatal(err)
	}
	until(t, cluster, cake, func(err error) bool { return errors.Is(err, kube.ErrNoKind) })
}

// until reads ref until the answer is the one that is wanted.
func until(t *testing.T, cluster *kube.Cluster, ref kube.Ref, wanted func(error) bool) {
	t.Helper()
	err := clustertest.Poll(t.Context(), func(ctx context.Context) (bool, error) {
		_, err := cluster.Get(ctx, ref)
		return wanted(err), fmt.Errorf("the last answer: %w", err)
	})
	if err != nil {
		t.Fatal(err)
	}
}
