package account_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/rest"

	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/kube/account"
)

// server answers requests without a network, so that time can be the test's own.
type server func(*http.Request) (*http.Response, error)

func (s server) RoundTrip(req *http.Request) (*http.Response, error) { return s(req) }

func connect(t *testing.T, s server) *account.Account {
	t.Helper()
	a, err := account.New(&rest.Config{Host: "http://cluster", Transport: s})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func answer(req *http.Request, code int, body string) *http.Response {
	return &http.Response{
		StatusCode: code, Request: req, Body: io.NopCloser(strings.NewReader(body)),
		Header: http.Header{"Content-Type": {"application/json"}},
	}
}

func hang(req *http.Request) (*http.Response, error) {
	<-req.Context().Done()
	return nil, req.Context().Err()
}

// calls are all that the account does.
func calls(a *account.Account) map[string]func(context.Context) error {
	tokens := a.Tokens("helm-dm", "impersonator")
	return map[string]func(context.Context) error{
		"namespace": func(ctx context.Context) error {
			_, _, err := a.Namespace(ctx, "shop")
			return err
		},
		"review": func(ctx context.Context) error {
			_, err := a.Denied(ctx, kube.Identity{User: "ada"}, []kube.Permission{{Verb: "get", Resource: "pods"}})
			return err
		},
		"token": func(ctx context.Context) error {
			_, err := tokens((&http.Request{}).WithContext(ctx))
			return err
		},
	}
}

func TestRefusalsOfTheManagerAreNotTheCallers(t *testing.T) {
	t.Parallel()
	a := connect(t, func(req *http.Request) (*http.Response, error) {
		return answer(req, http.StatusForbidden, `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Forbidden","code":403,"message":"the manager may not"}`), nil
	})
	for name, call := range calls(a) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := call(t.Context())
			var own *account.Error
			if !errors.As(err, &own) || !strings.Contains(err.Error(), "the manager may not") {
				t.Errorf("%v, want an account.Error with the words", err)
			}
			if apierrors.IsForbidden(err) {
				t.Errorf("%v is taken for a refusal of the caller", err)
			}
		})
	}
}

func TestCallsEnd(t *testing.T) {
	t.Parallel()
	for name, call := range calls(connect(t, hang)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				if err := call(t.Context()); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("%v, want that the call had its time", err)
				}
			})
		})
	}
}

func TestTokensWaitNoLongerThanTheirCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		token := calls(connect(t, hang))["token"]
		first := make(chan error, 1)
		go func() { first <- token(t.Context()) }()
		synctest.Wait()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := token(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("%v, want the end of the context", err)
		}
		select {
		case err := <-first:
			t.Errorf("the first ended with the other: %v", err)
		default:
		}
		<-first
	})
}

func TestOneTokenServesAll(t *testing.T) {
	t.Parallel()
	asked := 0
	a := connect(t, func(req *http.Request) (*http.Response, error) {
		asked++
		return answer(req, http.StatusCreated, `{"kind":"TokenRequest","apiVersion":"authentication.k8s.io/v1","status":{"token":"abc","expirationTimestamp":"2999-01-01T00:00:00Z"}}`), nil
	})
	tokens := a.Tokens("helm-dm", "impersonator")
	for range 3 {
		if token, err := tokens((&http.Request{}).WithContext(t.Context())); err != nil || token != "abc" {
			t.Fatalf("token %q (%v)", token, err)
		}
	}
	if asked != 1 {
		t.Errorf("three uses made %d requests, want 1", asked)
	}
}
