package account

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	authv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/kube"
)

// Lifetime of an impersonator token, and how long before its end it is renewed.
const (
	tokenLifetime = time.Hour
	tokenMargin   = 10 * time.Minute
)

// Tokens yields short-lived tokens of the service account namespace/name, by
// TokenRequest: one for all calls, renewed before it ends. The function may be
// called by any number of goroutines.
func (a *Account) Tokens(namespace, name string) func(*http.Request) (string, error) {
	t := &tokens{account: a, namespace: namespace, name: name}
	return func(req *http.Request) (string, error) { return t.get(req.Context()) }
}

type tokens struct {
	account         *Account
	namespace, name string

	asking  kube.Flight // guards writes of present
	present atomic.Pointer[token]
}

type token struct {
	text  string
	until time.Time // when to renew it
}

func (t *tokens) get(ctx context.Context) (string, error) {
	if now := t.present.Load(); now != nil && time.Now().Before(now.until) {
		return now.text, nil
	}
	if err := t.asking.Do(ctx, t.renew); err != nil {
		return "", err
	}
	return t.present.Load().text, nil
}

func (t *tokens) renew(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	seconds := int64(tokenLifetime / time.Second)
	request := &authv1.TokenRequest{Spec: authv1.TokenRequestSpec{ExpirationSeconds: &seconds}}
	answer, err := t.account.client.CoreV1().ServiceAccounts(t.namespace).CreateToken(ctx, t.name, request, metav1.CreateOptions{})
	if err != nil {
		return failing("requesting a token for service account %q: %w", t.namespace+"/"+t.name, err)
	}
	t.present.Store(&token{text: answer.Status.Token, until: answer.Status.ExpirationTimestamp.Add(-tokenMargin)})
	return nil
}
