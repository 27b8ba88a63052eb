package fetch

import (
	"io"
	"net/http"
	"slices"

	"github.com/helm-dm/helm-dm/repo"
)

// carrier is the transport of a client. It sees every request, those of redirects
// too, and returns errors that are an *repo.Error or the context's.
type carrier struct {
	access  Access
	network *Network
	next    http.RoundTripper
}

// RoundTrip is that of http.RoundTripper.
func (c *carrier) RoundTrip(req *http.Request) (*http.Response, error) {
	if rule := c.broken(req); rule != "" {
		discard(req.Body)
		return nil, classify(&Refusal{Rule: rule, Host: req.URL.Hostname()})
	}
	w, ctx := watching(req, c.network.policy)
	out := req.Clone(ctx)
	c.dress(req, out)
	resp, err := c.send(out)
	if err != nil {
		w.end()
		return nil, w.explain(err)
	}
	resp.Request = req // not the one that carries a credential
	if req.Method != http.MethodHead && resp.ContentLength > c.network.most {
		discard(resp.Body)
		w.end()
		return nil, tooLarge(c.network.most)
	}
	resp.Body = &body{from: resp.Body, most: c.network.most, watch: w}
	return resp, nil
}

// send sends a request, and once more with a bearer token where that is wanted
// instead of a password.
func (c *carrier) send(req *http.Request) (*http.Response, error) {
	resp, err := c.next.RoundTrip(req)
	if err != nil || resp.StatusCode != http.StatusUnauthorized || !c.proves(req) || !wantsBearer(resp.Header, repo.OriginOf(req.URL)) {
		return resp, err
	}
	again := req.Clone(req.Context())
	if req.Body != nil && req.Body != http.NoBody {
		if req.GetBody == nil {
			return resp, nil
		}
		if again.Body, err = req.GetBody(); err != nil {
			return resp, nil //nolint:nilerr // the first answer stands
		}
	}
	discard(resp.Body)
	again.Header.Set("Authorization", "Bearer "+c.access.Credential.Secret.Reveal())
	return c.next.RoundTrip(again)
}

// dress gives the request that is sent what it may carry: the credential, or what
// a library has set, and elsewhere nothing that could prove who is asking.
func (c *carrier) dress(req, out *http.Request) {
	switch {
	case c.proves(req):
		out.SetBasicAuth(c.access.Credential.Token, c.access.Credential.Secret.Reveal())
	case !c.trusts(req):
		for name := range out.Header {
			if !slices.Contains(harmless(), name) {
				delete(out.Header, name)
			}
		}
	}
	out.Header.Del("Referer") // its query may be a signature
	if out.Header.Get("User-Agent") == "" {
		out.Header.Set("User-Agent", "helm-dm")
	}
}

// proves says whether the request carries the credential.
func (c *carrier) proves(req *http.Request) bool {
	return c.access.Credential != nil && repo.OriginOf(req.URL) == c.access.Origin && steady(req)
}

// trusts says whether the request carries what a library has set.
func (c *carrier) trusts(req *http.Request) bool {
	return c.access.Credential == nil && slices.Contains(c.access.origins(), repo.OriginOf(req.URL)) && steady(req)
}

// harmless are the headers that may go anywhere.
func harmless() []string {
	return []string{"Accept", "Accept-Encoding", "Accept-Language", "Cache-Control", "Content-Encoding", "Content-Length",
		"Content-Type", "If-Match", "If-Modified-Since", "If-None-Match", "If-Unmodified-Since", "Range", "User-Agent"}
}

func discard(body io.Closer) {
	if body != nil {
		_ = body.Close() // nothing was wanted of it
	}
}
