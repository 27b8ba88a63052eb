package account

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	authv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
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

	mu    sync.Mutex
	token string
	until time.Time
}

func (t *tokens) get(ctx context.Context) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if time.Now().Before(t.until) {
		return t.token, nil
	}
	seconds := int64(tokenLifetime / time.Second)
	request := &authv1.TokenRequest{Spec: authv1.TokenRequestSpec{ExpirationSeconds: &seconds}}
	answer, err := t.account.client.CoreV1().ServiceAccounts(t.namespace).CreateToken(ctx, t.name, request, metav1.CreateOptions{})
	if err != nil {
		return "", fmt.Errorf("requesting a token for service account %q: %w", t.namespace+"/"+t.name, err)
	}
	t.token = answer.Status.Token
	t.until = answer.Status.ExpirationTimestamp.Add(-tokenMargin)
	return t.token, nil
}
