package source_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/manager/failure"
	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/repotest"
	"github.com/helm-dm/helm-dm/state/chartstore"
)

// stored counts the Secrets that hold packages.
func (h *house) stored() int {
	h.t.Helper()
	list, err := h.secrets.Metadata(h.t.Context(), "helm-dm", "dm.helm.sh/role=package")
	if err != nil {
		h.t.Fatal(err)
	}
	return len(list.Items)
}

func TestNoiseIsNotStored(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{Plain: true})
	w.Put("charts/noise-1.0.0.tgz", make([]byte, 3<<20))
	shop(t, w, "shop", &repo.Package{Metadata: repotest.Chart("alias", "3.0.0"), Data: web(t, "web", "1.0.0").Data})
	h := open(t, anywhere)
	h.add(spec(w, "shop", ""))
	for reference, words := range map[string][]string{
		w.URL() + "/charts/noise-1.0.0.tgz": {"noise-1.0.0.tgz"},
		"helm:" + key(w, "shop") + "/alias": {"chart web 1.0.0, not alias 3.0.0"},
		w.URL() + "/shop/alias-3.0.0.tgz":   {"chart web 1.0.0, not alias 3.0.0"},
	} {
		_, err := h.Obtain(t.Context(), root(), reference)
		wantReason(t, err, v1alpha1.ReasonInvalid, words...)
		_, err = h.inspect(root(), reference)
		wantReason(t, err, v1alpha1.ReasonInvalid, words...)
	}
	if n := h.stored(); n != 0 {
		t.Errorf("%d Secrets hold what is no chart that was asked for", n)
	}
}

// TestFilesMayBeCalledAnything wants the name of a file to be no promise of what is
// in it, also where another release is called so.
func TestFilesMayBeCalledAnything(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{Plain: true})
	kafka := web(t, "strimzi-kafka-operator", "0.38.0")
	shop(t, w, "shop", web(t, "web", "2.0.0"))
	files := []string{"strimzi-kafka-operator-helm-3-chart-0.38.0.tgz", "web-3.0.0.tgz", "chart.tgz"}
	for _, file := range files {
		w.Put("charts/"+file, kafka.Data)
		w.Put("shop/"+file, kafka.Data)
	}
	h := open(t, anywhere)
	h.add(spec(w, "shop", ""))
	for _, file := range files {
		for _, folder := range []string{"/charts/", "/shop/"} {
			got, err := h.Obtain(t.Context(), root(), w.URL()+folder+file)
			if err != nil || got.Name != "strimzi-kafka-operator" || got.Version != "0.38.0" || got.Digest != chart.Digest(kafka.Data) {
				t.Errorf("%s%s: %+v, %v", folder, file, got, err)
			}
		}
	}
}

// TestBuildsThatNobodyAskedFor wants a version without a build to mean any build,
// and one with a build that one alone.
func TestBuildsThatNobodyAskedFor(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{Plain: true})
	built := web(t, "web", "1.0.0+b1")
	shop(t, w, "charts",
		&repo.Package{Metadata: repotest.Chart("web", "1.0.0"), Data: built.Data},
		&repo.Package{Metadata: repotest.Chart("web", "1.0.0+b2"), Data: built.Data})
	h := open(t)
	h.add(spec(w, "charts", ""))
	got, err := h.Obtain(t.Context(), root(), "helm:"+key(w, "charts")+"/web#1.0.0")
	if err != nil || got.Version != "1.0.0+b1" {
		t.Errorf("%+v, %v", got, err)
	}
	_, err = h.Obtain(t.Context(), root(), "helm:"+key(w, "charts")+"/web#1.0.0+b2")
	wantReason(t, err, v1alpha1.ReasonInvalid, "web 1.0.0+b1, not web 1.0.0+b2")
}

// TestFetchingIsBounded wants what one owner has fetched to be counted, and to give
// them no right that an upload would.
func TestFetchingIsBounded(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{Plain: true})
	one, two := web(t, "one", "1.0.0"), web(t, "two", "1.0.0")
	shop(t, w, "charts", one, two)
	h := open(t)
	added := h.add(spec(w, "charts", ""))
	h.allow("eve", "use", "repositories", added.Name)
	uploads := chartstore.NewUploads(h.secrets, "helm-dm")
	for range 2 {
		if _, err := h.Obtain(t.Context(), eve(), "helm:"+key(w, "charts")+"/one"); err != nil {
			t.Fatal(err)
		}
	}
	_, err := h.Obtain(t.Context(), eve(), "localchart/one#1.0.0@"+chart.Digest(one.Data))
	wantReason(t, err, v1alpha1.ReasonNotFound, "was not uploaded")
	for i := range 4 { // as much as there may be, besides a small one
		if err := uploads.Charge(t.Context(), eve().Owner(), chart.Digest(fmt.Append(nil, i)), 16<<20-16<<10); err != nil {
			t.Fatal(err)
		}
	}
	before := h.stored()
	_, err = h.Obtain(t.Context(), eve(), "helm:"+key(w, "charts")+"/two")
	wantReason(t, err, v1alpha1.ReasonUnavailable, "within the hour", "/two", "64 MiB")
	if err := uploads.Admit(t.Context(), eve().Owner(), chart.Digest(two.Data), int64(len(two.Data))); !errors.Is(err, chartstore.ErrQuota) {
		t.Errorf("uploading as much besides: %v, want ErrQuota", err)
	}
	if n := h.stored(); n != before {
		t.Errorf("%d Secrets hold packages, want %d", n, before)
	}
	if _, err := h.Obtain(t.Context(), eve(), "helm:"+key(w, "charts")+"/one"); err != nil {
		t.Errorf("what was counted already: %v", err)
	}
	if _, err := h.Obtain(t.Context(), root(), "helm:"+key(w, "charts")+"/two"); err != nil {
		t.Errorf("somebody else: %v", err)
	}
	if _, err := h.Obtain(t.Context(), eve(), "helm:"+key(w, "charts")+"/two"); err != nil {
		t.Errorf("what takes no room, as it is stored: %v", err)
	}
}

