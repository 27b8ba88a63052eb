package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apiserver/pkg/authentication/authenticator"
	"k8s.io/apiserver/pkg/authentication/authenticatorfactory"
	"k8s.io/apiserver/pkg/authentication/request/headerrequest"
	"k8s.io/apiserver/pkg/authentication/user"
	genericapiserver "k8s.io/apiserver/pkg/server"
	"k8s.io/apiserver/pkg/server/dynamiccertificates"
	genericoptions "k8s.io/apiserver/pkg/server/options"
	"k8s.io/client-go/kubernetes"
)

// Where kube-apiserver publishes how its front proxy is to be recognised.
const (
	proxyNamespace = "kube-system"
	proxyConfigMap = "extension-apiserver-authentication"
)

// tokenAge is how long a reviewed token is believed.
const tokenAge = 10 * time.Second

// caPatience is how long a start waits for the front proxy's CA.
const caPatience = 30 * time.Second

// authenticate sets up who may come in, and as whom.
func authenticate(ctx context.Context, config *genericapiserver.Config, client kubernetes.Interface) error {
	proxy, err := frontProxy(ctx, client)
	if err != nil {
		return err
	}
	proxied, _, err := authenticatorfactory.DelegatingAuthenticatorConfig{RequestHeaderConfig: proxy}.New()
	if err != nil {
		return fmt.Errorf("setting up front-proxy authentication: %w", err)
	}
	reviewed, _, err := authenticatorfactory.DelegatingAuthenticatorConfig{
		TokenAccessReviewClient:  client.AuthenticationV1(),
		TokenAccessReviewTimeout: 10 * time.Second,
		WebhookRetryBackoff:      genericoptions.DefaultAuthWebhookRetryBackoff(),
		CacheTTL:                 tokenAge,
	}.New()
	if err != nil {
		return fmt.Errorf("setting up token authentication: %w", err)
	}
	config.Authentication.RequestHeaderConfig = proxy
	config.Authentication.Authenticator = byPath(proxied, reviewed)
	return config.Authentication.ApplyClientCert(proxy.CAContentProvider, config.SecureServing)
}

// byPath lets tokens in to health checks and metrics, and the front proxy to
// everything else. A user name is required either way, and nobody's is none.
func byPath(proxied, reviewed authenticator.Request) authenticator.Request {
	return authenticator.RequestFunc(func(req *http.Request) (*authenticator.Response, bool, error) {
		from := proxied
		if operational(req.URL.Path) {
			from = reviewed
		}
		answer, ok, err := from.AuthenticateRequest(req)
		if !ok || err != nil {
			return nil, false, err
		}
		if answer.User == nil || answer.User.GetName() == "" {
			return nil, false, errors.New("the request carries no user name")
		}
		if answer.User.GetName() == user.Anonymous {
			return nil, false, errors.New("the request is anonymous: log in to the cluster")
		}
		return answer, true, nil
	})
}

func operational(path string) bool {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	switch first {
	case "metrics", "healthz", "livez", "readyz":
		return true
	}
	return false
}

// frontProxy reads, and keeps reading until ctx ends, how the front proxy is
// recognised. A cluster that would take any certificate of the proxy's CA is
// refused: name the proxy with --requestheader-allowed-names.
func frontProxy(ctx context.Context, client kubernetes.Interface) (*authenticatorfactory.RequestHeaderConfig, error) {
	authority, err := dynamiccertificates.NewDynamicCAFromConfigMapController(
		"front-proxy", proxyNamespace, proxyConfigMap, "requestheader-client-ca-file", client)
	if err != nil {
		return nil, fmt.Errorf("reading the front proxy's CA: %w", err)
	}
	live := &genericoptions.DynamicRequestHeaderController{
		ConfigMapCAController: authority,
		RequestHeaderAuthRequestController: headerrequest.NewRequestHeaderAuthRequestController(proxyConfigMap, proxyNamespace, client,
			"requestheader-username-headers", "requestheader-uid-headers", "requestheader-group-headers",
			"requestheader-extra-headers-prefix", "requestheader-allowed-names"),
	}
	if err := live.RunOnce(ctx); err != nil {
		return nil, fmt.Errorf("reading how to recognise the front proxy from configmap %s/%s: %w", proxyNamespace, proxyConfigMap, err)
	}
	go live.Run(ctx, 1)
	err = wait.PollUntilContextTimeout(ctx, 20*time.Millisecond, caPatience, true, func(context.Context) (bool, error) {
		return len(live.CurrentCABundleContent()) > 0, nil
	})
	if err != nil { // without it every request would be refused
		return nil, fmt.Errorf("reading the front proxy's CA from configmap %s/%s: %w", proxyNamespace, proxyConfigMap, err)
	}
	if len(live.AllowedClientNames()) == 0 || len(live.UsernameHeaders()) == 0 {
		return nil, fmt.Errorf("configmap %s/%s names no front proxy or no header for user names: "+
			"start kube-apiserver with --requestheader-allowed-names and --requestheader-username-headers", proxyNamespace, proxyConfigMap)
	}
	return &authenticatorfactory.RequestHeaderConfig{
		CAContentProvider:   followed{live},
		UsernameHeaders:     headerrequest.StringSliceProviderFunc(live.UsernameHeaders),
		UIDHeaders:          headerrequest.StringSliceProviderFunc(live.UIDHeaders),
		GroupHeaders:        headerrequest.StringSliceProviderFunc(live.GroupHeaders),
		ExtraHeaderPrefixes: headerrequest.StringSliceProviderFunc(live.ExtraHeaderPrefixes),
		AllowedClientNames:  headerrequest.StringSliceProviderFunc(func() []string { return neverAll(live.AllowedClientNames()) }),
	}, nil
}

// followed hides from the API server that the provider could be run: it is.
type followed struct {
	dynamiccertificates.CAContentProvider
}

// neverAll keeps a list that became empty from meaning everybody.
func neverAll(names []string) []string {
	if len(names) == 0 {
		return []string{"\x00"}
	}
	return names
}
