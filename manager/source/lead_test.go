package source_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/manager/failure"
	"github.com/helm-dm/helm-dm/repo/repotest"
)

// TestRepositoriesDoNotLeadToEachOther wants what one repository says to be of no
// use for reaching another one, which may be at an address that only the manager
// can dial: not by a redirect, nor by what an index or a user wrote.
func TestRepositoriesDoNotLeadToEachOther(t *testing.T) {
	t.Parallel()
	secret := repotest.HTTP(t, repotest.HTTPOptions{Plain: true})
	shop(t, secret, "secret", web(t, "hush", "1.0.0"))
	lure := repotest.HTTP(t, repotest.HTTPOptions{Plain: true})
	shop(t, lure, "pub", web(t, "web", "1.0.0"), web(t, "far", "1.0.0"))
	text := strings.ReplaceAll(string(lure.Get("pub/index.yaml")), "far-1.0.0.tgz", secret.URL()+"/secret/hush-1.0.0.tgz")
	lure.Put("pub/index.yaml", []byte(text))
	h := open(t)
	h.add(spec(secret, "secret", ""))
	added := h.add(spec(lure, "pub", ""))
	h.allow("eve", "use", "repositories", added.Name)
	before := len(secret.Requests())
	for _, reference := range []string{
		"helm:" + key(lure, "pub") + "/far",
		lure.URL() + "/pub/" + secret.URL() + "/secret/hush-1.0.0.tgz",
		lure.URL() + "/pub//" + strings.TrimPrefix(secret.URL(), "http:") + "/secret/hush-1.0.0.tgz",
		secret.URL() + "/secret/hush-1.0.0.tgz",
	} {
		_, err := h.Obtain(t.Context(), eve(), reference)
		if r := failure.ReasonOf(err); err == nil || r != v1alpha1.ReasonForbidden && r != v1alpha1.ReasonInvalid {
			t.Errorf("obtaining %s: %v", reference, err)
		}
		_, err = h.inspect(eve(), reference)
		if r := failure.ReasonOf(err); err == nil || r != v1alpha1.ReasonForbidden && r != v1alpha1.ReasonInvalid {
			t.Errorf("inspecting %s: %v", reference, err)
		}
	}
	lure.Break("/pub/index.yaml", repotest.Redirect(secret.URL()+"/secret/index.yaml"))
	_, err := h.resolve(eve(), "helm:"+key(lure, "pub")+"/hush")
	wantReason(t, err, v1alpha1.ReasonForbidden, "leads to another origin", "helm repo add --origin "+secret.URL()+" "+lure.URL()+"/pub")
	for _, r := range secret.Requests()[before:] {
		t.Errorf("%s was asked for through another repository", r.Target)
	}
	lure.Break("/led/index.yaml", repotest.Redirect(secret.URL()+"/secret/index.yaml"))
	led := spec(lure, "led", "")
	_, err = h.AddRepository(t.Context(), root(), &v1alpha1.Repository{Spec: led}, false)
	wantReason(t, err, v1alpha1.ReasonForbidden, "helm repo add --origin "+secret.URL()+" "+lure.URL()+"/led")
	led.Origins = []string{secret.URL()}
	if again := h.add(led); !slices.Equal(again.Spec.Origins, led.Origins) || again.Status.Charts != 1 {
		t.Errorf("added %s", again.Spec.URL)
	}
}

// TestReferencesBelowARepositoryGoThereAlone wants the credential to open nothing
// but what lies below the repository's address.
func TestReferencesBelowARepositoryGoThereAlone(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{Plain: true, User: "ada", Password: "pssst"})
	shop(t, w, "pub", web(t, "web", "1.0.0"))
	shop(t, w, "private", web(t, "web", "1.0.0"))
	h := open(t)
	added := h.add(spec(w, "pub", h.credential("ada", "pssst")))
	h.allow("eve", "use", "repositories", added.Name)
	for _, reference := range []string{
		w.URL() + "/pub//private/web-1.0.0.tgz",
		w.URL() + "/pub/" + w.URL() + "/private/web-1.0.0.tgz",
		w.URL() + "/pub/%252e%252e/private/web-1.0.0.tgz",
	} {
		_, err := h.Obtain(t.Context(), eve(), reference)
		wantReason(t, err, v1alpha1.ReasonInvalid)
	}
	if slices.ContainsFunc(w.Requests(), func(r repotest.Request) bool { return strings.HasPrefix(r.Target, "/private/") }) {
		t.Errorf("another repository of the host was read: %+v", w.Requests())
	}
	if got, err := h.Obtain(t.Context(), eve(), w.URL()+"/pub/web-1.0.0.tgz"); err != nil || got.Name != "web" {
		t.Errorf("%+v, %v", got, err)
	}
}
