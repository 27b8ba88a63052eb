package state_test

import (
	"encoding/hex"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/state"
	"github.com/helm-dm/helm-dm/state/secret"
)

func release() *state.Release {
	now := time.Now().UTC()
	return &state.Release{
		Name: "web", Namespace: "shop", Version: 1,
		Info:     state.ReleaseInfo{FirstDeployed: now, LastDeployed: now, Status: state.StatusPendingInstall},
		Chart:    state.ReleaseChart{Metadata: &chart.Metadata{Name: "web", Version: "1.0.0", APIVersion: "v2"}, Values: []byte(`{"replicas":1}`)},
		Config:   []byte(`{"big":9007199254740993,"nested":{"list":["a",1.5,null]}}`),
		Manifest: "---\n# Source: web/templates/a.yaml\nkind: ConfigMap\n",
	}
}

func TestReleaseIsKnownByItsContent(t *testing.T) {
	t.Parallel()
	releases := state.NewReleases(&secret.Memory{})
	r := release()
	digest, err := r.Digest()
	if err != nil {
		t.Fatal(err)
	}
	if err := releases.Create(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	key := state.Key{Namespace: "shop", Name: "web"}
	got, err := releases.Get(t.Context(), key, 1, []string{digest})
	if err != nil {
		t.Fatalf("reading what was stored: %v", err)
	}
	got.Info.Status = state.StatusDeployed
	if err := releases.Update(t.Context(), got, []string{digest}); err != nil {
		t.Fatal(err)
	}
	next, err := got.Digest()
	if err != nil {
		t.Fatal(err)
	}
	if again, err := releases.Get(t.Context(), key, 1, []string{digest, next}); err != nil || again.Info.Status != state.StatusDeployed {
		t.Errorf("after a change of status: %v, want it known by its next digest", err)
	}
	if _, err := releases.Get(t.Context(), key, 1, []string{digest}); !errors.Is(err, state.ErrForeign) {
		t.Errorf("by its old digest: %v, want ErrForeign", err)
	}
	if found, err := releases.Any(t.Context(), key); err != nil || !found {
		t.Errorf("Any: %t, %v", found, err)
	}
}

func TestReleaseOfSomebodyElse(t *testing.T) {
	t.Parallel()
	for name, payload := range map[string]string{"altered": "", "no release": "rubbish", "empty": " "} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			memory := &secret.Memory{}
			releases := state.NewReleases(memory)
			r := release()
			digest, err := r.Digest()
			if err != nil {
				t.Fatal(err)
			}
			if payload == "" {
				r.Manifest += "---\nkind: Secret\n"
				err = releases.Create(t.Context(), r)
			} else {
				_, err = memory.Create(t.Context(), &corev1.Secret{
					ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "sh.helm.release.v1.web.v1"},
					Data:       map[string][]byte{"release": []byte(payload)},
				})
			}
			if err != nil {
				t.Fatal(err)
			}
			if _, err := releases.Get(t.Context(), state.Key{Namespace: "shop", Name: "web"}, 1, []string{digest}); !errors.Is(err, state.ErrForeign) {
				t.Errorf("get: %v, want ErrForeign", err)
			}
			if err := releases.Update(t.Context(), r, []string{digest}); !errors.Is(err, state.ErrForeign) {
				t.Errorf("update: %v, want ErrForeign", err)
			}
		})
	}
}

func TestReleaseTooLarge(t *testing.T) {
	t.Parallel()
	r := release()
	noise := make([]byte, 1<<20) // which no compression makes smaller
	source := rand.NewChaCha8([32]byte{})
	if _, err := source.Read(noise); err != nil {
		t.Fatal(err)
	}
	r.Config = []byte(`{"x":"` + hex.EncodeToString(noise) + `"}`)
	if err := state.NewReleases(&secret.Memory{}).Create(t.Context(), r); !errors.Is(err, state.ErrPayload) {
		t.Errorf("create: %v, want ErrPayload", err)
	}
}

func TestReleaseNamesAreTaken(t *testing.T) {
	t.Parallel()
	releases := state.NewReleases(&secret.Memory{})
	if err := releases.Create(t.Context(), release()); err != nil {
		t.Fatal(err)
	}
	if err := releases.Create(t.Context(), release()); !apierrors.IsAlreadyExists(err) {
		t.Errorf("second create: %v, want AlreadyExists", err)
	}
}

func TestDeleteLeavesTheReleaseOfSomebodyElse(t *testing.T) {
	t.Parallel()
	memory := &secret.Memory{}
	releases := state.NewReleases(memory)
	key := state.Key{Namespace: "shop", Name: "web"}
	if err := releases.Create(t.Context(), release()); err != nil {
		t.Fatal(err)
	}
	if err := releases.Delete(t.Context(), key, 1, []string{"sha256:another"}); err != nil {
		t.Fatal(err)
	}
	if found, err := releases.Any(t.Context(), key); err != nil || !found {
		t.Errorf("another's release is gone (%v)", err)
	}
	if err := releases.Delete(t.Context(), key, 2, nil); err != nil {
		t.Errorf("deleting what is not there: %v", err)
	}
}
