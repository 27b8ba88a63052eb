package kube

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// ErrConfig is matched by every error of Load: the kubeconfig is missing, empty
// or unreadable, or does not know the context that was asked for.
var ErrConfig = errors.New("unusable kubeconfig")

// podNamespace is where a pod finds the namespace it runs in.
const podNamespace = "/var/run/secrets/kubernetes.io/serviceaccount/namespace"

// Access says which cluster to talk to, and as whom. The zero value is what
// kubectl does without flags.
type Access struct {
	// Kubeconfig is a file; empty means those of $KUBECONFIG, else
	// ~/.kube/config, else the service account of the pod one runs in.
	Kubeconfig string
	// Context of the kubeconfig; empty means its current one.
	Context string
	// Namespace; empty means that of the context, else default.
	Namespace string
	// As and AsGroups are whom to impersonate; empty means nobody.
	As       string
	AsGroups []string
	// UserAgent is sent with every request.
	UserAgent string
}

// Target is a cluster to talk to.
type Target struct {
	// Config has no client-side throttling: the API server has fairness of its
	// own.
	Config    *rest.Config
	Namespace string
	// Context is empty for the service account of a pod.
	Context string
	// Server is the URL of the API server.
	Server string
}

// Load finds the target that access names. It connects to nothing. All errors
// match ErrConfig.
func Load(access Access) (*Target, error) {
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	rules.ExplicitPath = access.Kubeconfig
	rules.MigrationRules = nil // reading must not write
	rules.WarnIfAllMissing = false
	raw, err := rules.Load()
	if err != nil {
		return nil, unusable("reading the kubeconfig %s: %w", files(rules), err)
	}
	if api.IsConfigEmpty(raw) {
		return loadPod(access, files(rules))
	}
	return loadContext(access, raw, rules)
}

func loadContext(access Access, raw *api.Config, rules *clientcmd.ClientConfigLoadingRules) (*Target, error) {
	name := access.Context
	if name == "" {
		name = raw.CurrentContext
	}
	if name == "" {
		return nil, unusable("the kubeconfig %s has no current context; it knows %s", files(rules), contexts(raw))
	}
	if raw.Contexts[name] == nil {
		return nil, unusable("the kubeconfig %s has no context %q; it knows %s", files(rules), name, contexts(raw))
	}
	overrides := &clientcmd.ConfigOverrides{CurrentContext: name}
	overrides.Context.Namespace = access.Namespace
	overrides.AuthInfo.Impersonate = access.As
	overrides.AuthInfo.ImpersonateGroups = access.AsGroups
	loader := clientcmd.NewNonInteractiveClientConfig(*raw, name, overrides, rules)
	cfg, err := loader.ClientConfig()
	if err != nil {
		return nil, unusable("using context %q of the kubeconfig %s: %w", name, files(rules), err)
	}
	namespace, _, err := loader.Namespace()
	if err != nil {
		return nil, unusable("using context %q of the kubeconfig %s: %w", name, files(rules), err)
	}
	return newTarget(cfg, access, namespace, name), nil
}

// loadPod falls back on the pod's service account where no kubeconfig exists.
func loadPod(access Access, tried string) (*Target, error) {
	cfg, err := rest.InClusterConfig()
	if errors.Is(err, rest.ErrNotInCluster) {
		return nil, unusable("there is no kubeconfig: %s is missing or has no contexts", tried)
	}
	if err != nil {
		return nil, unusable("using the pod's service account: %w", err)
	}
	if access.Context != "" {
		return nil, unusable("there is no context %q: %s is missing or has no contexts", access.Context, tried)
	}
	cfg.Impersonate = rest.ImpersonationConfig{UserName: access.As, Groups: access.AsGroups}
	namespace := access.Namespace
	if namespace == "" {
		text, _ := os.ReadFile(podNamespace)
		namespace = strings.TrimSpace(string(text))
	}
	return newTarget(cfg, access, namespace, ""), nil
}

func newTarget(cfg *rest.Config, access Access, namespace, context string) *Target {
	cfg.QPS = -1
	cfg.UserAgent = access.UserAgent
	if namespace == "" {
		namespace = "default"
	}
	return &Target{Config: cfg, Namespace: namespace, Context: context, Server: cfg.Host}
}

func files(rules *clientcmd.ClientConfigLoadingRules) string {
	if rules.ExplicitPath != "" {
		return rules.ExplicitPath
	}
	return strings.Join(rules.Precedence, string(filepath.ListSeparator))
}

func contexts(raw *api.Config) string {
	if len(raw.Contexts) == 0 {
		return "none"
	}
	return strings.Join(slices.Sorted(maps.Keys(raw.Contexts)), ", ")
}

// configError has the text of its cause and the kind ErrConfig.
type configError struct{ error }

func (e configError) Unwrap() []error { return []error{e.error, ErrConfig} }

func unusable(format string, args ...any) error {
	return configError{fmt.Errorf(format, args...)}
}
