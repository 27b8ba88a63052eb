package install

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/helm-dm/helm-dm/kube"
)

// tokenSeconds is how long the token of a local manager holds: a year. Each
// start of the cluster makes a new one.
const tokenSeconds = 365 * 24 * 60 * 60

// LocalOptions say where the manager of a local cluster listens.
type LocalOptions struct {
	// Port on this machine.
	Port int
	// CABundle is the PEM certificate that the manager's own is checked with.
	CABundle []byte
}

// Local installs Helm/DM into a cluster on this machine, beside which the
// manager runs as a process: accounts, roles, and an APIService that leads to
// localhost. It returns a kubeconfig for the manager's account.
func Local(ctx context.Context, admin *rest.Config, o LocalOptions) ([]byte, error) {
	discovery, err := kube.NewDiscovery(admin)
	if err != nil {
		return nil, err
	}
	cluster, err := kube.NewCluster(admin, discovery)
	if err != nil {
		return nil, err
	}
	objects, err := load()
	if err != nil {
		return nil, err
	}
	if err := put(ctx, cluster, append(objects, localService(o), apiService(o))); err != nil {
		return nil, err
	}
	token, err := managerToken(ctx, cluster)
	if err != nil {
		return nil, err
	}
	return kubeconfig(admin, token)
}

func localService(o LocalOptions) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1",
		"kind":       "Service",
		"metadata":   map[string]any{"name": "helm-manager", "namespace": "helm-dm"},
		"spec": map[string]any{
			"type":         "ExternalName",
			"externalName": "localhost",
			"ports":        []any{map[string]any{"name": "https", "port": int64(o.Port)}},
		},
	}}
}

func apiService(o LocalOptions) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "apiregistration.k8s.io/v1",
		"kind":       "APIService",
		"metadata":   map[string]any{"name": "v1alpha1.dm.helm.sh"},
		"spec": map[string]any{
			"group":                "dm.helm.sh",
			"version":              "v1alpha1",
			"groupPriorityMinimum": int64(1000),
			"versionPriority":      int64(10),
			"caBundle":             base64.StdEncoding.EncodeToString(o.CABundle),
			"service":              map[string]any{"name": "helm-manager", "namespace": "helm-dm", "port": int64(o.Port)},
		},
	}}
}

func managerToken(ctx context.Context, cluster *kube.Cluster) (string, error) {
	account := kube.Ref{Namespace: "helm-dm", Name: "helm-manager"}
	account.Version, account.Kind = "v1", "ServiceAccount"
	answer, err := cluster.CreateSub(ctx, account, "token", &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "authentication.k8s.io/v1",
		"kind":       "TokenRequest",
		"spec":       map[string]any{"expirationSeconds": int64(tokenSeconds)},
	}})
	if err != nil {
		return "", fmt.Errorf("requesting a token for the manager: %w", err)
	}
	token, _, err := unstructured.NestedString(answer.Object, "status", "token")
	if err != nil || token == "" {
		return "", errors.New("requesting a token for the manager: the answer holds none")
	}
	return token, nil
}

func kubeconfig(admin *rest.Config, token string) ([]byte, error) {
	const name = "helm-manager"
	config := clientcmdapi.NewConfig()
	config.Clusters[name] = &clientcmdapi.Cluster{
		Server: admin.Host, CertificateAuthorityData: admin.CAData, CertificateAuthority: admin.CAFile,
	}
	config.AuthInfos[name] = &clientcmdapi.AuthInfo{Token: token}
	config.Contexts[name] = &clientcmdapi.Context{Cluster: name, AuthInfo: name}
	config.CurrentContext = name
	return clientcmd.Write(*config)
}
