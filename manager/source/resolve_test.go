package source_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/chart/reference"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/manager/failure"
	"github.com/helm-dm/helm-dm/manager/source"
	"github.com/helm-dm/helm-dm/manager/source/right"
	"github.com/helm-dm/helm-dm/repo/fetch"
	"github.com/helm-dm/helm-dm/repo/repotest"
)

// resolve resolves a reference, which must be one.
func (h *house) resolve(id kube.Identity, text string) (*source.Chosen, error) {
	h.t.Helper()
	ref, err := reference.Parse(text)
	if err != nil {
		h.t.Fatal(err)
	}
	return h.Resolve(h.t.Context(), id, ref)
}

func TestResolve(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{User: "ada", Password: "pssst"})
	one, two, pre := web(t, "web", "1.0.0"), web(t, "web", "1.1.0"), web(t, "web", "2.0.0-rc.1")
	shop(t, w, "charts", one, two, pre, web(t, "wide", "0.1.0+build.7"))
	h := open(t)
	added := h.add(spec(w, "charts", h.credential("ada", "pssst")))
	short := "helm:" + key(w, "charts")
	for text, want := range map[string]string{
		short + "/web":                                 short + "/web#1.1.0",
		short + "/web#^1.0":                            short + "/web#1.1.0",
		short + "/web#1.0":                             short + "/web#1.0.0",
		short + "/web#<1.1":                            short + "/web#1.0.0",
		short + "/web#2.0.0-rc.1":                      short + "/web#2.0.0-rc.1",
		short + "/web#>1.1-0":                          short + "/web#2.0.0-rc.1",
		short + "/wide":                                short + "/wide#0.1.0+build.7",
		short + "/web#1.0.0@" + chart.Digest(one.Data): short + "/web#1.0.0",
		w.URL() + "/charts/web-1.0.0.tgz":              w.URL() + "/charts/web-1.0.0.tgz",
		w.URL() + "/charts/web-1.1.0.tgz@" + chart.Digest(two.Data): w.URL() + "/charts/web-1.1.0.tgz",
	} {
		chosen, err := h.resolve(root(), text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if chosen.Reference != want || chosen.Source != added.Name || chosen.Release.Digest == "" {
			t.Errorf("%s: %+v, want %s", text, chosen, want)
		}
		digest := ""
		err = h.Package(t.Context(), root(), chosen, func(_ context.Context, data []byte) error { digest = chart.Digest(data); return nil })
		if err != nil || digest != chosen.Release.Digest {
			t.Errorf("%s: its package: %s, %v", text, digest, err)
		}
	}
}

func TestReferencesThatLeadNowhere(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{})
	one := web(t, "web", "1.0.0")
	shop(t, w, "charts", one, web(t, "web", "1.1.0"), web(t, "web", "1.2.0"), web(t, "web", "1.3.0"), web(t, "worker", "3.0.0"))
	h := open(t)
	h.add(spec(w, "charts", ""))
	short := "helm:" + key(w, "charts")
	for text, c := range map[string]struct {
		reason v1alpha1.Reason
		words  []string
	}{
		short + "/web#4":       {v1alpha1.ReasonNotFound, []string{"4 releases", short + "/web#1.3.0, " + short + "/web#1.2.0, " + short + "/web#1.1.0"}},
		short + "/worke":       {v1alpha1.ReasonNotFound, []string{"/worke", short + "/worker"}},
		"helm:s3/bucket":       {v1alpha1.ReasonInvalid, nil},
		"web#1.0.0":            {v1alpha1.ReasonInvalid, []string{"in no repository", "helm:HOST/BUCKET/NAME"}},
		"./web":                {v1alpha1.ReasonInvalid, []string{"in no repository"}},
		"localchart/web#1.0.0": {v1alpha1.ReasonInvalid, nil},
	} {
		ref, err := reference.Parse(text)
		if err == nil {
			_, err = h.Resolve(t.Context(), root(), ref)
		}
		wantReason(t, err, c.reason, c.words...)
	}
	for _, text := range []string{short + "/web#1.0.0@" + chart.Digest([]byte("x")), w.URL() + "/charts/web-1.0.0.tgz@" + chart.Digest([]byte("x"))} {
		chosen, err := h.resolve(root(), text)
		if err != nil {
			t.Fatal(err)
		}
		err = h.Package(t.Context(), root(), chosen, func(context.Context, []byte) error { t.Error("a package with another digest is used"); return nil })
		wantReason(t, err, v1alpha1.ReasonInvalid, chart.Digest(one.Data), chart.Digest([]byte("x")))
	}
}

