package bucket

import (
	"context"
	"net/http"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
)

// New returns the repository in a bucket. It is reached with the first use. The
// error is about the location or the credential, and matches repo.ErrInvalid.
func New(site fetch.Site) (repo.Repository, error) {
	return open(site, google{"https://storage.googleapis.com", "https://oauth2.googleapis.com/token"})
}

// repository is a bucket that may have to be looked for first.
type repository struct {
	site    fetch.Site
	outside *http.Client
	open    func(context.Context) (*store, error)
	gate    chan struct{} // holds one while found is looked at
	// found is nil until the bucket was reached.
	found *store
	// keeping holds one while a package is kept: who writes one by one loses
	// nothing, even where the store knows no conditions.
	keeping chan struct{}
}

func open(site fetch.Site, g google) (*repository, error) {
	outside, err := site.Network.Client(fetch.Access{Origin: site.Location.Origin(), Roots: site.Roots})
	if err != nil {
		return nil, err
	}
	r := &repository{site: site, outside: outside, gate: make(chan struct{}, 1), keeping: make(chan struct{}, 1)}
	switch site.Location.Scheme() {
	case "s3":
		r.open = amazon(site)
	case "gs":
		r.open, err = g.open(site)
	case "azblob":
		r.open, err = azure(site)
	default:
		err = repo.Fail(repo.ErrInvalid, "opening repository %q: it is no bucket", site.Location.String())
	}
	if err != nil {
		return nil, err
	}
	return r, nil
}

// reach returns the bucket, which one caller at a time looks for.
func (r *repository) reach(ctx context.Context) (*store, error) {
	leave, err := r.enter(ctx, r.gate)
	if err != nil {
		return nil, err
	}
	defer leave()
	if r.found != nil {
		return r.found, nil
	}
	found, err := r.open(ctx)
	if err != nil {
		return nil, err
	}
	found.outside = r.outside
	r.found = found
	return found, nil
}

// enter waits until a gate is free, and returns what leaves it.
func (r *repository) enter(ctx context.Context, gate chan struct{}) (leave func(), err error) {
	select {
	case gate <- struct{}{}:
		return func() { <-gate }, nil
	case <-ctx.Done():
		return nil, fetch.Explain("waiting for "+r.site.Location.String(), ctx.Err())
	}
}

// client is one that a library proves itself with, at an origin. A redirect is
// nothing that a store sends, and what is signed for one address is worth nothing
// at another.
func client(site fetch.Site, at repo.Origin) (*http.Client, error) {
	c, err := site.Network.Client(fetch.Access{Origin: at, Roots: site.Roots})
	if err != nil {
		return nil, err
	}
	return &http.Client{Transport: bounds{c.Transport}, CheckRedirect: stay}, nil
}

func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
