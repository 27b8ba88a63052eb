package client

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
)

const group = "/apis/dm.helm.sh/v1alpha1/"

// echo answers with what was sent, and fails when that is not of a kind.
func echo(t *testing.T, kind string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) {
		sent, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		var meta metav1.TypeMeta
		if err := json.Unmarshal(sent, &meta); err != nil || meta != (metav1.TypeMeta{Kind: kind, APIVersion: "dm.helm.sh/v1alpha1"}) {
			t.Errorf("sent %s (%v), want a %s", sent, err, kind)
		}
		w.Header().Set("Content-Type", "application/json")
		if _, err := w.Write(sent); err != nil {
			t.Error(err)
		}
	}
}

func TestSourcesAreAdded(t *testing.T) {
	t.Parallel()
	c := serve(t, step{"POST " + group + "repositories", echo(t, "Repository")}, step{"POST " + group + "credentials", echo(t, "Credential")})
	repository := &v1alpha1.Repository{Spec: v1alpha1.RepositorySpec{URL: "https://a.example/b", Credential: "key", CABundle: []byte("PEM")}}
	added, err := c.Repositories().Create(t.Context(), repository)
	if err != nil || added.Kind != "Repository" {
		t.Fatalf("got %+v, %v", added, err)
	}
	if diff := cmp.Diff(repository.Spec, added.Spec); diff != "" {
		t.Error(diff)
	}
	credential, err := c.Credentials().Create(t.Context(), &v1alpha1.Credential{Spec: v1alpha1.CredentialSpec{Token: "ada", Secret: "sesame"}})
	if err != nil || credential.Spec.Token != "ada" {
		t.Errorf("got %+v, %v", credential, err)
	}
}

func TestAskedAndAnswered(t *testing.T) {
	t.Parallel()
	c := serve(t,
		step{"POST " + group + "chartsearches", echo(t, "ChartSearch")}, step{"POST " + group + "chartinspections", echo(t, "ChartInspection")},
		step{"POST " + group + "repositorychecks", echo(t, "RepositoryCheck")}, step{"POST " + group + "chartreleases", echo(t, "ChartRelease")},
	)
	search, err := c.Search(t.Context(), &v1alpha1.ChartSearch{Spec: v1alpha1.ChartSearchSpec{Pattern: "redis"}})
	if err != nil || search.Spec.Pattern != "redis" {
		t.Errorf("search: %+v, %v", search, err)
	}
	inspection, err := c.Inspect(t.Context(), &v1alpha1.ChartInspection{Spec: v1alpha1.ChartInspectionSpec{Chart: "helm:a/b"}})
	if err != nil || inspection.Spec.Chart != "helm:a/b" {
		t.Errorf("inspection: %+v, %v", inspection, err)
	}
	check, err := c.Check(t.Context(), &v1alpha1.RepositoryCheck{Spec: v1alpha1.RepositorySpec{URL: "https://a"}})
	if err != nil || check.Spec.URL != "https://a" {
		t.Errorf("check: %+v, %v", check, err)
	}
	release, err := c.Release(t.Context(), &v1alpha1.ChartRelease{Spec: v1alpha1.ChartReleaseSpec{Digest: "sha256:0"}})
	if err != nil || release.Spec.Digest != "sha256:0" {
		t.Errorf("release: %+v, %v", release, err)
	}
}