func TestChartsThatCameLater(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{})
	shop(t, w, "charts", web(t, "web", "1.0.0"))
	h := open(t)
	h.add(spec(w, "charts", ""))
	shop(t, w, "charts", web(t, "web", "1.0.0"), web(t, "web", "1.1.0"))
	chosen, err := h.resolve(root(), "helm:"+key(w, "charts")+"/web#1.1.0")
	if err != nil || chosen.Release.Version != "1.1.0" {
		t.Errorf("%+v, %v", chosen, err)
	}
}

// blind is a Reviewer that cannot answer about one object.
type blind struct {
	right.Reviewer
	name string
}

func (b *blind) Denied(ctx context.Context, id kube.Identity, permissions []kube.Permission) ([]kube.Permission, error) {
	if slices.ContainsFunc(permissions, func(p kube.Permission) bool { return p.Name == b.name }) {
		return nil, errors.New("the API server is away")
	}
	return b.Reviewer.Denied(ctx, id, permissions)
}

// TestSuggestionsAreNoMore wants what is not found to be told as that where nobody
// knows what could be suggested.
func TestSuggestionsAreNoMore(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{})
	shop(t, w, "charts", web(t, "web", "1.0.0"))
	shop(t, w, "others", web(t, "worker", "1.0.0"))
	h := open(t, func(c *source.Config) { c.Reviewer = &blind{c.Reviewer, w.Location(t, "others").Name()} })
	h.allow("ada", "use", "repositories", h.add(spec(w, "charts", "")).Name)
	h.add(spec(w, "others", ""))
	_, err := h.resolve(ada(), "helm:"+key(w, "charts")+"/worke")
	wantReason(t, err, v1alpha1.ReasonNotFound, "/worke")
	if strings.Contains(failure.Sentence(err), "worker") || !strings.Contains(h.logs.String(), "nothing is suggested") {
		t.Errorf("%v; logged %s", err, h.logs.String())
	}
}

// TestRepositoriesThatTheCatalogueCannotHold wants their charts to be found all the
// same.
func TestRepositoriesThatTheCatalogueCannotHold(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{})
	one := web(t, "web", "1.0.0")
	shop(t, w, "charts", web(t, "db", "1.0.0"))
	h := open(t)
	h.add(spec(w, "charts", ""))
	shop(t, w, "charts", one)
	index := w.Get("charts/index.yaml")
	var asked atomic.Int32
	w.Break("/charts/index.yaml", func(out http.ResponseWriter, in *http.Request) {
		if asked.Add(1) == 1 { // for the catalogue
			repotest.Claim(1<<40, nil)(out, in)
		}
		_, _ = out.Write(index)
	})
	short := "helm:" + key(w, "charts") + "/web"
	got, err := h.Obtain(t.Context(), root(), short)
	if err != nil || got.Digest != chart.Digest(one.Data) {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := h.Admit(t.Context(), root(), short); err != nil {
		t.Error(err)
	}
	_, err = h.Obtain(t.Context(), root(), short+"#2.0.0")
	wantReason(t, err, v1alpha1.ReasonNotFound, "none of its 1 releases", short+"#1.0.0")
}

