package manager_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/manager/failure"
	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/index"
	"github.com/helm-dm/helm-dm/repo/repotest"
	"github.com/helm-dm/helm-dm/state"
)

// offer puts a package into the repository charts of a web server, as the one
// version 1.2.3 of web.
func offer(t *testing.T, w *repotest.Web, data []byte) {
	t.Helper()
	p := &repo.Package{Metadata: repotest.Chart("web", "1.2.3"), Data: data}
	text, err := index.Merge(nil, p, p.FileName(), chart.Digest(data))
	if err != nil {
		t.Fatal(err)
	}
	w.Put("charts/"+p.FileName(), data)
	w.Put("charts/index.yaml", text)
}

// join adds the repository charts of a web server, and returns the short
// reference of web in it.
func (h *house) join(w *repotest.Web) string {
	h.t.Helper()
	r := &v1alpha1.Repository{Spec: v1alpha1.RepositorySpec{URL: w.URL() + "/charts", CABundle: w.CA()}}
	if _, err := h.Sources.AddRepository(h.t.Context(), kube.Identity{User: "root"}, r, false); err != nil {
		h.t.Fatal(err)
	}
	_, host, _ := strings.Cut(w.URL(), "://")
	return "helm:" + host + "/charts/web"
}

func TestDeployFromARepository(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{})
	data := pack(t, webChart)
	offer(t, w, data)
	h := open(t)
	short := h.join(w)
	for name, reference := range map[string]string{"blue": short, "green": short + "#^1.2", "red": w.URL() + "/charts/web-1.2.3.tgz"} {
		done := h.deploy(wanted(name, reference))
		if o := done.Status.Operation; o.Step != v1alpha1.StepDone {
			t.Fatalf("%s ended with %s: %s", name, o.Reason, o.Failure)
		}
		exact := short + "#1.2.3"
		if name == "red" {
			exact = reference
		}
		want := v1alpha1.ChartStatus{Reference: exact, Name: "web", Version: "1.2.3", AppVersion: "7", Digest: chart.Digest(data)}
		if done.Status.Chart != want {
			t.Errorf("%s has chart %+v", name, done.Status.Chart)
		}
		if done.Spec.Chart != reference {
			t.Errorf("%s was asked for by %q", name, done.Spec.Chart)
		}
		var steps []v1alpha1.Step
		for _, s := range done.Status.Operation.Steps {
			steps = append(steps, s.Step)
		}
		if !slices.Equal(steps[:3], []v1alpha1.Step{v1alpha1.StepAccepted, v1alpha1.StepFetching, v1alpha1.StepRendering}) {
			t.Errorf("%s went through %v", name, steps)
		}
	}
	stored, err := h.secrets.Metadata(t.Context(), "helm-dm", "dm.helm.sh/role=package")
	if err != nil || len(stored.Items) != 1 {
		t.Errorf("%d Secrets hold the package (%v), want one", len(stored.Items), err)
	}
}

func TestChartsThatCannotBeHadLeaveNothing(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{})
	offer(t, w, pack(t, webChart))
	h := open(t)
	short := h.join(w)
	before := h.books()
	for reference, c := range map[string]struct {
		reason v1alpha1.Reason
		words  string
	}{
		short + "#4":                             {v1alpha1.ReasonNotFound, short + "#1.2.3"},
		short + "site":                           {v1alpha1.ReasonNotFound, "website"},
		strings.Replace(short, "charts", "x", 1): {v1alpha1.ReasonForbidden, "takes charts from no others"},
		"oci://example.com/charts/web:1.2.3":     {v1alpha1.ReasonForbidden, "takes charts from no others"},
		"web#1.2.3":                              {v1alpha1.ReasonInvalid, "in no repository"},
	} {
		_, err := h.Deploy(t.Context(), ada(), wanted("blue", reference), false)
		wantReason(t, err, c.reason, "")
		if told := failure.Sentence(err); !strings.Contains(told, c.words) {
			t.Errorf("%s: %q does not say %q", reference, told, c.words)
		}
	}
	h.deny(kube.Permission{Verb: "use", Group: "dm.helm.sh", Resource: "repositories"})
	eve := ada()
	eve.User = "eve"
	_, err := h.Deploy(t.Context(), eve, wanted("blue", short), false)
	wantReason(t, err, v1alpha1.ReasonForbidden, "in no repository that you may use")
	if after := h.books(); after != before {
		t.Errorf("stored %q, before it was %q", after, before)
	}
}

