package source_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/chart/bundle"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/repotest"
)

// described is a package with everything that an inspection tells.
func described(t *testing.T) *repo.Package {
	t.Helper()
	data, err := bundle.Pack("web", []bundle.File{
		{Name: "Chart.yaml", Data: []byte("apiVersion: v2\nname: web\nversion: 1.0.0\nappVersion: \"8.1\"\n")},
		{Name: "values.yaml", Data: []byte("# Of the walls.\ncolor: red\npassword: \"\"\n")},
		{Name: "README.md", Data: []byte("# Web\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return &repo.Package{Metadata: repotest.Chart("web", "1.0.0"), Data: data}
}

func (h *house) inspect(id kube.Identity, reference string) (*v1alpha1.ChartInspection, error) {
	return h.Inspect(h.t.Context(), id, &v1alpha1.ChartInspection{Spec: v1alpha1.ChartInspectionSpec{Chart: reference}})
}

func TestInspect(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{})
	p := described(t)
	shop(t, w, "charts", p)
	h := open(t)
	h.add(spec(w, "charts", ""))
	digest := h.upload(ada(), p.Data)
	short := "helm:" + key(w, "charts") + "/web"
	for reference, c := range map[string]struct {
		id   kube.Identity
		want string
	}{
		short:                             {root(), short + "#1.0.0"},
		w.URL() + "/charts/web-1.0.0.tgz": {root(), w.URL() + "/charts/web-1.0.0.tgz"},
		"localchart/web#1.0.0@" + digest:  {ada(), "localchart/web#1.0.0"},
	} {
		answer, err := h.inspect(c.id, reference)
		if err != nil {
			t.Errorf("%s: %v", reference, err)
			continue
		}
		s := answer.Status
		if s.Chart != (v1alpha1.ChartStatus{Reference: c.want, Name: "web", Version: "1.0.0", AppVersion: "8.1", Digest: digest}) {
			t.Errorf("%s: the chart is %s", reference, text(t, s.Chart))
		}
		if len(s.Parameters) != 2 || s.Parameters[0].Name != "color" || s.Parameters[0].Description != "Of the walls." || !s.Parameters[1].Secret {
			t.Errorf("%s: its parameters are %s", reference, text(t, s.Parameters))
		}
		if !strings.Contains(s.Values, "color: red") || s.Readme != "# Web\n" || !strings.Contains(s.Commented, c.want) {
			t.Errorf("%s: told %s", reference, text(t, s))
		}
	}
	_, err := h.inspect(eve(), "localchart/web#1.0.0@"+digest)
	wantReason(t, err, v1alpha1.ReasonNotFound, "was not uploaded by")
	_, err = h.inspect(root(), "./web")
	wantReason(t, err, v1alpha1.ReasonInvalid)
}

func TestInspectionFetchesOnce(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{})
	shop(t, w, "charts", described(t))
	h := open(t)
	added := h.add(spec(w, "charts", ""))
	fetched := func() (n int) {
		for _, r := range w.Requests() {
			if strings.HasSuffix(r.Target, ".tgz") {
				n++
			}
		}
		return n
	}
	short := "helm:" + key(w, "charts") + "/web"
	for range 3 {
		if _, err := h.inspect(root(), short); err != nil {
			t.Fatal(err)
		}
	}
	if n := fetched(); n != 1 {
		t.Errorf("fetched %d times", n)
	}
	stored, err := h.secrets.Metadata(t.Context(), "helm-dm", "dm.helm.sh/role=package")
	if err != nil || len(stored.Items) != 0 {
		t.Errorf("an inspection stored %d Secrets (%v)", len(stored.Items), err)
	}
	_, err = h.inspect(root(), short+"@"+chart.Digest([]byte("another")))
	wantReason(t, err, v1alpha1.ReasonInvalid, "digest")
	h.allow("ada", "use", "repositories", added.Name)
	if _, err := h.inspect(ada(), short); err != nil {
		t.Error(err)
	}
	if n := fetched(); n != 2 { // once more for the digest that was wrong
		t.Errorf("fetched %d times", n)
	}
}

func TestSearch(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{})
	packages := []*repo.Package{web(t, "web", "1.0.0"), web(t, "web", "1.1.0")}
	for i := range 120 {
		packages = append(packages, web(t, fmt.Sprintf("other-%d", i), "0.1.0"))
	}
	shop(t, w, "charts", packages...)
	h := open(t)
	h.add(spec(w, "charts", ""))
	search := func(s v1alpha1.ChartSearchSpec) *v1alpha1.ChartSearchStatus {
		t.Helper()
		answer, err := h.Search(t.Context(), root(), &v1alpha1.ChartSearch{Spec: s})
		if err != nil {
			t.Fatal(err)
		}
		return &answer.Status
	}
	short := "helm:" + key(w, "charts") + "/"
	first := search(v1alpha1.ChartSearchSpec{Pattern: "web"}).Charts[0]
	want := v1alpha1.FoundChart{
		ChartStatus: v1alpha1.ChartStatus{Reference: short + "web#1.1.0", Name: "web", Version: "1.1.0", AppVersion: "8.1", Digest: chart.Digest(packages[1].Data)},
		Description: "Serves web",
	}
	if first != want {
		t.Errorf("found %s", text(t, first))
	}
	if s := search(v1alpha1.ChartSearchSpec{}); len(s.Charts) != 100 || s.More != 21 {
		t.Errorf("found %d charts and %d more", len(s.Charts), s.More)
	}
	if s := search(v1alpha1.ChartSearchSpec{Pattern: "other", Limit: 7}); len(s.Charts) != 7 || s.More != 113 {
		t.Errorf("found %d charts and %d more", len(s.Charts), s.More)
	}
	if s := search(v1alpha1.ChartSearchSpec{Pattern: "zzzzzz"}); len(s.Charts) != 0 {
		t.Errorf("found %s", text(t, s))
	}
	for _, wrong := range []v1alpha1.ChartSearchSpec{{Limit: -1}, {Limit: 1001}, {Pattern: strings.Repeat("x", 257)}} {
		_, err := h.Search(t.Context(), root(), &v1alpha1.ChartSearch{Spec: wrong})
		wantReason(t, err, v1alpha1.ReasonInvalid, "spec.")
	}
}
