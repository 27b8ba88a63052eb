package repotest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

const (
	tokenPath     = "/token"
	tokenIssuer   = "tokens.example.com"
	tokenAudience = "registry.example.com"
	tokenKey      = "key"
	tokenLife     = time.Hour
)

// Tokens is a service that issues tokens for a registry, as the distribution
// project describes them.
type Tokens struct {
	// User and Password get tokens for everything that is asked for.
	User, Password string
	// Public says that everybody gets tokens to pull with. Without it who does not
	// say who they are is refused.
	Public bool

	server *httptest.Server // nil where the registry's own is used
	key    *ecdsa.PrivateKey

	mu       sync.Mutex
	requests []Request
}

// NewTokens returns a service that is part of a registry.
func NewTokens(t testing.TB, user, password string, public bool) *Tokens {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &Tokens{User: user, Password: password, Public: public, key: key}
}

// Apart gives the service an origin of its own.
func (s *Tokens) Apart(t testing.TB, plain bool) *Tokens {
	t.Helper()
	s.server = serve(t, plain, http.HandlerFunc(s.serve))
	return s
}

// URL is https://HOST:PORT, or http://; empty for a part of a registry.
func (s *Tokens) URL() string {
	if s.server == nil {
		return ""
	}
	return s.server.URL
}

// Requests are all that have arrived, in order.
func (s *Tokens) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// realm is the address of the service, of a registry at an address.
func (s *Tokens) realm(registry string) string {
	if s.server != nil {
		registry = s.server.URL
	}
	return registry + tokenPath
}

// keys are those that the registry checks tokens with, as JSON (RFC 7517).
func (s *Tokens) keys(t testing.TB) []byte {
	t.Helper()
	public, err := s.key.PublicKey.Bytes() // 4, x and y
	if err != nil {
		t.Fatal(err)
	}
	text := base64.RawURLEncoding.EncodeToString
	out, err := json.Marshal(map[string]any{"keys": []map[string]string{{
		"kty": "EC", "crv": "P-256", "kid": tokenKey, "use": "sig", "alg": "ES256", "x": text(public[1:33]), "y": text(public[33:]),
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// grant is one thing that a token allows.
type grant struct {
	Type    string   `json:"type"`
	Name    string   `json:"name"`
	Actions []string `json:"actions"`
}

func (s *Tokens) serve(out http.ResponseWriter, in *http.Request) {
	s.mu.Lock()
	s.requests = append(s.requests, Request{in.Method, in.RequestURI, in.Header.Clone()})
	s.mu.Unlock()
	user, password, said := in.BasicAuth()
	known := said && same(user, s.User) && same(password, s.Password)
	if !known && (said || !s.Public) {
		http.Error(out, "BODY-OF-AN-ERROR", http.StatusUnauthorized)
		return
	}
	now := time.Now()
	token := jwt.NewWithClaims(jwt.SigningMethodES256, jwt.MapClaims{
		"iss": tokenIssuer, "aud": tokenAudience, "sub": user, "jti": rand.Text(),
		"iat": now.Unix(), "nbf": now.Add(-time.Minute).Unix(), "exp": now.Add(tokenLife).Unix(),
		"access": grants(in.URL.Query()["scope"], known),
	})
	token.Header["kid"] = tokenKey
	signed, err := token.SignedString(s.key)
	if err != nil {
		http.Error(out, "signing failed", http.StatusInternalServerError)
		return
	}
	out.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(out).Encode(map[string]string{"token": signed}) // a client that hangs up
}

// grants are what scopes ask for, as TYPE:NAME:ACTION,ACTION: everything for those
// who are known, else pulling.
func grants(scopes []string, known bool) []grant {
	out := []grant{}
	for _, scope := range scopes {
		parts := strings.Split(scope, ":")
		if len(parts) != 3 {
			continue
		}
		actions := strings.Split(parts[2], ",")
		if !known {
			actions = slices.DeleteFunc(actions, func(action string) bool { return action != "pull" })
		}
		out = append(out, grant{parts[0], parts[1], actions})
	}
	return out
}
