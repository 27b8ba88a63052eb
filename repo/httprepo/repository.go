package httprepo

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
)

const indexName = "index.yaml"

// repository is a folder of a web server.
type repository struct {
	site   fetch.Site
	base   *url.URL // ends in a slash
	client *http.Client
	turn   chan struct{} // holds one: who has it may change the index
}

// New opens the repository at a location whose scheme is https. It asks nobody
// anything. The error is one of the site's Roots, and matches repo.ErrInvalid.
func New(site fetch.Site) (repo.Repository, error) {
	client, err := site.Network.Client(fetch.Access{
		Origin:     site.Location.Origin(),
		Credential: site.Credential,
		Roots:      site.Roots,
	})
	if err != nil {
		return nil, err
	}
	return &repository{
		site:   site,
		base:   baseOf(site.Location),
		client: client,
		turn:   make(chan struct{}, 1),
	}, nil
}

func baseOf(l repo.Location) *url.URL {
	base := &url.URL{Scheme: "https", Host: l.Host(), Path: strings.TrimSuffix("/"+l.Path(), "/") + "/"}
	if l.Plain() {
		base.Scheme = "http"
	}
	return escape(base)
}

// file is the address of a file of the folder.
func (r *repository) file(name string) *url.URL {
	return escape(r.base.JoinPath(name))
}
