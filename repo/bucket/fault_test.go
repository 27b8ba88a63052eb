package bucket

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
	"github.com/helm-dm/helm-dm/repo/repotest"
)

// TestRefusals asks a real store for what it does not give.
func TestRefusals(t *testing.T) {
	t.Parallel()
	server := repotest.S3(t)
	b := server.Bucket(t)
	right := server.Credential()
	for name, test := range map[string]struct {
		address    string
		credential *repo.Credential
		network    *fetch.Network
		kind       error
		says       string
	}{
		"a wrong secret": {credential: &repo.Credential{Token: right.Token, Secret: repo.NewSecret(rand.Text())}, kind: repo.ErrUnauthorized, says: "SignatureDoesNotMatch"},
		"a wrong token":  {credential: &repo.Credential{Token: rand.Text(), Secret: right.Secret}, kind: repo.ErrUnauthorized, says: "InvalidAccessKeyId"},
		"nobody":         {kind: repo.ErrUnauthorized, says: "AccessDenied"},
		"no bucket":      {address: "s3+http://" + server.Address() + "/nothing", credential: right, kind: repo.ErrNotFound, says: "no such bucket"},
		"unreachable":    {address: "s3+http://127.0.0.1:1/bucket", credential: right, kind: repo.ErrUnavailable, says: "nobody listens"},
		"no TLS":         {address: "s3://" + server.Address() + "/bucket", credential: right, kind: repo.ErrUnavailable, says: "TLS"},
		"forbidden":      {credential: right, network: fetch.New(fetch.Policy{}), kind: repo.ErrRefused, says: "private"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := fetch.Site{Location: b.Location(t, ""), Credential: test.credential, Network: loopback()}
			if test.address != "" {
				site.Location = parsed(t, test.address)
			}
			if test.network != nil {
				site.Network = test.network
			}
			for what, err := range each(t, opened(t, site)) {
				if !errors.Is(err, test.kind) || !strings.Contains(err.Error(), test.says) {
					t.Errorf("%s: %v, want an error that matches %q and says %q", what, err, test.kind, test.says)
				}
				if err != nil && test.credential != nil && strings.Contains(err.Error(), test.credential.Secret.Reveal()) {
					t.Errorf("%s: the error tells the secret", what)
				}
			}
		})
	}
}

// each does everything that a repository can, and returns how it ends.
func each(t *testing.T, r repo.Repository) map[string]error {
	t.Helper()
	_, list := r.List(t.Context(), "", func(repo.Release) error { return nil })
	_, find := r.Find(t.Context(), "foo")
	_, fetched := r.Fetch(t.Context(), repo.Release{Name: "foo", Version: "1.0.0", At: "foo-1.0.0.tgz"})
	_, keep := r.Keep(t.Context(), repotest.Pack(t, repotest.Chart("foo", "1.0.0"), ""), false)
	return map[string]error{"listing": list, "finding": find, "fetching": fetched, "keeping": keep}
}

// TestAnswers says what each answer of S3 means.
func TestAnswers(t *testing.T) {
	t.Parallel()
	const code = "<Error><Code>%s</Code><Message>CANARY of the body</Message><RequestId>1</RequestId></Error>"
	for name, test := range map[string]struct {
		status int
		body   string
		kind   error
		says   string
	}{
		"clocks":         {http.StatusForbidden, fmt.Sprintf(code, "RequestTimeTooSkewed"), repo.ErrUnavailable, "clock"},
		"region":         {http.StatusMovedPermanently, fmt.Sprintf(code, "PermanentRedirect"), repo.ErrUnavailable, "region"},
		"elsewhere":      {http.StatusTemporaryRedirect, "", repo.ErrUnavailable, "region"},
		"busy":           {http.StatusServiceUnavailable, fmt.Sprintf(code, "SlowDown"), repo.ErrUnavailable, "no more"},
		"too many":       {http.StatusTooManyRequests, "", repo.ErrUnavailable, "no more"},
		"broken":         {http.StatusInternalServerError, fmt.Sprintf(code, "InternalError"), repo.ErrUnavailable, "broken"},
		"denied":         {http.StatusForbidden, "", repo.ErrUnauthorized, "rights"},
		"who":            {http.StatusUnauthorized, "<html>CANARY</html>", repo.ErrUnauthorized, "missing"},
		"a strange word": {http.StatusBadRequest, fmt.Sprintf(code, "CANARY \x1b[31m"), repo.ErrInvalid, "Bad Request"},
		"not XML":        {http.StatusBadGateway, strings.Repeat("CANARY", 1<<18), repo.ErrUnavailable, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := before(t, "http://127.0.0.1:9", func(out http.ResponseWriter, in *http.Request) bool {
				if in.Method == http.MethodHead {
					return told(http.StatusForbidden, "")(out, in)
				}
				return told(test.status, test.body)(out, in)
			})
			site := fetch.Site{Location: parsed(t, "s3+"+f.server.URL+"/bucket"), Credential: &repo.Credential{Token: "t", Secret: repo.NewSecret("s")}, Network: loopback()}
			for what, err := range each(t, opened(t, site)) {
				if !errors.Is(err, test.kind) || !strings.Contains(err.Error(), test.says) {
					t.Errorf("%s: %v, want an error that matches %q and says %q", what, err, test.kind, test.says)
				}
				if err != nil && strings.Contains(err.Error(), "CANARY") {
					t.Errorf("%s: the error quotes the body: %v", what, err)
				}
			}
		})
	}
}