// TestCredentialWhereOthersAreSentToALogin wants a repository that leads whoever
// has no credential to somebody else to be one that has answered.
func TestCredentialWhereOthersAreSentToALogin(t *testing.T) {
	t.Parallel()
	login := repotest.HTTP(t, repotest.HTTPOptions{Plain: true})
	w := repotest.HTTP(t, repotest.HTTPOptions{Plain: true})
	shop(t, w, "charts", web(t, "web", "1.0.0"))
	index := w.Get("charts/index.yaml")
	w.Break("/charts/index.yaml", func(out http.ResponseWriter, in *http.Request) {
		if _, password, _ := in.BasicAuth(); password != "pssst" {
			repotest.Redirect(login.URL()+"/login")(out, in)
			return
		}
		_, _ = out.Write(index)
	})
	h := open(t)
	if added := h.add(spec(w, "charts", h.credential("ada", "pssst"))); added.Status.Charts != 1 {
		t.Errorf("added %s", text(t, added))
	}
	away := repotest.HTTP(t, repotest.HTTPOptions{Plain: true})
	away.Break("/charts/index.yaml", repotest.Redirect(login.URL()+"/login"))
	other := h.credential("eve", "pssst")
	_, err := h.AddRepository(t.Context(), root(), &v1alpha1.Repository{Spec: spec(away, "charts", other)}, false)
	wantReason(t, err, v1alpha1.ReasonForbidden, "helm repo add -c "+other+" --origin "+login.URL()+" "+away.URL()+"/charts")
	if n := len(login.Requests()); n != 0 {
		t.Errorf("%d requests were sent to the login", n)
	}
}

// TestCredentialIsBoundBeforeItIsSent wants a credential to be bound to whoever has
// seen it, also where no repository came of that.
func TestCredentialIsBoundBeforeItIsSent(t *testing.T) {
	t.Parallel()
	refusing := repotest.HTTP(t, repotest.HTTPOptions{User: "ada", Password: "another"})
	down, other := repotest.HTTP(t, repotest.HTTPOptions{}), repotest.HTTP(t, repotest.HTTPOptions{})
	down.Break("/charts/index.yaml", repotest.Status(503))
	shop(t, refusing, "charts", web(t, "web", "1.0.0"))
	shop(t, other, "charts", web(t, "web", "1.0.0"))
	h := open(t)
	name := h.credential("ada", "pssst")
	add := func(w *repotest.Web) error {
		_, err := h.AddRepository(t.Context(), root(), &v1alpha1.Repository{Spec: spec(w, "charts", name)}, false)
		return err
	}
	wantReason(t, add(down), v1alpha1.ReasonUnavailable, "503")
	if sent(down, "pssst") {
		t.Error("it was sent to whoever does not answer as anything")
	}
	h.nothing(name)
	wantReason(t, add(refusing), v1alpha1.ReasonForbidden, "401")
	found, err := h.Credential(t.Context(), name)
	if err != nil || found.Status.Origin != refusing.URL() || len(found.Status.UsedBy) != 0 || !sent(refusing, "pssst") {
		t.Errorf("it was sent and is bound to %q (%v)", found.Status.Origin, err)
	}
	if !strings.Contains(h.logs.String(), "origin="+refusing.URL()) {
		t.Error("nothing was logged of it")
	}
	wantReason(t, add(other), v1alpha1.ReasonConflict, refusing.URL())
	_, err = h.Check(t.Context(), root(), &v1alpha1.RepositoryCheck{Spec: spec(other, "charts", name)})
	wantReason(t, err, v1alpha1.ReasonConflict, refusing.URL())
	if n := len(other.Requests()); n != 0 {
		t.Errorf("%d requests were sent to another origin", n)
	}
	if told := failure.Sentence(add(other)); strings.Contains(told, "pssst") {
		t.Errorf("the error tells too much: %s", told)
	}
}
