package fetch

import (
	"net/http"
	"net/url"
	"regexp"

	"github.com/helm-dm/helm-dm/repo"
)

var (
	bearerPattern = regexp.MustCompile(`(?i)(?:^|,)\s*bearer(?:[\s,]|$)`)
	realmPattern  = regexp.MustCompile(`(?i)\brealm\s*=\s*"?([^",\s]*)`)
)

// wantsBearer says whether a challenge (RFC 9110, section 11.6.1) asks for a
// bearer token, and not for one that is to be fetched from a service elsewhere.
func wantsBearer(h http.Header, o repo.Origin) bool {
	for _, challenge := range h.Values("WWW-Authenticate") {
		at := bearerPattern.FindStringIndex(challenge)
		if at == nil {
			continue
		}
		realm := realmPattern.FindStringSubmatch(challenge[at[0]:])
		if realm == nil {
			return true
		}
		u, err := url.Parse(realm[1])
		if err != nil || u.Host == "" || repo.OriginOf(u) == o {
			return true
		}
	}
	return false
}
