package source_test

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/internalversion"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/manager/source"
	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/repotest"
)

// nothing wants no repository to be there, and the credential to be free.
func (h *house) nothing(credential string) {
	h.t.Helper()
	list, err := h.Repositories(h.t.Context(), &internalversion.ListOptions{})
	if err != nil || len(list.Items) != 0 {
		h.t.Errorf("stored %s (%v)", text(h.t, list), err)
	}
	if credential == "" {
		return
	}
	found, err := h.Credential(h.t.Context(), credential)
	if err != nil || found.Status.Origin != "" || len(found.Status.UsedBy) != 0 {
		h.t.Errorf("credential is bound: %s (%v)", text(h.t, found), err)
	}
}

func TestAddRepository(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{User: "ada", Password: "pssst-add"})
	shop(t, w, "charts", web(t, "web", "1.0.0"), web(t, "web", "1.1.0"), web(t, "db", "2.0.0"))
	h := open(t)
	credential := h.credential("ada", "pssst-add")
	asked := &v1alpha1.Repository{
		ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"team": "shop"}, Annotations: map[string]string{"kubectl.kubernetes.io/last-applied-configuration": "{}"}},
		Spec:       spec(w, "charts/", credential),
	}
	_, err := h.AddRepository(t.Context(), root(), asked, true)
	wantReason(t, err, v1alpha1.ReasonConflict, credential, "no origin yet", "helm repo add -c "+credential)
	h.nothing(credential)
	added, err := h.AddRepository(t.Context(), root(), asked, false)
	if err != nil {
		t.Fatal(err)
	}
	location, err := repo.ParseLocation(w.URL() + "/charts")
	if err != nil {
		t.Fatal(err)
	}
	if added.Name != location.Name() || added.Spec.URL != w.URL()+"/charts" || added.UID == "" || added.Labels["team"] != "shop" || len(added.Annotations) != 0 {
		t.Errorf("added %s", text(t, added))
	}
	if s := added.Status; s.Kind != "index" || s.Charts != 2 || s.Versions != 3 || s.Refreshed == nil || s.Error != "" {
		t.Errorf("its status is %s", text(t, s))
	}
	more := &v1alpha1.Repository{Spec: spec(w, "more", credential)}
	shop(t, w, "more", web(t, "web", "1.0.0"))
	if dry, err := h.AddRepository(t.Context(), root(), more, true); err != nil || dry.Status.Kind != "index" || dry.Status.Charts != 1 {
		t.Errorf("a dry run finds %s (%v)", text(t, dry), err)
	}
	bound, err := h.Credential(t.Context(), credential)
	if err != nil || bound.Status.Origin != w.URL() || len(bound.Status.UsedBy) != 1 {
		t.Errorf("the credential is %s (%v)", text(t, bound), err)
	}
	if _, err := h.RemoveCredential(t.Context(), root(), credential, source.Removal{}); true {
		wantReason(t, err, v1alpha1.ReasonConflict, credential, w.URL()+"/charts", "helm repo rm")
	}
	was, err := h.RemoveRepository(t.Context(), root(), added.Name, source.Removal{UID: string(added.UID), ResourceVersion: added.ResourceVersion})
	if err != nil || was.Name != added.Name {
		t.Fatalf("removing: %v", err)
	}
	if _, err := h.RemoveCredential(t.Context(), root(), credential, source.Removal{}); err != nil {
		t.Error(err)
	}
	if _, err := h.Repository(t.Context(), added.Name); true {
		wantReason(t, err, v1alpha1.ReasonNotFound, added.Name)
	}
}