func TestPackagesThatWereReplaced(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{})
	old := web(t, "web", "1.0.0")
	shop(t, w, "charts", old)
	h := open(t)
	h.add(spec(w, "charts", ""))
	short := "helm:" + key(w, "charts") + "/web"
	changed := repotest.Pack(t, old.Metadata, "changed")
	w.Put("charts/web-1.0.0.tgz", changed.Data) // not in the index yet
	_, err := h.Obtain(t.Context(), root(), short)
	wantReason(t, err, v1alpha1.ReasonInvalid, chart.Digest(changed.Data))
	shop(t, w, "charts", changed)
	got, err := h.Obtain(t.Context(), root(), short)
	if err != nil || got.Digest != chart.Digest(changed.Data) {
		t.Errorf("%+v, %v", got, err)
	}
	again := repotest.Pack(t, old.Metadata, "again")
	shop(t, w, "charts", again)
	seen, err := h.inspect(root(), short)
	if err != nil || seen.Status.Chart.Digest != chart.Digest(again.Data) {
		t.Errorf("%s, %v", text(t, seen), err)
	}
	shop(t, w, "charts", changed)
	_, err = h.Obtain(t.Context(), root(), short+"#1.0.0@"+chart.Digest(again.Data))
	wantReason(t, err, v1alpha1.ReasonInvalid, chart.Digest(again.Data), chart.Digest(changed.Data))
}

func TestRepositoryThatBreaksKeepsItsCatalogue(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{})
	shop(t, w, "charts", web(t, "web", "1.0.0"))
	shop(t, w, "others", web(t, "db", "1.0.0"))
	h := open(t)
	broken := h.add(spec(w, "charts", ""))
	h.add(spec(w, "others", ""))
	w.Break("/charts/index.yaml", repotest.Status(http.StatusForbidden))
	_, err := h.resolve(root(), "helm:"+key(w, "charts")+"/web#9")
	wantReason(t, err, v1alpha1.ReasonForbidden, "cannot be read", "403")
	if _, err := h.resolve(root(), "helm:"+key(w, "charts")+"/web"); err != nil {
		t.Errorf("what was known is forgotten: %v", err)
	}
	if _, err := h.resolve(root(), "helm:"+key(w, "others")+"/db"); err != nil {
		t.Errorf("one repository stops another: %v", err)
	}
	seen, err := h.Repository(t.Context(), broken.Name)
	if err != nil || seen.Status.Charts != 1 || !strings.Contains(seen.Status.Error, "403") {
		t.Errorf("its status is %s (%v)", text(t, seen.Status), err)
	}
	w.Break("/charts/web-1.0.0.tgz", repotest.Claim(17<<20, nil))
	_, err = h.Obtain(t.Context(), root(), "helm:"+key(w, "charts")+"/web")
	wantReason(t, err, v1alpha1.ReasonTooLarge, "web-1.0.0.tgz")
}

// anywhere lets tests reach web servers of their own that nobody added.
func anywhere(c *source.Config) { c.Policy = fetch.Policy{Anywhere: true} }

func TestUnlistedRepositories(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{Plain: true})
	one := web(t, "web", "1.0.0")
	shop(t, w, "charts", one)
	address := w.URL() + "/charts/web-1.0.0.tgz"
	got, err := open(t, anywhere).Obtain(t.Context(), ada(), address)
	if err != nil || got.Reference != address || got.Name != "web" || got.Version != "1.0.0" || got.Digest != chart.Digest(one.Data) {
		t.Errorf("%+v, %v", got, err)
	}
	before := len(w.Requests())
	_, err = open(t).Obtain(t.Context(), ada(), address)
	wantReason(t, err, v1alpha1.ReasonForbidden, "private address", "helm repo add")
	listed := open(t, func(c *source.Config) { c.ListedOnly = true })
	for _, text := range []string{address, "helm:" + key(w, "charts") + "/web", "oci://" + key(w, "charts") + "/web:1.0.0"} {
		_, err = listed.Obtain(t.Context(), ada(), text)
		wantReason(t, err, v1alpha1.ReasonForbidden, "takes charts from no others", "helm repo add")
		_, err = listed.Admit(t.Context(), ada(), text)
		wantReason(t, err, v1alpha1.ReasonForbidden, "takes charts from no others")
	}
	if n := len(w.Requests()); n != before {
		t.Errorf("%d requests were sent", n-before)
	}
}

