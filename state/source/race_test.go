package source_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/state/secret"
	"github.com/helm-dm/helm-dm/state/source"
)

// errDied stands for the end of the process.
var errDied = errors.New("the replica died")

// halting is a replica's door to Secrets that others share: before its write
// number at, counted from 1, something happens, and what that returns in place of
// nil is all that its writes say from then on.
type halting struct {
	*secret.Memory
	at     int
	happen func() error

	writes int
	failed error
}

func (h *halting) write() error {
	h.writes++
	if h.writes == h.at && h.failed == nil {
		h.failed = h.happen()
	}
	return h.failed
}

func (h *halting) Create(ctx context.Context, s *corev1.Secret) (*corev1.Secret, error) {
	if err := h.write(); err != nil {
		return nil, err
	}
	return h.Memory.Create(ctx, s)
}

func (h *halting) Update(ctx context.Context, s *corev1.Secret) (*corev1.Secret, error) {
	if err := h.write(); err != nil {
		return nil, err
	}
	return h.Memory.Update(ctx, s)
}

func (h *halting) Delete(ctx context.Context, namespace, name string, only *metav1.Preconditions) error {
	if err := h.write(); err != nil {
		return err
	}
	return h.Memory.Delete(ctx, namespace, name, only)
}

// sound returns the names of the repositories there are, and fails when there is
// one whose credential is gone. It looks at one moment.
func sound(t *testing.T, memory *secret.Memory) []string {
	t.Helper()
	all, err := memory.Metadata(t.Context(), "ns", "")
	if err != nil {
		t.Fatal(err)
	}
	credentials := map[string]bool{"": true}
	for i := range all.Items {
		if all.Items[i].Labels["dm.helm.sh/role"] == "credential" {
			credentials[string(all.Items[i].UID)] = true
		}
	}
	var names []string
	for i := range all.Items {
		name, labels := all.Items[i].Name, all.Items[i].Labels
		if labels["dm.helm.sh/role"] != "repository" {
			continue
		}
		if !credentials[labels["dm.helm.sh/credential"]] {
			t.Errorf("%s has a credential that is gone", name)
		}
		names = append(names, strings.TrimPrefix(name, "repository."))
	}
	return names
}

// TestAddingDies ends a replica before each write of an addition. Whatever it
// left, the others see no half repository, and go on.
func TestAddingDies(t *testing.T) {
	t.Parallel()
	for at := 1; ; at++ {
		memory := &secret.Memory{}
		others := open(memory, "ns")
		others.credential(t, "key")
		h := &halting{Memory: memory, at: at, happen: func() error { return errDied }}
		_, err := open(h, "ns").Create(t.Context(), repository("a", shop, "key"))
		if h.writes < at {
			if at != 4 || err != nil {
				t.Errorf("an addition takes %d writes (%v), want 3", at-1, err)
			}
			return
		}
		if !errors.Is(err, errDied) {
			t.Fatalf("dying before write %d: %v", at, err)
		}
		if left := sound(t, memory); len(left) > 0 {
			t.Errorf("dying before write %d left %v", at, left)
		}
		others.add(t, "a", shop, "")
		if got, err := others.Get(t.Context(), "a"); err != nil || got.CredentialUID != "" {
			t.Errorf("dying before write %d: added again: %+v, %v", at, got, err)
		}
		if err := others.credentials.Delete(t.Context(), "key", nil); err != nil {
			t.Errorf("dying before write %d: the credential cannot be removed: %v", at, err)
		}
	}
}

// TestDraftsYield leaves a draft and removes its credential.
func TestDraftsYield(t *testing.T) {
	t.Parallel()
	memory := &secret.Memory{}
	others := open(memory, "ns")
	others.credential(t, "key")
	h := &halting{Memory: memory, at: 2, happen: func() error { return errDied }}
	if _, err := open(h, "ns").Create(t.Context(), repository("a", shop, "key")); !errors.Is(err, errDied) {
		t.Fatal(err)
	}
	_, read := others.Get(t.Context(), "a")
	if removed := others.Delete(t.Context(), "a", nil); !apierrors.IsNotFound(read) || !apierrors.IsNotFound(removed) {
		t.Errorf("a draft is read: %v; and removed: %v; want NotFound", read, removed)
	}
	if err := others.credentials.Delete(t.Context(), "key", nil); err != nil {
		t.Errorf("removing a credential that a draft names: %v", err)
	}
	left, err := memory.Metadata(t.Context(), "ns", "")
	if err != nil || len(left.Items) > 0 {
		t.Errorf("left are %d Secrets (%v)", len(left.Items), err)
	}
}