func TestRepositoriesThatAreRefused(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{User: "ada", Password: "pssst-refused"})
	other := repotest.HTTP(t, repotest.HTTPOptions{})
	shop(t, w, "charts", web(t, "web", "1.0.0"))
	shop(t, other, "charts", web(t, "web", "1.0.0"))
	w.Break("/page/index.yaml", repotest.Page())
	w.Break("/down/index.yaml", repotest.Status(503))
	h := open(t)
	good, wrong, elsewhere := h.credential("ada", "pssst-refused"), h.credential("ada", "pssst-wrong"), h.credential("ada", "pssst-elsewhere")
	h.add(spec(other, "charts", elsewhere))
	for name, c := range map[string]struct {
		change func(*v1alpha1.Repository)
		reason v1alpha1.Reason
		words  string
	}{
		"no address":            {func(r *v1alpha1.Repository) { r.Spec.URL = "charts" }, v1alpha1.ReasonInvalid, "protocol"},
		"a password inside":     {func(r *v1alpha1.Repository) { r.Spec.URL = "https://ada:pssst@example.com/charts" }, v1alpha1.ReasonInvalid, "helm credential add"},
		"another name":          {func(r *v1alpha1.Repository) { r.Name = "mine" }, v1alpha1.ReasonInvalid, "leave it out"},
		"finalizers":            {func(r *v1alpha1.Repository) { r.Finalizers = []string{"a/b"} }, v1alpha1.ReasonInvalid, "finalizers"},
		"labels":                {func(r *v1alpha1.Repository) { r.Labels = map[string]string{"a b": ""} }, v1alpha1.ReasonInvalid, "metadata.labels"},
		"no certificates":       {func(r *v1alpha1.Repository) { r.Spec.CABundle = []byte("hello") }, v1alpha1.ReasonInvalid, "spec.caBundle"},
		"many certificates":     {func(r *v1alpha1.Repository) { r.Spec.CABundle = make([]byte, 65<<10) }, v1alpha1.ReasonTooLarge, "spec.caBundle"},
		"many origins":          {func(r *v1alpha1.Repository) { r.Spec.Origins = make([]string, 17) }, v1alpha1.ReasonTooLarge, "spec.origins"},
		"no origin":             {func(r *v1alpha1.Repository) { r.Spec.Origins = []string{"https://example.com/charts"} }, v1alpha1.ReasonInvalid, "spec.origins"},
		"certificate not known": {func(r *v1alpha1.Repository) { r.Spec.CABundle = nil }, v1alpha1.ReasonUnavailable, "--ca-file"},
		"no credential":         {func(r *v1alpha1.Repository) { r.Spec.Credential = "" }, v1alpha1.ReasonForbidden, "401"},
		"a wrong credential":    {func(r *v1alpha1.Repository) { r.Spec.Credential = wrong }, v1alpha1.ReasonForbidden, "401"},
		"an unknown credential": {func(r *v1alpha1.Repository) { r.Spec.Credential = "nobody" }, v1alpha1.ReasonNotFound, `credential "nobody" does not exist`},
		"bound elsewhere":       {func(r *v1alpha1.Repository) { r.Spec.Credential = elsewhere }, v1alpha1.ReasonConflict, "another credential"},
		"nothing there":         {func(r *v1alpha1.Repository) { r.Spec.URL = w.URL() + "/empty" }, v1alpha1.ReasonNotFound, "index.yaml"},
		"a page":                {func(r *v1alpha1.Repository) { r.Spec.URL = w.URL() + "/page" }, v1alpha1.ReasonInvalid, "page of a web site"},
		"broken":                {func(r *v1alpha1.Repository) { r.Spec.URL = w.URL() + "/down" }, v1alpha1.ReasonUnavailable, "503"},
		"nobody answers":        {func(r *v1alpha1.Repository) { r.Spec.URL, r.Spec.Credential = "http://127.0.0.1:1/charts", "" }, v1alpha1.ReasonUnavailable, "127.0.0.1:1"},
		"link-local":            {func(r *v1alpha1.Repository) { r.Spec.URL, r.Spec.Credential = "http://169.254.169.254/latest", "" }, v1alpha1.ReasonForbidden, "link-local"},
		"added already":         {func(r *v1alpha1.Repository) { r.Spec = spec(other, "charts", "") }, v1alpha1.ReasonAlreadyExists, "is there already"},
		"another protocol": {func(r *v1alpha1.Repository) {
			r.Spec = v1alpha1.RepositorySpec{URL: "oci://" + key(other, "charts")}
		}, v1alpha1.ReasonAlreadyExists, other.URL() + "/charts"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &v1alpha1.Repository{Spec: spec(w, "charts", good)}
			c.change(r)
			_, err := h.AddRepository(t.Context(), root(), r, false)
			wantReason(t, err, c.reason, c.words)
			if strings.Contains(err.Error(), "pssst") || strings.Contains(err.Error(), "BODY-OF-AN-ERROR") {
				t.Errorf("the error tells too much: %v", err)
			}
		})
	}
	t.Cleanup(func() {
		list, err := h.Repositories(t.Context(), &internalversion.ListOptions{})
		if err == nil && len(list.Items) != 1 {
			t.Errorf("stored %s", text(t, list.Items))
		}
	})
}