// TestPrivateOriginIsForItsRepositoryAlone wants what an administrator allowed for
// a repository to be of no use to references that are not of it.
func TestPrivateOriginIsForItsRepositoryAlone(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{Plain: true})
	shop(t, w, "charts", web(t, "web", "1.0.0"))
	shop(t, w, "secret", web(t, "web", "1.0.0"))
	h := open(t)
	h.add(spec(w, "charts", ""))
	if _, err := h.Obtain(t.Context(), root(), w.URL()+"/charts/web-1.0.0.tgz"); err != nil {
		t.Fatal(err)
	}
	before := len(w.Requests())
	_, err := h.Obtain(t.Context(), root(), w.URL()+"/secret/web-1.0.0.tgz")
	wantReason(t, err, v1alpha1.ReasonForbidden, "private address")
	_, err = h.Obtain(t.Context(), ada(), w.URL()+"/charts/web-1.0.0.tgz") // may not use it
	wantReason(t, err, v1alpha1.ReasonForbidden, "private address")
	if n := len(w.Requests()); n != before {
		t.Errorf("%d requests were sent", n-before)
	}
}

func TestCredentialGoesToItsRepositoryAlone(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{Plain: true, User: "ada", Password: "pssst"})
	cdn := repotest.HTTP(t, repotest.HTTPOptions{Plain: true})
	one := web(t, "web", "1.0.0")
	shop(t, w, "charts", one)
	cdn.Put("charts/web-1.0.0.tgz", one.Data)
	w.Put("charts/index.yaml", []byte(strings.ReplaceAll(string(w.Get("charts/index.yaml")), "web-1.0.0.tgz", cdn.URL()+"/charts/web-1.0.0.tgz")))
	h := open(t)
	added := h.add(spec(w, "charts", h.credential("ada", "pssst")))
	ref := "helm:" + key(w, "charts") + "/web"
	_, err := h.Obtain(t.Context(), root(), ref)
	wantReason(t, err, v1alpha1.ReasonForbidden, "private address", "helm repo add -c "+added.Spec.Credential+" --origin "+cdn.URL()+" "+w.URL()+"/charts")
	shop(t, cdn, "others", web(t, "db", "1.0.0"))
	h.add(spec(cdn, "others", "")) // which is another repository's affair
	_, err = h.Obtain(t.Context(), root(), ref)
	wantReason(t, err, v1alpha1.ReasonForbidden, "private address")
	if _, err := h.RemoveRepository(t.Context(), root(), added.Name, source.Removal{}); err != nil {
		t.Fatal(err)
	}
	if slices.ContainsFunc(cdn.Requests(), func(r repotest.Request) bool { return r.Target != "/others/index.yaml" }) {
		t.Errorf("one repository leads to the private address of another: %+v", cdn.Requests())
	}
	led := spec(w, "charts", added.Spec.Credential)
	led.Origins = []string{strings.ToUpper(cdn.URL()) + "/", cdn.URL()}
	if again := h.add(led); len(again.Spec.Origins) != 1 || again.Spec.Origins[0] != cdn.URL() {
		t.Errorf("added with origins %q", again.Spec.Origins)
	}
	if _, err := h.Obtain(t.Context(), root(), ref); err != nil {
		t.Fatal(err)
	}
	if slices.ContainsFunc(cdn.Requests(), func(r repotest.Request) bool { return r.Header.Get("Authorization") != "" }) {
		t.Error("the credential went to another origin")
	}
}
