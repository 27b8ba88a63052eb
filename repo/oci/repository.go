package oci

import (
	"fmt"
	"net/http"
	"net/netip"
	"net/url"

	"oras.land/oras-go/v2/registry"
	"oras.land/oras-go/v2/registry/remote"
	"oras.land/oras-go/v2/registry/remote/auth"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
)

// Bounds of what a registry may send, besides those of package repo.
const (
	maxMetadata = 4 << 20 // of a manifest, or a page of names or tags, in bytes
	maxConfig   = 1 << 20 // of a chart's metadata, in bytes
	maxPages    = 1000    // of a list
	pageSize    = 1000    // that is asked for; registries may give less
)

// repository is a namespace of a registry.
type repository struct {
	location repo.Location
	registry registry.Reference // without a repository
	origin   repo.Origin
	client   *http.Client
	login    auth.Credential // empty for anybody
}

// New returns the repository at a location whose scheme is oci.
func New(site fetch.Site) (repo.Repository, error) {
	r := &repository{location: site.Location, registry: registry.Reference{Registry: site.Location.Host()}}
	if err := r.registry.ValidateRegistry(); err != nil {
		return nil, repo.Fail(repo.ErrInvalid, "opening repository %q: its host cannot be read", r.location)
	}
	if path := site.Location.Path(); path != "" && !isPath(path) {
		return nil, repo.Fail(repo.ErrInvalid, "opening repository %q: a registry has no such namespace", r.location).
			Mend("write it in lower case, with letters and digits between what else it has")
	}
	// Docker Hub is reached at another host than the one it is called by.
	r.origin = repo.OriginOf(&url.URL{Scheme: site.Location.Origin().Scheme, Host: r.registry.Host()})
	client, err := site.Network.Client(fetch.Access{Origin: r.origin, Roots: site.Roots})
	if err != nil {
		return nil, fmt.Errorf("opening repository %q: %w", r.location, err)
	}
	r.client = &http.Client{Transport: &guard{origin: r.origin, next: client.Transport}}
	if c := site.Credential; c != nil {
		if c.Token == "" || c.Secret.Reveal() == "" {
			return nil, repo.Fail(repo.ErrInvalid, "opening repository %q: a registry wants a user and a password, and the credential lacks one", r.location)
		}
		r.login = auth.Credential{Username: c.Token, Password: c.Secret.Reveal()}
	}
	return r, nil
}

// session is the registry as one operation sees it. What proves who is asking is
// kept as long as that, so that neither its age nor its amount matters.
func (r *repository) session() *session {
	reg := &remote.Registry{}
	reg.Reference = r.registry
	reg.PlainHTTP = r.location.Plain()
	reg.TagListPageSize, reg.TagListMaxPages, reg.MaxMetadataBytes = pageSize, maxPages, maxMetadata
	reg.Client = &auth.Client{
		Client:               r.client,
		Credential:           auth.StaticCredential(r.registry.Host(), r.login),
		Cache:                auth.NewCache(),
		BlockedRealmPrefixes: []netip.Prefix{}, // the network judges what it dials
	}
	return &session{repository: r, remote: reg}
}

type session struct {
	*repository
	remote *remote.Registry
}

// address is what a release is printed as.
func (r *repository) address(name, at string) string {
	separator := ":"
	if isDigest(at) {
		separator = "@"
	}
	return r.location.String() + "/" + name + separator + at
}