func TestCredentialThatMayNotBeUsed(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{})
	shop(t, w, "charts", web(t, "web", "1.0.0"))
	h := open(t)
	name := h.credential("ada", "pssst")
	told := func(credential string) string {
		_, err := h.AddRepository(t.Context(), ada(), &v1alpha1.Repository{Spec: spec(w, "charts", credential)}, false)
		wantReason(t, err, v1alpha1.ReasonNotFound)
		_, checked := h.Check(t.Context(), ada(), &v1alpha1.RepositoryCheck{Spec: spec(w, "charts", credential)})
		wantReason(t, checked, v1alpha1.ReasonNotFound)
		return strings.ReplaceAll(err.Error()+checked.Error(), credential, "NAME")
	}
	if hidden, missing := told(name), told("nobody"); hidden != missing {
		t.Errorf("hidden: %s\nmissing: %s", hidden, missing)
	}
	h.nothing(name)
	if n := len(w.Requests()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

func TestNobodyAddsNothing(t *testing.T) {
	t.Parallel()
	h := open(t)
	_, err := h.AddRepository(t.Context(), kube.Identity{}, &v1alpha1.Repository{Spec: v1alpha1.RepositorySpec{URL: "https://example.com"}}, false)
	wantReason(t, err, v1alpha1.ReasonForbidden)
	_, err = h.AddCredential(t.Context(), kube.Identity{}, &v1alpha1.Credential{Spec: v1alpha1.CredentialSpec{Token: "a", Secret: "b"}}, false)
	wantReason(t, err, v1alpha1.ReasonForbidden)
	_, err = h.Release(t.Context(), kube.Identity{}, &v1alpha1.ChartRelease{})
	wantReason(t, err, v1alpha1.ReasonForbidden)
	_, err = h.Search(t.Context(), kube.Identity{}, &v1alpha1.ChartSearch{})
	wantReason(t, err, v1alpha1.ReasonForbidden)
	_, err = h.Inspect(t.Context(), kube.Identity{}, &v1alpha1.ChartInspection{Spec: v1alpha1.ChartInspectionSpec{Chart: "helm:example.com/a/b"}})
	wantReason(t, err, v1alpha1.ReasonForbidden)
}

func TestCheckStoresNothing(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{User: "ada", Password: "pssst"})
	shop(t, w, "charts", web(t, "web", "1.0.0"))
	h := open(t)
	credential := h.credential("ada", "pssst")
	_, err := h.Check(t.Context(), root(), &v1alpha1.RepositoryCheck{Spec: spec(w, "charts/", credential)})
	wantReason(t, err, v1alpha1.ReasonConflict, credential, "no origin yet")
	if n := len(w.Requests()); n != 0 {
		t.Errorf("%d requests were sent for a credential that is bound to nothing", n)
	}
	h.nothing(credential)
	shop(t, w, "others", web(t, "web", "1.0.0"))
	added := h.add(spec(w, "others", credential)) // which binds it
	answer, err := h.Check(t.Context(), root(), &v1alpha1.RepositoryCheck{Spec: spec(w, "charts/", credential)})
	if err != nil {
		t.Fatal(err)
	}
	if answer.Spec.URL != w.URL()+"/charts" || answer.Status.Charts != 1 || answer.Status.Kind != "index" {
		t.Errorf("answered %s", text(t, answer))
	}
	list, err := h.Repositories(t.Context(), &internalversion.ListOptions{})
	if err != nil || len(list.Items) != 1 || list.Items[0].Name != added.Name {
		t.Errorf("stored %s (%v)", text(t, list), err)
	}
}

func TestRemovalOfAnotherVersion(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{})
	shop(t, w, "charts", web(t, "web", "1.0.0"))
	h := open(t)
	added, credential := h.add(spec(w, "charts", "")), h.credential("ada", "pssst")
	for _, o := range []source.Removal{{UID: "other"}, {ResourceVersion: "999"}} {
		_, err := h.RemoveRepository(t.Context(), root(), added.Name, o)
		wantReason(t, err, v1alpha1.ReasonConflict, added.Name)
		_, err = h.RemoveCredential(t.Context(), root(), credential, o)
		wantReason(t, err, v1alpha1.ReasonConflict, credential)
	}
	if _, err := h.RemoveRepository(t.Context(), root(), added.Name, source.Removal{DryRun: true}); err != nil {
		t.Error(err)
	}
	if _, err := h.RemoveCredential(t.Context(), root(), credential, source.Removal{DryRun: true}); err != nil {
		t.Error(err)
	}
	if _, err := h.Repository(t.Context(), added.Name); err != nil {
		t.Errorf("a dry run removed it: %v", err)
	}
	if _, err := h.Credential(t.Context(), credential); err != nil {
		t.Errorf("a dry run removed it: %v", err)
	}
}
