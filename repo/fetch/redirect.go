package fetch

import (
	"net/http"

	"github.com/helm-dm/helm-dm/repo"
)

// maxRedirects is how many are followed, as RuleRedirects says.
const maxRedirects = 5

// broken is the rule that a request would break, whatever address is behind it.
func (c *carrier) broken(req *http.Request) Rule {
	plain := req.URL.Scheme == "http"
	switch {
	case !plain && req.URL.Scheme != "https":
		return RuleScheme
	case req.URL.User != nil:
		return RuleUser
	case plain && c.access.Origin.Scheme == "https":
		return RulePlain
	}
	return c.misled(req)
}

// misled is the rule that a redirect would break.
func (c *carrier) misled(req *http.Request) Rule {
	last := before(req)
	if last == nil {
		return ""
	}
	hops, circle := 0, false
	for hop := last; hop != nil; hop = before(hop) {
		hops++
		circle = circle || hop.URL.String() == req.URL.String()
	}
	reads := last.Method == http.MethodGet || last.Method == http.MethodHead
	switch {
	case hops > maxRedirects && circle:
		return RuleCircle
	case hops > maxRedirects:
		return RuleRedirects
	case req.URL.Scheme == "http" && last.URL.Scheme == "https":
		return RulePlain
	case !reads && (req.Method != last.Method || repo.OriginOf(req.URL) != repo.OriginOf(last.URL)):
		return RuleUpload // as a GET it would seem to have succeeded
	}
	return ""
}

// before is the request whose answer redirected to this one, or nil.
func before(req *http.Request) *http.Request {
	if req.Response == nil {
		return nil
	}
	return req.Response.Request
}

// steady says that no redirect on the way to a request has left its origin. One
// that comes back from elsewhere was written by somebody else.
func steady(req *http.Request) bool {
	for hop := before(req); hop != nil; hop = before(hop) {
		if repo.OriginOf(hop.URL) != repo.OriginOf(req.URL) {
			return false
		}
	}
	return true
}