// TestAddingMeetsRemoving removes the credential, or adds the same repository,
// before each write of an addition, and the other way round.
func TestAddingMeetsRemoving(t *testing.T) {
	t.Parallel()
	add := func(b books) error {
		_, err := b.Create(t.Context(), repository("a", shop, "key"))
		return err
	}
	remove := func(b books) error { return b.credentials.Delete(t.Context(), "key", nil) }
	for name, c := range map[string]struct{ first, between func(books) error }{
		"adding, removing meanwhile": {add, remove},
		"removing, adding meanwhile": {remove, add},
		"adding, adding meanwhile":   {add, add},
	} {
		for i := range 8 { // each time with a credential that is new, and one that is bound
			at, used := i/2+1, i%2 == 1
			memory := &secret.Memory{}
			others := open(memory, "ns")
			others.credential(t, "key")
			if used {
				others.add(t, "earlier", shop, "key")
				if err := others.Delete(t.Context(), "earlier", nil); err != nil {
					t.Fatal(err)
				}
			}
			var between error
			h := &halting{Memory: memory, at: at, happen: func() error {
				between = c.between(others)
				return nil
			}}
			first := c.first(open(h, "ns"))
			names := sound(t, memory)
			_, gone := others.credentials.Get(t.Context(), "key")
			switch {
			case first == nil && between == nil && h.writes >= at:
				t.Errorf("%s, before write %d: both succeeded", name, at)
			case first != nil && between != nil:
				t.Errorf("%s, before write %d: both failed: %v; %v", name, at, first, between)
			case (len(names) == 1) == apierrors.IsNotFound(gone):
				t.Errorf("%s, before write %d: repositories %v, credential: %v", name, at, names, gone)
			}
		}
	}
}

// TestTumult has many replicas add and remove the same things at once.
func TestTumult(t *testing.T) {
	t.Parallel()
	memory := &secret.Memory{}
	var done sync.WaitGroup
	for replica := range 8 {
		done.Go(func() {
			b := open(memory, "ns")
			for i := range 50 {
				name := strconv.Itoa(i % 3)
				var err error
				switch (i + replica) % 4 {
				case 0:
					_, err = b.credentials.Create(t.Context(), &source.Credential{Meta: source.Meta{Name: "key"}, Token: "t"}, repo.NewSecret(hidden))
				case 1, 2:
					_, err = b.Create(t.Context(), repository(name, shop+"/"+name, "key"))
				default:
					if err = b.Delete(t.Context(), name, nil); apierrors.IsNotFound(err) {
						err = b.credentials.Delete(t.Context(), "key", nil)
					}
				}
				var used *source.UsedError
				known := err == nil || apierrors.IsNotFound(err) || apierrors.IsAlreadyExists(err) ||
					errors.Is(err, source.ErrNoCredential) || errors.Is(err, source.ErrBusy) || errors.As(err, &used)
				if !known {
					t.Error(err)
				}
				sound(t, memory)
			}
		})
	}
	done.Wait()
	b := open(memory, "ns")
	for _, name := range sound(t, memory) {
		if err := b.Delete(t.Context(), name, nil); err != nil {
			t.Error(err)
		}
	}
	if err := b.credentials.Delete(t.Context(), "key", nil); err != nil && !apierrors.IsNotFound(err) {
		t.Errorf("nothing uses the credential, and yet: %v", err)
	}
}

// TestBrokenSecretsAreSetAside puts rubbish beside what is sound.
func TestBrokenSecretsAreSetAside(t *testing.T) {
	t.Parallel()
	memory := &secret.Memory{}
	b := open(memory, "ns")
	for i, data := range []map[string][]byte{nil, {"entry": nil}, {"entry": []byte("rubbish")}, {"entry": []byte(`{"url":7}`)}, {"entry": []byte("null")}} {
		for _, role := range []string{"repository", "credential"} {
			_, err := memory.Create(t.Context(), &corev1.Secret{
				ObjectMeta: metav1.ObjectMeta{Namespace: "ns", Name: fmt.Sprintf("%s.%d", role, i), Labels: map[string]string{"dm.helm.sh/role": role}},
				Data:       data,
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	b.credential(t, "key")
	b.add(t, "a", shop, "key")
	repositories, err := b.List(t.Context(), everything())
	if err != nil {
		t.Fatal(err)
	}
	credentials, err := b.credentials.List(t.Context(), everything())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, r := range repositories.Items {
		names = append(names, r.Name)
	}
	for _, c := range credentials.Items {
		names = append(names, c.Name)
	}
	if diff := cmp.Diff([]string{"a", "key"}, names); diff != "" {
		t.Errorf("listed (-want +got):\n%s", diff)
	}
	if err := b.Delete(t.Context(), "2", nil); err != nil {
		t.Errorf("what cannot be read cannot be removed: %v", err)
	}
}
