package pki

import (
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// Access is what a kubeconfig says: where the cluster is and as whom to talk to it.
type Access struct {
	Server  string // URL
	CA      []byte // PEM
	Cluster string // name of the cluster
	Context string // name of the context, which is made the current one
	User    string // name of the user
	Pair    Pair   // the user's certificate
}

// Kubeconfig returns the access as a kubeconfig that needs no other file.
func Kubeconfig(a Access) ([]byte, error) {
	return clientcmd.Write(api.Config{
		Clusters: map[string]*api.Cluster{
			a.Cluster: {Server: a.Server, CertificateAuthorityData: a.CA},
		},
		AuthInfos: map[string]*api.AuthInfo{
			a.User: {ClientCertificateData: a.Pair.Cert, ClientKeyData: a.Pair.Key},
		},
		Contexts: map[string]*api.Context{
			a.Context: {Cluster: a.Cluster, AuthInfo: a.User},
		},
		CurrentContext: a.Context,
	})
}
