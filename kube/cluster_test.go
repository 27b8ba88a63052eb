package kube_test

import (
	"testing"

	"github.com/helm-dm/helm-dm/internal/clustertest"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/kube/kubetest"
)

func TestMemoryCluster(t *testing.T) {
	t.Parallel()
	kubetest.Run(t, &kubetest.Memory{}, "shop")
}

func TestCluster(t *testing.T) {
	t.Parallel()
	c := clustertest.Start(t)
	config := c.Admin(t, "").Config
	discovery, err := kube.NewDiscovery(config)
	if err != nil {
		t.Fatal(err)
	}
	cluster, err := kube.NewCluster(config, discovery)
	if err != nil {
		t.Fatal(err)
	}
	kubetest.Run(t, cluster, c.Namespace(t))
}
