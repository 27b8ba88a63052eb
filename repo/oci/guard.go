package oci

import (
	"net/http"

	"github.com/helm-dm/helm-dm/repo"
)

// guard refuses requests that would prove who is asking at another origin than
// that of the registry: the library makes one where a challenge names a token
// service elsewhere.
type guard struct {
	origin repo.Origin
	next   http.RoundTripper
}

// RoundTrip is that of http.RoundTripper.
func (g *guard) RoundTrip(req *http.Request) (*http.Response, error) {
	asked := repo.OriginOf(req.URL)
	if asked == g.origin || asked.Host == "" || req.Header.Get("Authorization") == "" {
		return g.next.RoundTrip(req) // without a host, it is refused there
	}
	if req.Body != nil {
		_ = req.Body.Close() // nothing was sent of it
	}
	return nil, repo.Fail(repo.ErrRefused, "the registry wants its credential sent to %.253q, and none is sent to another origin than its own", asked).
		Mend("use it without a credential: what is public there can be fetched so")
}
