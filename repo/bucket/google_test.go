package bucket

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
	"github.com/helm-dm/helm-dm/repo/repotest"
	"github.com/helm-dm/helm-dm/repo/repotest/suite"
)

func TestGoogleSuite(t *testing.T) {
	t.Parallel()
	server := repotest.GCS(t)
	for name, browsed := range map[string]bool{"index": false, "listing": true} {
		for where, folder := range map[string]string{"bucket": "", "folder": "team/charts"} {
			t.Run(name+" of a "+where, func(t *testing.T) {
				t.Parallel()
				suite.Run(t, func(t *testing.T) suite.Fixture {
					b := server.Bucket(t)
					site := fetch.Site{Location: parsed(t, "gs://"+b.Name()+"/"+folder), Network: loopback()}
					return fixture(t, b, site, folder, browsed, google{storage: server.URL()}.opened)
				})
			})
		}
	}
}

func (g google) opened(t testing.TB, site fetch.Site) repo.Repository {
	t.Helper()
	r, err := open(site, g)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestGooglePairs speaks S3 through a front like Google's, which changes what is
// accepted on the way and knows no conditions.
func TestGooglePairs(t *testing.T) {
	t.Parallel()
	server := repotest.S3(t)
	conditional := func(out http.ResponseWriter, in *http.Request) bool {
		if in.Method == http.MethodPut && (in.Header.Get("If-Match") != "" || in.Header.Get("If-None-Match") != "") {
			return told(http.StatusNotImplemented, "<Error><Code>NotImplemented</Code></Error>")(out, in)
		}
		in.Header.Set("Accept-Encoding", "gzip,gfe")
		return false
	}
	f := before(t, "http://"+server.Address(), conditional)
	suite.Run(t, func(t *testing.T) suite.Fixture {
		b := server.Bucket(t)
		site := fetch.Site{Location: parsed(t, "gs://"+b.Name()), Credential: server.Credential(), Network: loopback()}
		made := fixture(t, b, site, "", false, google{storage: f.server.URL}.opened)
		made.Again = nil
		return made
	})
}

// account is a service account and its token service.
type account struct {
	key    *rsa.PrivateKey
	server *httptest.Server
	token  string
}

func newAccount(t *testing.T) *account {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	a := &account{key: key, token: rand.Text()}
	a.server = httptest.NewServer(http.HandlerFunc(a.serve))
	t.Cleanup(a.server.Close)
	return a
}

// serve gives the token for a statement that the account has signed.
func (a *account) serve(out http.ResponseWriter, in *http.Request) {
	out.Header().Set("Content-Type", "application/json")
	parts := strings.Split(in.FormValue("assertion"), ".")
	if len(parts) != 3 {
		http.Error(out, `{"error": "invalid_request"}`, http.StatusBadRequest)
		return
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil || rsa.VerifyPKCS1v15(&a.key.PublicKey, crypto.SHA256, sum[:], signature) != nil {
		http.Error(out, `{"error": "invalid_grant", "error_description": "BODY-OF-AN-ERROR"}`, http.StatusBadRequest)
		return
	}
	fmt.Fprintf(out, `{"access_token": %q, "token_type": "Bearer", "expires_in": 3600}`, a.token)
}

// file is the key file of the account, with fields changed.
func (a *account) file(t *testing.T, key *rsa.PrivateKey, changes map[string]string) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	fields := map[string]string{
		"type": "service_account", "project_id": "test", "private_key_id": "1", "client_email": "charts@test.example.com",
		"private_key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), "token_uri": a.server.URL,
		"auth_uri": "https://evil.example.com", "universe_domain": "evil.example.com",
	}
	for field, value := range changes {
		fields[field] = value
	}
	text, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestServiceAccount(t *testing.T) {
	t.Parallel()
	server, a := repotest.GCS(t), newAccount(t)
	f := before(t, server.URL(), func(out http.ResponseWriter, in *http.Request) bool {
		if in.Header.Get("Authorization") == "Bearer "+a.token {
			return false
		}
		return told(http.StatusUnauthorized, `{"error": {"code": 401, "message": "Anonymous caller", "errors": [{"reason": "required"}]}}`)(out, in)
	})
	g := google{storage: f.server.URL, token: a.server.URL}
	suite.Run(t, func(t *testing.T) suite.Fixture {
		b := server.Bucket(t)
		site := fetch.Site{
			Location: parsed(t, "gs://"+b.Name()), Network: loopback(),
			Credential: &repo.Credential{Token: "account", Secret: repo.NewSecret(a.file(t, a.key, nil))},
		}
		return fixture(t, b, site, "", false, g.opened)
	})
	t.Run("a key of another", func(t *testing.T) {
		t.Parallel()
		other := newAccount(t)
		r := g.opened(t, fetch.Site{
			Location: parsed(t, "gs://"+server.Bucket(t).Name()), Network: loopback(),
			Credential: &repo.Credential{Secret: repo.NewSecret(a.file(t, other.key, nil))},
		})
		refused(t, r, repo.ErrUnauthorized)
	})
	t.Run("nobody", func(t *testing.T) {
		t.Parallel()
		refused(t, g.opened(t, fetch.Site{Location: parsed(t, "gs://"+server.Bucket(t).Name()), Network: loopback()}), repo.ErrUnauthorized)
	})
}

// refused fails unless listing ends in an error of a kind, which tells nothing
// that it should not.
func refused(t *testing.T, r repo.Repository, kind error) {
	t.Helper()
	_, err := r.List(t.Context(), "", func(repo.Release) error { return errors.New("a release is told of") })
	if !errors.Is(err, kind) {
		t.Fatalf("got %v, want an error that matches %q", err, kind)
	}
	var said *repo.Error
	if !errors.As(err, &said) || strings.ContainsAny(err.Error(), "\n<>{}") || strings.Contains(err.Error(), "BODY-OF-AN-ERROR") {
		t.Errorf("the error says too much: %v", err)
	}
}

func TestKeyFiles(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	g := google{storage: "http://127.0.0.1:9", token: a.server.URL}
	for name, secret := range map[string]string{
		"no JSON":            "{",
		"no object":          `{"type": ["service_account"]}`,
		"a user":             a.file(t, a.key, map[string]string{"type": "authorized_user"}),
		"workload identity":  a.file(t, a.key, map[string]string{"type": "external_account", "token_url": "http://169.254.169.254/"}),
		"impersonation":      a.file(t, a.key, map[string]string{"type": "impersonated_service_account"}),
		"another service":    a.file(t, a.key, map[string]string{"token_uri": "https://oauth2.example.com/token"}),
		"the metadata":       a.file(t, a.key, map[string]string{"token_uri": "http://169.254.169.254/token"}),
		"no key":             a.file(t, a.key, map[string]string{"private_key": ""}),
		"a broken key":       a.file(t, a.key, map[string]string{"private_key": "-----BEGIN PRIVATE KEY-----\nCANARY\n-----END PRIVATE KEY-----\n"}),
		"nobody":             a.file(t, a.key, map[string]string{"client_email": ""}),
		"with spaces before": "\n  {\"type\": \"external_account\"}",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := open(fetch.Site{Location: parsed(t, "gs://bucket"), Credential: &repo.Credential{Secret: repo.NewSecret(secret)}, Network: loopback()}, g)
			if !errors.Is(err, repo.ErrInvalid) {
				t.Fatalf("got %v", err)
			}
			for _, hidden := range []string{"PRIVATE", "CANARY", "169.254", "example.com/token", "{"} {
				if strings.Contains(err.Error(), hidden) {
					t.Errorf("the error tells %q: %v", hidden, err)
				}
			}
		})
	}
}
