package httprepo

import (
	"net/url"
	"slices"
	"strings"

	"github.com/helm-dm/helm-dm/repo"
)

// resolve makes an address of what the index says. It may be complete, or be
// read from the folder of the repository as Helm does, wherever the index itself
// came from.
func (r *repository) resolve(written string) (*url.URL, error) {
	at, err := url.Parse(written)
	switch {
	case err != nil || written == "":
		return nil, r.misled("that cannot be read")
	case at.User != nil:
		return nil, r.misled("that holds a user or a password")
	case at.Scheme != "" && at.Scheme != "https" && at.Scheme != "http":
		return nil, r.misled("whose protocol is %.20q", at.Scheme)
	case leadsUp(at.Path):
		return nil, r.misled("that leads up and out of a folder")
	}
	at = r.base.ResolveReference(at)
	at.Fragment, at.RawFragment = "", ""
	return escape(at), nil
}

func (r *repository) misled(how string, args ...any) *repo.Error {
	return repo.Fail(repo.ErrInvalid, "fetching from repository %q: the index gives the package an address "+how, append([]any{r.site.Location}, args...)...)
}

// leadsUp looks for dots that some server resolves, with either kind of slash.
func leadsUp(path string) bool {
	segments := strings.FieldsFunc(path, func(c rune) bool { return c == '/' || c == '\\' })
	return slices.ContainsFunc(segments, repo.Ascends)
}

// escape sends the + of a version as %2B, because S3 takes it for a blank
// otherwise.
func escape(at *url.URL) *url.URL {
	out := *at
	out.RawPath = strings.ReplaceAll(at.EscapedPath(), "+", "%2B")
	return &out
}
