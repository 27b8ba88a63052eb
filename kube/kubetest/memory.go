// Package kubetest is a cluster in memory, for tests of what works on one, and
// the contract that it shares with the real one.
package kubetest

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/helm-dm/helm-dm/kube"
)

// Memory is a cluster of a few kinds, without controllers, validation or field
// owners. Its zero value is empty and ready.
type Memory struct {
	// Before, if set, is asked before each apply and delete; its error refuses
	// the call. It may change an object that is applied.
	Before func(verb string, object *unstructured.Unstructured) error

	mu      sync.Mutex
	version int
	objects map[kube.Ref]*unstructured.Unstructured
}

// kinds are served by every Memory.
func kinds() []kube.Resource {
	at := func(group, version, kind, plural string, namespaced bool) kube.Resource {
		return kube.Resource{
			GroupVersionResource: schema.GroupVersionResource{Group: group, Version: version, Resource: plural},
			Kind:                 kind, Namespaced: namespaced,
		}
	}
	return []kube.Resource{
		at("", "v1", "Namespace", "namespaces", false),
		at("", "v1", "ConfigMap", "configmaps", true),
		at("", "v1", "Secret", "secrets", true),
		at("", "v1", "Service", "services", true),
		at("", "v1", "Pod", "pods", true),
		at("apps", "v1", "Deployment", "deployments", true),
		at("rbac.authorization.k8s.io", "v1", "ClusterRole", "clusterroles", false),
	}
}

// Resource tells how a kind is served; a kube.NoKind if it is not.
func (m *Memory) Resource(_ context.Context, kind schema.GroupVersionKind) (kube.Resource, error) {
	none := &kube.NoKind{Kind: kind}
	for _, r := range kinds() {
		switch {
		case r.Group != kind.Group || r.Kind != kind.Kind:
		case r.Version == kind.Version:
			return r, nil
		default:
			none.Versions = append(none.Versions, r.Version)
		}
	}
	return kube.Resource{}, none
}

// APIVersions lists what is served.
func (m *Memory) APIVersions(context.Context) ([]string, error) {
	var names []string
	for _, r := range kinds() {
		names = append(names, r.GroupVersion().String(), r.GroupVersion().String()+"/"+r.Kind)
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// Version is that of the Kubernetes this pretends to be.
func (m *Memory) Version(context.Context) (string, error) { return "v1.36.3", nil }

// Get returns a copy of one object.
func (m *Memory) Get(ctx context.Context, ref kube.Ref) (*unstructured.Unstructured, error) {
	resource, err := m.Resource(ctx, ref.GroupVersionKind)
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	found, ok := m.objects[ref]
	if !ok {
		return nil, apierrors.NewNotFound(resource.GroupResource(), ref.Name)
	}
	return found.DeepCopy(), nil
}

// List returns copies of all objects of a kind, by name; a kube.TooMuch if they
// are more than most bytes of JSON.
func (m *Memory) List(ctx context.Context, kind schema.GroupVersionKind, namespace string, most int64) (*unstructured.UnstructuredList, error) {
	if _, err := m.Resource(ctx, kind); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	list := &unstructured.UnstructuredList{}
	list.SetGroupVersionKind(kind.GroupVersion().WithKind(kind.Kind + "List"))
	for ref, object := range m.objects {
		if ref.GroupVersionKind == kind && (namespace == "" || ref.Namespace == namespace) {
			list.Items = append(list.Items, *object.DeepCopy())
		}
	}
	slices.SortFunc(list.Items, func(a, b unstructured.Unstructured) int {
		return cmp.Or(cmp.Compare(a.GetNamespace(), b.GetNamespace()), cmp.Compare(a.GetName(), b.GetName()))
	})
	encoded, err := list.MarshalJSON()
	if err == nil && int64(len(encoded)) > most {
		err = &kube.TooMuch{Kind: kind, Namespace: namespace, Most: most}
	}
	if err != nil {
		return nil, err
	}
	return list, nil
}

// Apply stores object and keeps a status that is there already. One that changes
// nothing keeps its resource version.
func (m *Memory) Apply(ctx context.Context, object *unstructured.Unstructured, _ string, _ bool) (*unstructured.Unstructured, error) {
	resource, err := m.Resource(ctx, object.GroupVersionKind())
	if err != nil {
		return nil, err
	}
	applied := object.DeepCopy()
	if m.Before != nil {
		if err := m.Before("apply", applied); err != nil {
			return nil, err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	ref := kube.RefOf(object)
	old, ok := m.objects[ref]
	if err := misses(applied, old); err != nil {
		return nil, apierrors.NewConflict(resource.GroupResource(), ref.Name, err)
	}
	m.version++
	applied.SetUID(types.UID(fmt.Sprintf("uid-%d", m.version)))
	applied.SetGeneration(1)
	applied.SetResourceVersion(m.stamp())
	if ok {
		applied.SetUID(old.GetUID())
		applied.SetGeneration(old.GetGeneration())
		applied.SetResourceVersion(old.GetResourceVersion())
		if status, ok := old.Object["status"]; ok {
			applied.Object["status"] = status
		}
		if fmt.Sprint(old.Object) == fmt.Sprint(applied.Object) {
			return old.DeepCopy(), nil
		}
		applied.SetGeneration(old.GetGeneration() + 1)
		applied.SetResourceVersion(m.stamp())
	}
	if m.objects == nil {
		m.objects = map[kube.Ref]*unstructured.Unstructured{}
	}
	m.objects[ref] = applied
	return applied.DeepCopy(), nil
}

// stamp is the present resource version; the first is above kube.Absent.
func (m *Memory) stamp() string { return strconv.Itoa(m.version + 1) }

// misses says why applied is not meant for old, which is nil when there is none.
func misses(applied, old *unstructured.Unstructured) error {
	uid, version := applied.GetUID(), applied.GetResourceVersion()
	switch {
	case old == nil && uid != "":
		return fmt.Errorf("the UID is %s, and there is none", uid)
	case old != nil && uid != "" && uid != old.GetUID():
		return fmt.Errorf("the UID is %s, not %s", old.GetUID(), uid)
	case old != nil && version != "" && version != old.GetResourceVersion():
		return fmt.Errorf("the version is %s, not %s", old.GetResourceVersion(), version)
	}
	return nil
}

// Delete removes an object at once.
func (m *Memory) Delete(ctx context.Context, ref kube.Ref, uid types.UID) error {
	resource, err := m.Resource(ctx, ref.GroupVersionKind)
	if err != nil {
		return err
	}
	found, err := m.Get(ctx, ref)
	if err != nil {
		return err
	}
	if m.Before != nil {
		if err := m.Before("delete", found); err != nil {
			return err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if found.GetUID() != uid {
		return apierrors.NewConflict(resource.GroupResource(), ref.Name, fmt.Errorf("the UID is %s, not %s", found.GetUID(), uid))
	}
	delete(m.objects, ref)
	return nil
}

// Change edits an object as somebody else would.
func (m *Memory) Change(ref kube.Ref, edit func(*unstructured.Unstructured)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	object, ok := m.objects[ref]
	if !ok {
		return
	}
	edited := object.DeepCopy()
	edit(edited)
	m.version++
	edited.SetResourceVersion(m.stamp())
	m.objects[ref] = edited
}

// Names lists the objects as KIND/NAME, sorted.
func (m *Memory) Names() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var names []string
	for ref := range maps.Keys(m.objects) {
		names = append(names, ref.String())
	}
	slices.Sort(names)
	return names
}
