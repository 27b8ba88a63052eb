package secret_test

import (
	"testing"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"

	"github.com/helm-dm/helm-dm/internal/clustertest"
	"github.com/helm-dm/helm-dm/state/secret"
	"github.com/helm-dm/helm-dm/state/secret/secrettest"
)

func TestClusterSecrets(t *testing.T) {
	t.Parallel()
	c := clustertest.Start(t)
	config := c.Admin(t, "").Config
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	md, err := metadata.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	secrettest.Run(t, secret.NewCluster(client, md), func(t *testing.T) string { return c.Namespace(t) })
}
