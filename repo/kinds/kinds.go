// Package kinds is the list of the kinds of repositories. Whatever the kind, what
// Open returns behaves the same: packages are verified, sizes are bounded, and
// what fails for a passing reason is tried again.
package kinds

import (
	"time"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/bucket"
	"github.com/helm-dm/helm-dm/repo/fetch"
	"github.com/helm-dm/helm-dm/repo/httprepo"
	"github.com/helm-dm/helm-dm/repo/layer"
	"github.com/helm-dm/helm-dm/repo/oci"
)

// fresh is how long what was found is believed.
const fresh = 10 * time.Second

// Open opens the repository at a site; nobody is spoken to yet. The observer hears
// of every call, with the scheme of the location as its kind; nil is nobody. The
// error is one of the site: of its certificates, or of a credential that the kind
// cannot use. What was found in a repository that an administrator added is
// remembered for some seconds.
func Open(site fetch.Site, observer layer.Observer) (repo.Repository, error) {
	if _, err := site.Network.Client(fetch.Access{Roots: site.Roots}); err != nil {
		return nil, err // before a kind finds out with its first use
	}
	r, err := open(site)
	if err != nil {
		return nil, err
	}
	observed := layer.Observe(layer.Retry(layer.Verify(layer.Limit(r))), site.Location.Scheme(), observer)
	if site.Foreign {
		return observed, nil
	}
	return layer.Cache(observed, fresh), nil
}

func open(site fetch.Site) (repo.Repository, error) {
	switch scheme := site.Location.Scheme(); scheme {
	case "https":
		return httprepo.New(site)
	case "s3", "gs", "azblob":
		return bucket.New(site)
	case "oci":
		return oci.New(site)
	default:
		return nil, repo.Fail(repo.ErrInvalid, "opening repository %q: there is no kind for it", site.Location)
	}
}
