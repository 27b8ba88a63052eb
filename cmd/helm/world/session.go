package world

import (
	"cmp"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/client"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/trace"
	"github.com/helm-dm/helm-dm/kube"
)

// Session is a cluster that a command talks to.
type Session struct {
	*client.Client
	Target *kube.Target
}

// Here are the deployments of the target's namespace.
func (s *Session) Here() *client.Deployments {
	return s.Deployments(s.Target.Namespace)
}

// Connect finds the cluster that the flags name. No request is made yet.
func Connect(w *World) (*Session, error) {
	access := w.Flags.Access
	access.UserAgent = "helm/" + w.Version
	target, err := kube.Load(access)
	if err != nil {
		return nil, err
	}
	target.Config.WarningHandler = trace.Warnings{Screen: w.Screen}
	if w.Flags.Verbose {
		target.Config.Wrap(trace.Requests(w.Screen))
	}
	c, err := client.New(target.Config)
	if err != nil {
		return nil, fault.Usage("%w", err).Mend("kubectl config view --minify, to see what is used")
	}
	return &Session{c, target}, nil
}

// namespaceVariable is Helm's variable for the namespace.
const namespaceVariable = "HELM_NAMESPACE"

// Namespace is the one that the command line means, else that of Helm's variable,
// else the kubeconfig's. Where none says, that is default: commands that need no
// cluster need no kubeconfig either, unless a flag names one.
func (w *World) Namespace() (string, error) {
	access := w.Flags.Access
	if access.Namespace == "" && w.Getenv != nil {
		access.Namespace = w.Getenv(namespaceVariable)
		if access.Namespace != "" {
			if err := CheckSegment("$"+namespaceVariable, access.Namespace); err != nil {
				return "", err
			}
		}
	}
	target, err := kube.Load(access)
	switch {
	case err == nil:
		return target.Namespace, nil
	case access.Context != "" || access.Kubeconfig != "":
		return "", err
	}
	return cmp.Or(access.Namespace, metav1.NamespaceDefault), nil
}
