// Package secrettest is the contract of secret.Store: every implementation
// passes it, whatever it keeps its Secrets in.
package secrettest

import (
	"context"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"

	"github.com/helm-dm/helm-dm/state/secret"
)

// patience is how long a test waits for what must happen.
const patience = 30 * time.Second

// Run runs the contract. Each test gets a namespace that
// exists, is empty, and is its own.
func Run(t *testing.T, secrets secret.Store, namespace func(*testing.T) string) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, secret.Store, string){
		"get what was created":                       created,
		"miss what is not there":                     missing,
		"refuse a name that is taken":                taken,
		"replace only the version that was read":     updated,
		"delete only what was meant":                 deleted,
		"list metadata without payloads":             listed,
		"follow from a list on":                      followed,
		"follow only what the selector lets through": followedSelected,
		"follow what begins and ceases to match":     followedMatching,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, secrets, namespace(t))
		})
	}
}

func object(namespace, name, role string) *corev1.Secret {
	return &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name, Labels: map[string]string{"role": role}},
		Type:       "dm.helm.sh/test",
		Data:       map[string][]byte{"payload": []byte("bytes of " + name)},
	}
}

func mustCreate(t *testing.T, s secret.Store, in *corev1.Secret) *corev1.Secret {
	t.Helper()
	out, err := s.Create(t.Context(), in)
	if err != nil {
		t.Fatalf("creating %q: %v", in.Name, err)
	}
	return out
}

func created(t *testing.T, s secret.Store, ns string) {
	in := mustCreate(t, s, object(ns, "a", "x"))
	if in.UID == "" || in.ResourceVersion == "" || in.CreationTimestamp.IsZero() {
		t.Errorf("created Secret lacks a UID, a version or a time: %+v", in.ObjectMeta)
	}
	got, err := s.Get(t.Context(), ns, "a")
	if err != nil {
		t.Fatal(err)
	}
	if got.UID != in.UID || got.ResourceVersion != in.ResourceVersion || string(got.Data["payload"]) != "bytes of a" {
		t.Errorf("got %+v, want what was created", got)
	}
}

func missing(t *testing.T, s secret.Store, ns string) {
	if _, err := s.Get(t.Context(), ns, "nobody"); !apierrors.IsNotFound(err) {
		t.Errorf("get: %v, want NotFound", err)
	}
	if _, err := s.Update(t.Context(), object(ns, "nobody", "x")); !apierrors.IsNotFound(err) {
		t.Errorf("update: %v, want NotFound", err)
	}
	if err := s.Delete(t.Context(), ns, "nobody", nil); !apierrors.IsNotFound(err) {
		t.Errorf("delete: %v, want NotFound", err)
	}
}

func taken(t *testing.T, s secret.Store, ns string) {
	mustCreate(t, s, object(ns, "a", "x"))
	if _, err := s.Create(t.Context(), object(ns, "a", "y")); !apierrors.IsAlreadyExists(err) {
		t.Errorf("create: %v, want AlreadyExists", err)
	}
}

func updated(t *testing.T, s secret.Store, ns string) {
	first := mustCreate(t, s, object(ns, "a", "x"))
	change := first.DeepCopy()
	change.Data["payload"] = []byte("second")
	second, err := s.Update(t.Context(), change)
	if err != nil {
		t.Fatal(err)
	}
	if second.ResourceVersion == first.ResourceVersion || second.UID != first.UID {
		t.Errorf("update kept version %s or changed UID %s to %s", second.ResourceVersion, first.UID, second.UID)
	}
	if same, err := s.Update(t.Context(), second.DeepCopy()); err != nil || same.ResourceVersion != second.ResourceVersion {
		t.Errorf("update with nothing new: version %s after %s (%v)", same.ResourceVersion, second.ResourceVersion, err)
	}
	change.Data["payload"] = []byte("from the first version")
	if _, err := s.Update(t.Context(), change); !apierrors.IsConflict(err) {
		t.Errorf("update of an old version: %v, want Conflict", err)
	}
	unversioned := change.DeepCopy()
	unversioned.ResourceVersion = ""
	if _, err := s.Update(t.Context(), unversioned); err != nil {
		t.Errorf("update of whatever version: %v", err)
	}
}

