package kube

import (
	"errors"
	"fmt"
	"net/http"

	"k8s.io/client-go/rest"
)

// ErrNoIdentity is returned where an identity without a user name is to act.
// Without a name no impersonation headers would be sent (CVE-2026-23990), so
// such a request is refused here and never reaches the cluster.
var ErrNoIdentity = errors.New("the caller has no user name")

// Identity is who asked, as kube-apiserver authenticated them. UID, Groups and
// Extra may be empty, User may not.
type Identity struct {
	User   string              `json:"user"`
	UID    string              `json:"uid,omitempty"`
	Groups []string            `json:"groups,omitempty"`
	Extra  map[string][]string `json:"extra,omitempty"`
}

// Owner names the caller as the owner of what they have sent or wait for. The
// UID, where there is one, keeps a user of the same name who came later apart.
func (id Identity) Owner() string { return id.User + "\x00" + id.UID }

// Impersonator builds connections that act as a caller.
type Impersonator struct {
	base      *rest.Config
	discovery *Discovery
}

// NewImpersonator takes the address and the CA of the cluster from base, drops
// every credential in it, and authenticates with the tokens that token yields:
// those of an account that may impersonate and nothing else.
func NewImpersonator(base *rest.Config, token func(*http.Request) (string, error), discovery *Discovery) *Impersonator {
	cfg := rest.AnonymousClientConfig(base)
	cfg.QPS = -1
	cfg.UserAgent = base.UserAgent
	cfg.Wrap(func(next http.RoundTripper) http.RoundTripper {
		return &bearer{token: token, next: next}
	})
	return &Impersonator{base: cfg, discovery: discovery}
}

// As connects as id. It fails with ErrNoIdentity when id has no user name.
func (i *Impersonator) As(id Identity) (*Cluster, error) {
	if id.User == "" {
		return nil, ErrNoIdentity
	}
	cfg := rest.CopyConfig(i.base)
	cfg.Impersonate = rest.ImpersonationConfig{
		UserName: id.User,
		UID:      id.UID,
		Groups:   id.Groups,
		Extra:    id.Extra,
	}
	return NewCluster(cfg, i.discovery)
}

// bearer authenticates each request with a token of its own asking.
type bearer struct {
	token func(*http.Request) (string, error)
	next  http.RoundTripper
}

func (b *bearer) RoundTrip(req *http.Request) (*http.Response, error) {
	token, err := b.token(req)
	if err != nil {
		return nil, fmt.Errorf("authenticating as the impersonator account: %w", err)
	}
	req = req.Clone(req.Context())
	req.Header.Set("Authorization", "Bearer "+token)
	return b.next.RoundTrip(req)
}