func TestPackageThatCannotBeFetchedLeavesNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault  repotest.Fault
		reason v1alpha1.Reason
	}{
		"gone":    {repotest.Status(http.StatusNotFound), v1alpha1.ReasonNotFound},
		"denied":  {repotest.Status(http.StatusForbidden), v1alpha1.ReasonForbidden},
		"another": {func(out http.ResponseWriter, _ *http.Request) { _, _ = out.Write([]byte("something else")) }, v1alpha1.ReasonInvalid},
		"large":   {repotest.Claim(1<<40, nil), v1alpha1.ReasonTooLarge},
		"inward":  {repotest.Redirect("http://169.254.169.254/latest"), v1alpha1.ReasonForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := repotest.HTTP(t, repotest.HTTPOptions{Plain: true})
			offer(t, w, pack(t, webChart))
			h := open(t)
			short := h.join(w)
			before := h.books()
			w.Break("/charts/web-1.2.3.tgz", c.fault)
			o := h.deploy(wanted("blue", short)).Status.Operation
			if o.Reason != c.reason || !strings.Contains(o.Failure, "web") {
				t.Errorf("ended with %s: %s", o.Reason, o.Failure)
			}
			h.settled(before)
		})
	}
}

// settled waits until the books are as they were.
func (h *house) settled(before string) {
	h.t.Helper()
	for until := time.Now().Add(patience); h.books() != before; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(until) {
			h.t.Fatalf("books are %q, before they were %q", h.books(), before)
		}
	}
}

// TestHeirUsesThePackageThatWasFetched kills a replica between fetching and
// rendering, and replaces the package in its repository meanwhile.
func TestHeirUsesThePackageThatWasFetched(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{})
	data := pack(t, webChart)
	offer(t, w, data)
	dead := open(t)
	short := dead.join(w)
	rendering := dead.renderer.keepRendering(ada().Owner())
	accepted, err := dead.Deploy(t.Context(), ada(), wanted("blue", short), false)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	select {
	case <-rendering:
	case <-ctx.Done():
		t.Fatal("nothing was rendered")
	}
	dead.dead.Store(true)
	left, err := state.NewRecords(dead.secrets, "helm-dm").Get(t.Context(), blue())
	if err != nil || left.Operation.Chart == nil || left.Operation.Chart.Digest != chart.Digest(data) || left.Operation.Chart.Reference != short+"#1.2.3" {
		t.Fatalf("written down before rendering: %+v (%v)", left.Operation.Chart, err)
	}
	offer(t, w, pack(t, strings.ReplaceAll(webChart, "color: red", "color: black")))
	w.Break("/charts/index.yaml", repotest.Status(http.StatusServiceUnavailable))
	done := open(t, dead).ended(accepted)
	if o := done.Status.Operation; o.Step != v1alpha1.StepDone {
		t.Fatalf("ended with %s: %s", o.Reason, o.Failure)
	}
	if done.Status.Chart.Digest != chart.Digest(data) || !strings.Contains(done.Status.Notes, "red") {
		t.Errorf("deployed %+v: %s", done.Status.Chart, done.Status.Notes)
	}
}

// TestDryRunFromARepository wants a dry run to fetch nothing.
func TestDryRunFromARepository(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{})
	offer(t, w, pack(t, webChart))
	h := open(t)
	short := h.join(w)
	before := h.books()
	if _, err := h.Deploy(t.Context(), ada(), wanted("blue", short), true); err != nil {
		t.Error(err)
	}
	_, err := h.Deploy(t.Context(), ada(), &v1alpha1.ChartDeployment{
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop"}, Spec: v1alpha1.ChartDeploymentSpec{Chart: short + "#9"},
	}, true)
	wantReason(t, err, v1alpha1.ReasonNotFound, "#9")
	if after := h.books(); after != before {
		t.Errorf("stored %q, before it was %q", after, before)
	}
}
