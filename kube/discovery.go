package kube

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	discovery "k8s.io/api/apidiscovery/v2"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/version"
	"k8s.io/client-go/rest"
)

// discoveryAccept asks for the aggregated discovery document: one answer for
// all groups instead of one request a group version.
const discoveryAccept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"

// How old an answer may be before it is checked again: about a kind it knows, as
// a list, and about a kind it does not know, which bounds the requests that charts
// can cause. A check costs two requests that are mostly answered 304.
const (
	knownAge   = time.Minute
	listAge    = 10 * time.Second
	unknownAge = time.Second
)

// discoveryTime bounds each request.
const discoveryTime = 10 * time.Second

// Resource is how one kind is served.
type Resource struct {
	schema.GroupVersionResource
	Kind       string
	Namespaced bool
}

// Discovery knows what a cluster serves. It asks as the account it was made
// with; what is served is no secret, every authenticated user may read it. It
// may be shared: one call asks for all that wait, and none of them longer than
// its ctx.
type Discovery struct {
	http *http.Client
	host string

	asking  Flight // guards writes of present
	present atomic.Pointer[served]

	versioning Flight // guards writes of version
	version    atomic.Pointer[release]
}

// release is the cluster's version, valid while it serves what it served then:
// it may have been upgraded when that changes.
type release struct {
	of  *index
	git string
}

// NewDiscovery makes a Discovery that asks with cfg; nothing is asked yet.
func NewDiscovery(cfg *rest.Config) (*Discovery, error) {
	client, err := rest.HTTPClientFor(cfg)
	if err != nil {
		return nil, fmt.Errorf("making a client for discovery: %w", err)
	}
	base, _, err := rest.DefaultServerUrlFor(cfg)
	if err != nil {
		return nil, fmt.Errorf("reading the address of the cluster: %w", err)
	}
	return &Discovery{http: client, host: strings.TrimSuffix(base.String(), "/")}, nil
}

// Resource tells how kind is served. What the cluster said of an unknown kind
// may be a second old, for it may have been added a moment ago: then the error is
// a NoKind, or ServiceUnavailable where the server of its group is away.
func (d *Discovery) Resource(ctx context.Context, kind schema.GroupVersionKind) (Resource, error) {
	now, err := d.fresh(ctx, knownAge)
	if err != nil {
		return Resource{}, err
	}
	if _, known := now.kinds[kind]; !known {
		if now, err = d.fresh(ctx, unknownAge); err != nil {
			return Resource{}, err
		}
	}
	return now.find(kind)
}

// APIVersions lists what the cluster serves as charts see it in
// .Capabilities.APIVersions: "group/version" and "group/version/Kind" (S27).
func (d *Discovery) APIVersions(ctx context.Context) ([]string, error) {
	now, err := d.fresh(ctx, listAge)
	if err != nil {
		return nil, err
	}
	return now.names, nil
}

// Version is the cluster's version as it reports it, for example "v1.36.3".
func (d *Discovery) Version(ctx context.Context) (string, error) {
	var of *index
	if now := d.present.Load(); now != nil {
		of = now.index
	}
	if known := d.version.Load(); known != nil && known.of == of {
		return known.git, nil
	}
	err := d.versioning.Do(ctx, func(ctx context.Context) error {
		var info version.Info
		if _, err := d.get(ctx, "/version", "", "", &info); err != nil {
			return err
		}
		d.version.Store(&release{of: of, git: info.GitVersion})
		return nil
	})
	if err != nil {
		return "", err
	}
	return d.version.Load().git, nil
}

// fresh is what the cluster serves, as it said less than age ago.
func (d *Discovery) fresh(ctx context.Context, age time.Duration) (*served, error) {
	if now := d.present.Load(); now != nil && time.Since(now.asked) < age {
		return now, nil
	}
	if err := d.asking.Do(ctx, d.refresh); err != nil {
		return nil, err
	}
	return d.present.Load(), nil
}

// refresh asks again and rebuilds the index where an answer changed.
func (d *Discovery) refresh(ctx context.Context) error {
	next := served{}
	if now := d.present.Load(); now != nil {
		next = *now
	}
	for i, path := range []string{"/api", "/apis"} {
		list := &discovery.APIGroupDiscoveryList{}
		etag, err := d.get(ctx, path, discoveryAccept, next.docs[i].etag, list)
		if err != nil {
			return err
		}
		if etag == "" || etag != next.docs[i].etag {
			next.docs[i] = document{etag: etag, list: list}
			next.index = nil
		}
	}
	if next.index == nil {
		next.index = newIndex(next.docs)
	}
	next.asked = time.Now()
	d.present.Store(&next)
	return nil
}

// get decodes the JSON at path into out, or leaves out alone when the server
// says that etag is still the present one.
func (d *Discovery) get(ctx context.Context, path, accept, etag string, out any) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, discoveryTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, d.host+path, nil)
	if err != nil {
		return "", fmt.Errorf("asking the cluster for %q: %w", path, err)
	}
	if accept != "" {
		req.Header.Set("Accept", accept)
	}
	if etag != "" {
		req.Header.Set("If-None-Match", etag)
	}
	resp, err := d.http.Do(req)
	if err != nil {
		return "", fmt.Errorf("asking the cluster for %q: %w", path, err)
	}
	defer resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusNotModified:
		return etag, nil
	case http.StatusOK:
	default:
		return "", fmt.Errorf("asking the cluster for %q: %s", path, resp.Status)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, 64<<20))
	if err != nil {
		return "", fmt.Errorf("reading the cluster's answer for %q: %w", path, err)
	}
	if err := json.Unmarshal(body, out); err != nil {
		return "", fmt.Errorf("reading the cluster's answer for %q: %w", path, err)
	}
	return resp.Header.Get("Etag"), nil
}
