package source

import (
	"context"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/tools/cache"

	"github.com/helm-dm/helm-dm/state/secret"
)

// Follow calls changed with all repositories, in the order of their names: when
// they were read for the first time, and after each change. It runs until ctx
// ends; changed is called by one goroutine.
func (r *Repositories) Follow(ctx context.Context, changed func([]*Repository)) {
	follow := r.secrets.Follow(r.namespace, secret.LabelRole+"="+r.role)
	view := &view{repositories: r, items: map[string]*Repository{}, changed: changed}
	cache.NewReflectorWithOptions(follow, &corev1.Secret{}, view, cache.ReflectorOptions{Name: "repositories"}).RunWithContext(ctx)
}

// view is the store of a reflector, which calls its methods one after the other.
type view struct {
	repositories *Repositories
	items        map[string]*Repository
	changed      func([]*Repository)
}

// Add takes a repository that is new.
func (v *view) Add(obj any) error { return v.Update(obj) }

// Update takes a repository that is new or has changed.
func (v *view) Update(obj any) error {
	v.take(obj)
	v.tell()
	return nil
}

// Delete drops a repository.
func (v *view) Delete(obj any) error {
	if s, ok := obj.(*corev1.Secret); ok {
		delete(v.items, s.Name)
	}
	v.tell()
	return nil
}

// Replace takes all repositories there are.
func (v *view) Replace(objs []any, _ string) error {
	clear(v.items)
	for _, obj := range objs {
		v.take(obj)
	}
	v.tell()
	return nil
}

// Resync does nothing: there is nothing to repeat.
func (v *view) Resync() error { return nil }

func (v *view) take(obj any) {
	s, ok := obj.(*corev1.Secret)
	if !ok {
		return
	}
	if found, ok := v.repositories.sound(s); ok {
		v.items[s.Name] = found
	}
}

func (v *view) tell() {
	all := slices.Collect(maps.Values(v.items))
	sortEntries[Repository](all)
	v.changed(all)
}
