package client

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/version"
)

func TestServer(t *testing.T) {
	t.Parallel()
	served := metav1.APIResourceList{GroupVersion: "dm.helm.sh/v1alpha1", APIResources: []metav1.APIResource{{Name: "chartdeployments"}}}
	c := serve(t,
		step{"GET /version", object(version.Info{GitVersion: "v1.36.3"})},
		step{"GET /apis/dm.helm.sh/v1alpha1", object(served)},
		step{"GET /apis/dm.helm.sh/v1alpha1", text(404, "404 page not found")},
		step{"GET /apis/dm.helm.sh/v1alpha1", text(503, "service unavailable")},
	)
	if info, err := c.Kubernetes(t.Context()); err != nil || info.GitVersion != "v1.36.3" {
		t.Errorf("got %v, %v", info, err)
	}
	if list, err := c.Served(t.Context()); err != nil || list.APIResources[0].Name != "chartdeployments" {
		t.Errorf("got %v, %v", list, err)
	}
	if _, err := c.Served(t.Context()); !IsNotInstalled(err) {
		t.Errorf("got %v for a cluster without Helm/DM", err)
	}
	if _, err := c.Served(t.Context()); IsNotInstalled(err) || KindOf(err) != KindUnreachable {
		t.Errorf("got %v for a manager that is down", err)
	}
}