func deleted(t *testing.T, s secret.Store, ns string) {
	first := mustCreate(t, s, object(ns, "a", "x"))
	other := types.UID("another")
	if err := s.Delete(t.Context(), ns, "a", &metav1.Preconditions{UID: &other}); !apierrors.IsConflict(err) {
		t.Errorf("delete of another UID: %v, want Conflict", err)
	}
	change := first.DeepCopy()
	change.Data["payload"] = []byte("second")
	if _, err := s.Update(t.Context(), change); err != nil {
		t.Fatal(err)
	}
	if err := s.Delete(t.Context(), ns, "a", &metav1.Preconditions{ResourceVersion: &first.ResourceVersion}); !apierrors.IsConflict(err) {
		t.Errorf("delete of an old version: %v, want Conflict", err)
	}
	if err := s.Delete(t.Context(), ns, "a", &metav1.Preconditions{UID: &first.UID}); err != nil {
		t.Errorf("delete: %v", err)
	}
	if _, err := s.Get(t.Context(), ns, "a"); !apierrors.IsNotFound(err) {
		t.Errorf("get after delete: %v, want NotFound", err)
	}
}

func listed(t *testing.T, s secret.Store, ns string) {
	for name, role := range map[string]string{"a": "x", "b": "x", "c": "y"} {
		mustCreate(t, s, object(ns, name, role))
	}
	list, err := s.Metadata(t.Context(), ns, "role=x")
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, m := range list.Items {
		names[m.Name] = m.UID != "" && m.ResourceVersion != "" && m.Labels["role"] == "x"
	}
	if len(names) != 2 || !names["a"] || !names["b"] || list.ResourceVersion == "" {
		t.Errorf("listed %v at version %q, want a and b with their metadata at some version", names, list.ResourceVersion)
	}
}

// follow lists and then watches, and returns the names listed and the events.
func follow(t *testing.T, s secret.Store, ns, selector string) (int, watch.Interface) {
	t.Helper()
	lw := cache.ToListerWatcherWithContext(s.Follow(ns, selector))
	object, err := lw.ListWithContext(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	list := object.(*corev1.SecretList)
	w, err := lw.WatchWithContext(t.Context(), metav1.ListOptions{ResourceVersion: list.ResourceVersion})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Stop)
	return len(list.Items), w
}

func expect(t *testing.T, w watch.Interface, kind watch.EventType, name string) *corev1.Secret {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	select {
	case e, open := <-w.ResultChan():
		s, ok := e.Object.(*corev1.Secret)
		if !open || e.Type != kind || !ok || s.Name != name {
			t.Fatalf("event %s of %+v, want %s of %q", e.Type, e.Object, kind, name)
		}
		return s
	case <-ctx.Done():
		t.Fatalf("no event, want %s of %q", kind, name)
	}
	return nil
}

func followed(t *testing.T, s secret.Store, ns string) {
	first := mustCreate(t, s, object(ns, "a", "x"))
	n, w := follow(t, s, ns, "role=x")
	if n != 1 {
		t.Errorf("listed %d, want 1", n)
	}
	mustCreate(t, s, object(ns, "b", "x"))
	if got := expect(t, w, watch.Added, "b"); string(got.Data["payload"]) != "bytes of b" {
		t.Errorf("added with payload %q", got.Data["payload"])
	}
	change := first.DeepCopy()
	change.Data["payload"] = []byte("second")
	changed, err := s.Update(t.Context(), change)
	if err != nil {
		t.Fatal(err)
	}
	if got := expect(t, w, watch.Modified, "a"); got.ResourceVersion != changed.ResourceVersion {
		t.Errorf("modified at version %s, want %s", got.ResourceVersion, changed.ResourceVersion)
	}
	if err := s.Delete(t.Context(), ns, "a", nil); err != nil {
		t.Fatal(err)
	}
	if got := expect(t, w, watch.Deleted, "a"); got.ResourceVersion == changed.ResourceVersion {
		t.Errorf("the deletion has the version of the last change, %s", got.ResourceVersion)
	}
}

func followedSelected(t *testing.T, s secret.Store, ns string) {
	_, w := follow(t, s, ns, "role=y")
	mustCreate(t, s, object(ns, "a", "x"))
	mustCreate(t, s, object(ns, "b", "y"))
	expect(t, w, watch.Added, "b")
}

func followedMatching(t *testing.T, s secret.Store, ns string) {
	first := mustCreate(t, s, object(ns, "a", "x"))
	_, w := follow(t, s, ns, "role=y")
	change := first.DeepCopy()
	change.Labels["role"] = "y"
	matching, err := s.Update(t.Context(), change)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, w, watch.Added, "a")
	change = matching.DeepCopy()
	change.Labels["role"] = "x"
	if _, err := s.Update(t.Context(), change); err != nil {
		t.Fatal(err)
	}
	if got := expect(t, w, watch.Deleted, "a"); got.Labels["role"] != "y" {
		t.Errorf("deleted as %v, want as it was when it matched", got.Labels)
	}
}
