package source_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/manager/failure"
	"github.com/helm-dm/helm-dm/repo/repotest"
)

func (h *house) release(id kube.Identity, spec v1alpha1.ChartReleaseSpec) (*v1alpha1.ChartRelease, error) {
	return h.Release(h.t.Context(), id, &v1alpha1.ChartRelease{Spec: spec})
}

func TestRelease(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{User: "ada", Password: "pssst"})
	shop(t, w, "charts", web(t, "db", "1.0.0"))
	h := open(t)
	added := h.add(spec(w, "charts", h.credential("ada", "pssst")))
	h.allow("ada", "release", "repositories", added.Name)
	h.allow("ada", "use", "repositories", added.Name)
	p := web(t, "web", "1.0.0+build.7")
	asked := v1alpha1.ChartReleaseSpec{Digest: h.upload(ada(), p.Data), Provenance: []byte("signed")}
	answer, err := h.release(ada(), asked)
	if err != nil {
		t.Fatal(err)
	}
	want := v1alpha1.ChartReleaseStatus{
		URL: w.URL() + "/charts/web-1.0.0+build.7.tgz", Repository: added.Name,
		Chart: v1alpha1.ChartStatus{
			Reference: "helm:" + key(w, "charts") + "/web#1.0.0+build.7", Name: "web", Version: "1.0.0+build.7", AppVersion: "8.1", Digest: asked.Digest,
		},
	}
	if answer.Status != want || answer.Spec.Provenance != nil {
		t.Errorf("answered %s", text(t, answer))
	}
	if got := w.Get("charts/web-1.0.0+build.7.tgz.prov"); string(got) != "signed" {
		t.Errorf("its provenance is %q", got)
	}
	if got, err := h.Obtain(t.Context(), ada(), answer.Status.Chart.Reference); err != nil || got.Digest != asked.Digest {
		t.Errorf("it cannot be deployed at once: %v", err)
	}
	if _, err := h.release(ada(), asked); err != nil {
		t.Errorf("the same again: %v", err)
	}
	other := repotest.Pack(t, p.Metadata, "other")
	changed := v1alpha1.ChartReleaseSpec{Destination: w.URL() + "/charts/", Digest: h.upload(ada(), other.Data)}
	_, err = h.release(ada(), changed)
	wantReason(t, err, v1alpha1.ReasonAlreadyExists, "web 1.0.0+build.7", "--force")
	changed.Replace = true
	if _, err = h.release(ada(), changed); err != nil {
		t.Error(err)
	}
	if got, err := h.Obtain(t.Context(), ada(), answer.Status.Chart.Reference); err != nil || got.Digest != chart.Digest(other.Data) {
		t.Errorf("the old package is deployed: %+v, %v", got, err)
	}
}

func TestReleasesThatAreRefused(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{ReadOnly: true})
	shop(t, w, "charts", web(t, "db", "1.0.0"))
	shop(t, w, "others", web(t, "db", "1.0.0"))
	h := open(t)
	charts, others := h.add(spec(w, "charts", "")), h.add(spec(w, "others", ""))
	h.allow("ada", "use", "repositories", charts.Name)
	digest := h.upload(ada(), web(t, "web", "1.0.0").Data)
	to := func(folder string) v1alpha1.ChartReleaseSpec {
		return v1alpha1.ChartReleaseSpec{Destination: w.URL() + "/" + folder, Digest: digest}
	}
	about := func(err error, reason v1alpha1.Reason, resource string, words ...string) {
		t.Helper()
		wantReason(t, err, reason, words...)
		if known, ok := errors.AsType[*failure.Error](err); resource != "" && (!ok || known.Resource != resource) {
			t.Errorf("%v is not about %s", err, resource)
		}
	}
	_, err := h.release(ada(), to("charts"))
	about(err, v1alpha1.ReasonForbidden, "repositories", "verb release", charts.Name)
	_, err = h.release(ada(), to("others"))
	about(err, v1alpha1.ReasonNotFound, "repositories", "no repository was added", w.URL()+"/others")
	_, err = h.release(ada(), to("nowhere"))
	about(err, v1alpha1.ReasonNotFound, "repositories", "no repository was added")
	_, err = h.release(ada(), v1alpha1.ChartReleaseSpec{Digest: digest})
	about(err, v1alpha1.ReasonNotFound, "repositories", "no repository that you may release to")
	_, err = h.release(ada(), v1alpha1.ChartReleaseSpec{Destination: "nonsense", Digest: digest})
	about(err, v1alpha1.ReasonInvalid, "", "protocol")
	h.allow("ada", "release", "repositories", "")
	h.allow("bob", "release", "repositories", charts.Name)
	bob := kube.Identity{User: "bob"}
	_, err = h.release(bob, to("charts")) // has uploaded nothing
	about(err, v1alpha1.ReasonNotFound, "chartpackages", "was not uploaded by")
	_, err = h.release(bob, v1alpha1.ChartReleaseSpec{})
	about(err, v1alpha1.ReasonInvalid, "", "spec.digest")
	spec := to("charts")
	spec.Digest, spec.Provenance = h.upload(bob, web(t, "web", "1.0.0").Data), make([]byte, 2<<20)
	_, err = h.release(bob, spec)
	about(err, v1alpha1.ReasonTooLarge, "", "spec.provenance")
	spec.Provenance = nil
	if _, err = h.release(bob, spec); err == nil || !strings.Contains(err.Error(), w.URL()+"/charts") {
		t.Errorf("a server that takes no uploads: %v", err)
	}
	h.allow("cid", "release", "repositories", charts.Name)
	h.allow("cid", "release", "repositories", others.Name)
	_, err = h.release(kube.Identity{User: "cid"}, v1alpha1.ChartReleaseSpec{Digest: digest})
	about(err, v1alpha1.ReasonInvalid, "", w.URL()+"/charts, "+w.URL()+"/others", "helm release -u")
}
