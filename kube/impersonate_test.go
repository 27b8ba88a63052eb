package kube_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"
	authzv1 "k8s.io/api/authorization/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"

	"github.com/helm-dm/helm-dm/internal/clustertest"
	"github.com/helm-dm/helm-dm/kube"
)

func configMapRef() kube.Ref {
	return kube.Ref{GroupVersionKind: schema.GroupVersionKind{Version: "v1", Kind: "ConfigMap"}, Namespace: "shop", Name: "a"}
}

// discover answers what is asked for discovery: that there are ConfigMaps.
func discover(w http.ResponseWriter, req *http.Request) bool {
	w.Header().Set("Content-Type", "application/json")
	switch req.URL.Path {
	case "/api":
		_, _ = w.Write([]byte(`{"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2","items":[{"versions":[{"version":"v1",
			"resources":[{"resource":"configmaps","responseKind":{"version":"v1","kind":"ConfigMap"},"scope":"Namespaced"}]}]}]}`))
	case "/apis":
		_, _ = w.Write([]byte(`{"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2","items":[]}`))
	default:
		return false
	}
	return true
}

// listen serves discovery of ConfigMaps and answers everything else with
// NotFound, after it noted the headers.
func listen(t *testing.T) (*httptest.Server, func() http.Header) {
	t.Helper()
	var last http.Header
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if !discover(w, req) {
			last = req.Header.Clone()
			w.WriteHeader(http.StatusNotFound)
			_ = json.NewEncoder(w).Encode(metav1.Status{TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}, Status: metav1.StatusFailure, Reason: metav1.StatusReasonNotFound, Code: http.StatusNotFound})
		}
	}))
	t.Cleanup(server.Close)
	return server, func() http.Header { return last }
}

func TestImpersonationCarriesTheWholeIdentity(t *testing.T) {
	t.Parallel()
	server, last := listen(t)
	base := &rest.Config{Host: server.URL, BearerToken: "the manager's own", Username: ""}
	discovery, err := kube.NewDiscovery(base)
	if err != nil {
		t.Fatal(err)
	}
	token := func(*http.Request) (string, error) { return "the impersonator's", nil }
	cluster, err := kube.NewImpersonator(base, token, discovery).As(kube.Identity{
		User: "ada", UID: "42", Groups: []string{"devs", "system:authenticated"}, Extra: map[string][]string{"example.com/scope": {"a", "b"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cluster.Get(t.Context(), configMapRef()); !apierrors.IsNotFound(err) {
		t.Fatal(err)
	}
	want := map[string][]string{
		"Authorization":                         {"Bearer the impersonator's"},
		"Impersonate-User":                      {"ada"},
		"Impersonate-Uid":                       {"42"},
		"Impersonate-Group":                     {"devs", "system:authenticated"},
		"Impersonate-Extra-Example.com%2fscope": {"a", "b"},
	}
	for name, values := range want {
		if diff := cmp.Diff(values, last()[name]); diff != "" {
			t.Errorf("header %s (-want +got):\n%s\nof %v", name, diff, last())
		}
	}
}

func TestImpersonationFailsClosed(t *testing.T) {
	t.Parallel()
	server, last := listen(t)
	base := &rest.Config{Host: server.URL, BearerToken: "the manager's own"}
	discovery, err := kube.NewDiscovery(base)
	if err != nil {
		t.Fatal(err)
	}
	refused := errors.New("no token today")
	impersonator := kube.NewImpersonator(base, func(*http.Request) (string, error) { return "", refused }, discovery)
	if _, err := impersonator.As(kube.Identity{Groups: []string{"system:masters"}}); !errors.Is(err, kube.ErrNoIdentity) {
		t.Errorf("as nobody: %v, want ErrNoIdentity", err)
	}
	cluster, err := impersonator.As(kube.Identity{User: "ada"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cluster.Get(t.Context(), configMapRef()); !errors.Is(err, refused) || last() != nil {
		t.Errorf("without a token: %v, and the server saw %v", err, last())
	}
}

func TestImpersonatorAccountHasNoRightsOfItsOwn(t *testing.T) {
	t.Parallel()
	c := clustertest.Start(t)
	ns := c.Namespace(t)
	can := func(user string, a authzv1.ResourceAttributes) bool {
		t.Helper()
		review := &authzv1.SubjectAccessReview{Spec: authzv1.SubjectAccessReviewSpec{
			User: user, Groups: []string{"system:serviceaccounts", "system:serviceaccounts:helm-dm", "system:authenticated"}, ResourceAttributes: &a,
		}}
		answer, err := c.Client().AuthorizationV1().SubjectAccessReviews().Create(t.Context(), review, metav1.CreateOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return answer.Status.Allowed
	}
	impersonator, manager := "system:serviceaccount:helm-dm:helm-impersonator", "system:serviceaccount:helm-dm:helm-manager"
	for _, verb := range []string{"get", "list", "watch", "create", "update", "patch", "delete"} {
		for _, resource := range []string{"secrets", "pods", "namespaces", "serviceaccounts"} {
			if can(impersonator, authzv1.ResourceAttributes{Verb: verb, Resource: resource, Namespace: ns}) {
				t.Errorf("the impersonator itself may %s %s", verb, resource)
			}
		}
	}
	for _, who := range []authzv1.ResourceAttributes{
		{Verb: "impersonate", Resource: "users", Name: "ada"}, {Verb: "impersonate", Resource: "groups", Name: "devs"},
		{Verb: "impersonate", Resource: "serviceaccounts", Namespace: ns, Name: "robot"},
		{Verb: "impersonate", Group: "authentication.k8s.io", Resource: "uids", Name: "42"},
		{Verb: "impersonate", Group: "authentication.k8s.io", Resource: "userextras", Subresource: "scope", Name: "a"},
	} {
		if !can(impersonator, who) {
			t.Errorf("the impersonator may not impersonate %s %s", who.Resource, who.Name)
		}
		if can(manager, who) {
			t.Errorf("the manager's own account may impersonate %s %s", who.Resource, who.Name)
		}
	}
	if can(manager, authzv1.ResourceAttributes{Verb: "create", Resource: "pods", Namespace: ns}) {
		t.Error("the manager's own account may create pods")
	}
}