func TestSourcesAreListedPageByPage(t *testing.T) {
	t.Parallel()
	type page struct {
		metav1.ListMeta `json:"metadata"`
		Items           []map[string]any `json:"items"`
	}
	named := func(next string, names ...string) func(http.ResponseWriter, *http.Request) {
		list := page{ListMeta: metav1.ListMeta{Continue: next, ResourceVersion: "7"}}
		for _, name := range names {
			list.Items = append(list.Items, map[string]any{"metadata": map[string]any{"name": name}})
		}
		return func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Get("labelSelector") != "a=b" || r.URL.Query().Get("limit") == "" || r.URL.Query().Get("continue") == next {
				t.Errorf("asked for %q", r.URL.RawQuery)
			}
			write(w, http.StatusOK, list)
		}
	}
	c := serve(t,
		step{"GET " + group + "repositories", named("more", "a", "b")}, step{"GET " + group + "repositories", named("", "c")},
		step{"GET " + group + "credentials", named("more", "d")}, step{"GET " + group + "credentials", named("", "e")},
	)
	repositories, err := c.Repositories().List(t.Context(), metav1.ListOptions{LabelSelector: "a=b"})
	if err != nil {
		t.Fatal(err)
	}
	credentials, err := c.Credentials().List(t.Context(), metav1.ListOptions{LabelSelector: "a=b"})
	if err != nil {
		t.Fatal(err)
	}
	got := []string{repositories.Kind, credentials.Kind, repositories.ResourceVersion}
	for _, item := range repositories.Items {
		got = append(got, item.Kind+"/"+item.Name)
	}
	for _, item := range credentials.Items {
		got = append(got, item.Kind+"/"+item.Name)
	}
	want := []string{"RepositoryList", "CredentialList", "7", "Repository/a", "Repository/b", "Repository/c", "Credential/d", "Credential/e"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSourcesAreReadAndRemoved(t *testing.T) {
	t.Parallel()
	status := metav1.Status{TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}, Status: metav1.StatusSuccess}
	c := serve(t,
		step{"GET " + group + "repositories/a", object(v1alpha1.Repository{TypeMeta: kind("Repository"), Status: v1alpha1.RepositoryStatus{Charts: 7}})},
		step{"DELETE " + group + "repositories/a", object(v1alpha1.Repository{TypeMeta: kind("Repository")})},
		step{"GET " + group + "credentials/b", object(v1alpha1.Credential{TypeMeta: kind("Credential"), Status: v1alpha1.CredentialStatus{Origin: "https://a"}})},
		step{"DELETE " + group + "credentials/b", object(status)},
		step{"DELETE " + group + "credentials/b", failure(409, metav1.StatusReasonConflict, "in use")},
	)
	if r, err := c.Repositories().Get(t.Context(), "a"); err != nil || r.Status.Charts != 7 || r.Kind != "Repository" {
		t.Errorf("got %+v, %v", r, err)
	}
	if err := c.Repositories().Delete(t.Context(), "a", metav1.DeleteOptions{}); err != nil {
		t.Error(err)
	}
	if r, err := c.Credentials().Get(t.Context(), "b"); err != nil || r.Status.Origin != "https://a" {
		t.Errorf("got %+v, %v", r, err)
	}
	if err := c.Credentials().Delete(t.Context(), "b", metav1.DeleteOptions{}); err != nil {
		t.Error(err)
	}
	if err := c.Credentials().Delete(t.Context(), "b", metav1.DeleteOptions{}); KindOf(err) != KindConflict {
		t.Errorf("%v is %q", err, KindOf(err))
	}
}

func TestAnswersThatAreNone(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer func(http.ResponseWriter, *http.Request)
		want   Kind
	}{
		"empty":   {text(http.StatusOK, ""), KindUnreachable},
		"cut off": {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"spec":{"chart":"helm`) }, KindUnreachable},
		"no JSON": {text(http.StatusOK, "<html>"), KindFailed},
		"broken":  {cut, KindUnreachable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// The path is asked for once: a release is never sent twice.
			client := serve(t, step{"POST " + group + "chartreleases", c.answer})
			_, err := client.Release(t.Context(), &v1alpha1.ChartRelease{})
			if err == nil || KindOf(err) != c.want {
				t.Errorf("%v is %q, want %q", err, KindOf(err), c.want)
			}
		})
	}
}

func TestAnswersAreBounded(t *testing.T) {
	t.Parallel()
	endless := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"status":{"readme":"`)
		for piece := strings.Repeat("x", 1<<20); ; {
			if _, err := io.WriteString(w, piece); err != nil {
				return
			}
		}
	}
	c := serve(t, step{"POST " + group + "chartinspections", endless})
	if _, err := c.Inspect(t.Context(), &v1alpha1.ChartInspection{}); !errors.Is(err, errLong) {
		t.Errorf("got %v, want it too long", err)
	}
}

func TestTry(t *testing.T) {
	t.Parallel()
	refused := func(causes ...metav1.StatusCause) func(http.ResponseWriter, *http.Request) {
		status := metav1.Status{
			TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}, Status: metav1.StatusFailure, Code: 503,
			Reason: metav1.StatusReasonServiceUnavailable, Message: "no answer", Details: &metav1.StatusDetails{Causes: causes},
		}
		return func(w http.ResponseWriter, _ *http.Request) { write(w, 503, status) }
	}
	mend := metav1.StatusCause{Type: v1alpha1.CauseTry, Message: "look at the cable"}
	other := metav1.StatusCause{Type: metav1.CauseTypeFieldValueInvalid, Message: "no"}
	for name, c := range map[string]struct {
		answer func(http.ResponseWriter, *http.Request)
		want   string
	}{
		"known":     {refused(other, mend), "look at the cable"},
		"unknown":   {refused(other), ""},
		"no causes": {failure(409, metav1.StatusReasonConflict, "no"), ""},
		"no answer": {cut, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := serve(t, step{"POST " + group + "repositories", c.answer})
			_, err := client.Repositories().Create(t.Context(), &v1alpha1.Repository{})
			if got := Try(err); err == nil || got != c.want {
				t.Errorf("%v is mended by %q, want %q", err, got, c.want)
			}
		})
	}
}
