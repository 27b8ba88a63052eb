package client

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
)

func TestCreateSendsKindAndReturnsTheName(t *testing.T) {
	t.Parallel()
	c := serve(t, step{"POST " + shop, func(w http.ResponseWriter, r *http.Request) {
		var sent v1alpha1.ChartDeployment
		if err := json.NewDecoder(r.Body).Decode(&sent); err != nil {
			t.Error(err)
		}
		if sent.Kind != "ChartDeployment" || sent.APIVersion != "dm.helm.sh/v1alpha1" || sent.Spec.Chart != "helm:a/b" {
			t.Errorf("sent %+v", sent)
		}
		write(w, http.StatusOK, deployment("1", v1alpha1.StepAccepted))
	}})
	wanted := &v1alpha1.ChartDeployment{Spec: v1alpha1.ChartDeploymentSpec{Chart: "helm:a/b"}}
	got, err := c.Deployments("shop").Create(t.Context(), wanted)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(deployment("1", v1alpha1.StepAccepted), got); diff != "" {
		t.Error(diff)
	}
}

func TestCreateIsNeverSentTwice(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(http.ResponseWriter, *http.Request){
		"broken connection": cut,
		"asked to try later": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", "1")
			text(http.StatusServiceUnavailable, "later")(w, r)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := serve(t, step{"POST " + shop, answer})
			_, err := c.Deployments("shop").Create(t.Context(), &v1alpha1.ChartDeployment{})
			if got := KindOf(err); got != KindUnreachable {
				t.Errorf("%v is %q", err, got)
			}
		})
	}
}

func TestListTakesAllPages(t *testing.T) {
	t.Parallel()
	page := func(next string, names ...string) func(http.ResponseWriter, *http.Request) {
		list := &v1alpha1.ChartDeploymentList{ListMeta: metav1.ListMeta{Continue: next}}
		for _, name := range names {
			list.Items = append(list.Items, v1alpha1.ChartDeployment{ObjectMeta: metav1.ObjectMeta{Name: name}})
		}
		return func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Get("labelSelector") != "a=b" || r.URL.Query().Get("limit") == "" {
				t.Errorf("asked for %q", r.URL.RawQuery)
			}
			list.SetGroupVersionKind(v1alpha1.GroupVersion().WithKind("ChartDeploymentList"))
			write(w, http.StatusOK, list)
		}
	}
	all := "GET /apis/dm.helm.sh/v1alpha1/chartdeployments"
	c := serve(t, step{all, page("more", "a", "b")}, step{all, func(w http.ResponseWriter, r *http.Request) {
		if got := r.URL.Query().Get("continue"); got != "more" {
			t.Errorf("continues with %q", got)
		}
		page("", "c")(w, r)
	}})
	list, err := c.Deployments("").List(t.Context(), metav1.ListOptions{LabelSelector: "a=b"})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, item := range list.Items {
		names = append(names, item.Kind+"/"+item.Name)
	}
	want := []string{"ChartDeployment/a", "ChartDeployment/b", "ChartDeployment/c"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
}

func TestDeleteReturnsTheObject(t *testing.T) {
	t.Parallel()
	c := serve(t, step{"DELETE " + shop + "/web", object(deployment("2", v1alpha1.StepAccepted))})
	got, err := c.Deployments("shop").Delete(t.Context(), "web", metav1.DeleteOptions{})
	if err != nil || got.Status.Operation == nil {
		t.Errorf("got %+v, %v", got, err)
	}
}
