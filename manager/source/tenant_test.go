package source_test

import (
	"context"
	"strings"
	"testing"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/manager/failure"
	"github.com/helm-dm/helm-dm/manager/source"
	"github.com/helm-dm/helm-dm/repo/repotest"
)

// asked are the questions of a user about a repository and its charts, each of
// which answers with what it told.
func asked(t *testing.T, h *house, id kube.Identity, host, folder string) map[string]string {
	t.Helper()
	short, long := "helm:"+host+"/"+folder+"/web", "https://"+host+"/"+folder+"/web-1.0.0.tgz"
	digest := h.upload(id, repotest.Pack(t, repotest.Chart("mine", "1.0.0"), folder).Data)
	told := map[string]string{}
	for question, ask := range map[string]func(context.Context) (any, error){
		"resolve":         func(context.Context) (any, error) { return h.resolve(id, short) },
		"resolve version": func(context.Context) (any, error) { return h.resolve(id, short+"#9") },
		"admit":           func(ctx context.Context) (any, error) { return h.Admit(ctx, id, short) },
		"obtain":          func(ctx context.Context) (any, error) { return h.Obtain(ctx, id, short) },
		"obtain long":     func(ctx context.Context) (any, error) { return h.Obtain(ctx, id, long) },
		"obtain oci": func(ctx context.Context) (any, error) {
			return h.Obtain(ctx, id, "oci://"+host+"/"+folder+"/web:1.0.0")
		},
		"inspect": func(ctx context.Context) (any, error) {
			return h.Inspect(ctx, id, &v1alpha1.ChartInspection{Spec: v1alpha1.ChartInspectionSpec{Chart: short}})
		},
		"search": func(ctx context.Context) (any, error) {
			return h.Search(ctx, id, &v1alpha1.ChartSearch{Spec: v1alpha1.ChartSearchSpec{Pattern: "web"}})
		},
		"release": func(ctx context.Context) (any, error) {
			return h.Release(ctx, id, &v1alpha1.ChartRelease{Spec: v1alpha1.ChartReleaseSpec{Destination: "https://" + host + "/" + folder, Digest: digest}})
		},
		"release to the only one": func(ctx context.Context) (any, error) {
			return h.Release(ctx, id, &v1alpha1.ChartRelease{Spec: v1alpha1.ChartReleaseSpec{Digest: digest}})
		},
	} {
		answer, err := ask(t.Context())
		if err != nil {
			told[question] = string(failure.ReasonOf(err)) + ": " + failure.Sentence(err)
		} else {
			told[question] = text(t, answer)
		}
		told[question] = strings.ReplaceAll(strings.ReplaceAll(told[question], folder, "FOLDER"), digest, "DIGEST")
	}
	return told
}

func TestWhatMayNotBeUsedDoesNotExist(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*source.Config){
		"unlisted":    func(*source.Config) {},
		"listed only": func(c *source.Config) { c.ListedOnly = true },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := repotest.HTTP(t, repotest.HTTPOptions{})
			shop(t, w, "hidden", web(t, "web", "1.0.0"))
			h := open(t, change)
			h.add(spec(w, "hidden", ""))
			host, _, _ := strings.Cut(key(w, ""), "/")
			before := len(w.Requests())
			hidden, missing := asked(t, h, eve(), host, "hidden"), asked(t, h, eve(), host, "absent")
			for question := range hidden {
				if hidden[question] != missing[question] {
					t.Errorf("%s\nhidden:  %s\nmissing: %s", question, hidden[question], missing[question])
				}
			}
			if n := len(w.Requests()); n != before {
				t.Errorf("%d requests were sent for who may not use it", n-before)
			}
			if strings.Contains(hidden["search"], "web#") {
				t.Errorf("found %s", hidden["search"])
			}
		})
	}
}

func TestUseOfOneRepository(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{})
	shop(t, w, "hers", web(t, "web", "1.0.0"))
	shop(t, w, "others", web(t, "web", "2.0.0"), web(t, "webber", "1.0.0"))
	h := open(t)
	hers := h.add(spec(w, "hers", ""))
	h.add(spec(w, "others", ""))
	h.allow("ada", "use", "repositories", hers.Name)
	answer, err := h.Search(t.Context(), ada(), &v1alpha1.ChartSearch{})
	if err != nil || len(answer.Status.Charts) != 1 || answer.Status.Charts[0].Reference != "helm:"+key(w, "hers")+"/web#1.0.0" {
		t.Errorf("found %s (%v)", text(t, answer), err)
	}
	if _, err := h.Obtain(t.Context(), ada(), "helm:"+key(w, "hers")+"/web"); err != nil {
		t.Error(err)
	}
	_, err = h.Obtain(t.Context(), ada(), "helm:"+key(w, "hers")+"/webbe")
	wantReason(t, err, v1alpha1.ReasonNotFound)
	if strings.Contains(failure.Sentence(err), "webber") {
		t.Errorf("the help names what may not be used: %s", failure.Sentence(err))
	}
}

// TestDigestIsNoRight wants nobody to get a package for knowing its digest: not as
// an upload, not behind the name of another chart, and not by an index that claims
// to hold it.
func TestDigestIsNoRight(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{})
	private := web(t, "private", "1.0.0")
	digest := chart.Digest(private.Data)
	shop(t, w, "ada", private)
	shop(t, w, "eve", web(t, "web", "1.0.0"))
	w.Put("eve/index.yaml", []byte(strings.ReplaceAll(string(w.Get("eve/index.yaml")), strings.TrimPrefix(chart.Digest(web(t, "web", "1.0.0").Data), "sha256:"), strings.TrimPrefix(digest, "sha256:"))))
	h := open(t)
	h.add(spec(w, "ada", ""))
	evil := h.add(spec(w, "eve", ""))
	h.allow("eve", "use", "repositories", evil.Name)
	h.upload(ada(), private.Data)
	for range 2 { // also when it is at hand everywhere
		if _, err := h.Inspect(t.Context(), root(), &v1alpha1.ChartInspection{Spec: v1alpha1.ChartInspectionSpec{Chart: "helm:" + key(w, "ada") + "/private"}}); err != nil {
			t.Fatal(err)
		}
	}
	for text, reason := range map[string]v1alpha1.Reason{
		"localchart/private#1.0.0@" + digest:                 v1alpha1.ReasonNotFound,
		"helm:" + key(w, "eve") + "/web":                     v1alpha1.ReasonInvalid,
		"helm:" + key(w, "eve") + "/web#1.0.0@" + digest:     v1alpha1.ReasonInvalid,
		w.URL() + "/eve/web-1.0.0.tgz@" + digest:             v1alpha1.ReasonInvalid,
		"helm:" + key(w, "ada") + "/private#1.0.0@" + digest: v1alpha1.ReasonForbidden, // nobody added it, for all she knows
	} {
		_, err := h.Obtain(t.Context(), eve(), text)
		if err == nil || failure.ReasonOf(err) != reason {
			t.Errorf("obtaining %s: %v, want %s", text, err, reason)
		}
		_, err = h.Inspect(t.Context(), eve(), &v1alpha1.ChartInspection{Spec: v1alpha1.ChartInspectionSpec{Chart: text}})
		if err == nil || failure.ReasonOf(err) != reason {
			t.Errorf("inspecting %s: %v, want %s", text, err, reason)
		}
	}
	_, err := h.Release(t.Context(), root(), &v1alpha1.ChartRelease{Spec: v1alpha1.ChartReleaseSpec{Destination: w.URL() + "/eve", Digest: digest}})
	wantReason(t, err, v1alpha1.ReasonNotFound, "not uploaded by")
}
