package server

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apiserver/pkg/authentication/authenticator"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/authorization/authorizerfactory"
	genericapiserver "k8s.io/apiserver/pkg/server"
	"k8s.io/apiserver/pkg/util/compatibility"
	"k8s.io/client-go/rest"
)

// vouching says that every request is name's.
func vouching(name string) authenticator.Request {
	return authenticator.RequestFunc(func(*http.Request) (*authenticator.Response, bool, error) {
		return &authenticator.Response{User: &user.DefaultInfo{Name: name}}, true, nil
	})
}

func TestByPath(t *testing.T) {
	t.Parallel()
	silent := authenticator.RequestFunc(func(*http.Request) (*authenticator.Response, bool, error) { return nil, false, nil })
	broken := authenticator.RequestFunc(func(*http.Request) (*authenticator.Response, bool, error) {
		return nil, false, errors.New("broken")
	})
	for name, c := range map[string]struct {
		path              string
		proxied, reviewed authenticator.Request
		want              string // user, empty for none
		refused           bool
	}{
		"the API takes the proxy":     {"/apis/dm.helm.sh/v1alpha1", vouching("ada"), vouching("probe"), "ada", false},
		"the API takes no token":      {"/apis/dm.helm.sh/v1alpha1", silent, vouching("probe"), "", false},
		"health takes tokens":         {"/readyz/records", vouching("ada"), vouching("probe"), "probe", false},
		"health takes no proxy":       {"/metrics", vouching("ada"), silent, "", false},
		"no name":                     {"/apis", vouching(""), silent, "", true},
		"anonymous":                   {"/apis", vouching("system:anonymous"), silent, "", true},
		"an authenticator that fails": {"/apis", broken, silent, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer, ok, err := byPath(c.proxied, c.reviewed).AuthenticateRequest(httptest.NewRequest(http.MethodGet, c.path, nil))
			if ok != (c.want != "") || (err != nil) != c.refused {
				t.Fatalf("authenticated %t with error %v, want user %q", ok, err, c.want)
			}
			if ok && answer.User.GetName() != c.want {
				t.Errorf("came in as %q, want %q", answer.User.GetName(), c.want)
			}
		})
	}
}

func TestServerHasNoTokenForItself(t *testing.T) {
	t.Parallel()
	config := genericapiserver.NewRecommendedConfig(serializer.NewCodecFactory(runtime.NewScheme()))
	config.EffectiveVersion = compatibility.DefaultBuildEffectiveVersion()
	config.ExternalAddress = "localhost:8443"
	config.LoopbackClientConfig = &rest.Config{BearerToken: "loopback"}
	config.Authentication.Authenticator = authenticator.RequestFunc(func(*http.Request) (*authenticator.Response, bool, error) {
		return nil, false, nil
	})
	config.Authorization.Authorizer = authorizerfactory.NewAlwaysDenyAuthorizer()
	completed := complete(config)
	req := httptest.NewRequest(http.MethodGet, "/apis/dm.helm.sh/v1alpha1", nil)
	req.Header.Set("Authorization", "Bearer loopback")
	if answer, ok, err := completed.Authentication.Authenticator.AuthenticateRequest(req); ok || err != nil {
		t.Errorf("the loopback token comes in as %v (%v)", answer, err)
	}
}
