package kube

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	discovery "k8s.io/api/apidiscovery/v2"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/version"
	"k8s.io/client-go/rest"
)

// discoveryAccept asks for the aggregated discovery document: one answer for
// all groups instead of one request a group version.
const discoveryAccept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"

// discoveryAge is how old an answer may be before it is checked again. A check
// costs two requests that are mostly answered 304.
const discoveryAge = 10 * time.Second

// ErrNoKind is matched by errors about kinds that the cluster does not serve.
var ErrNoKind = errors.New("kind not served by the cluster")

// Resource is how one kind is served.
type Resource struct {
	schema.GroupVersionResource
	Kind       string
	Namespaced bool
}

// Discovery knows what a cluster serves. It asks as the account it was made
// with; what is served is no secret, every authenticated user may read it. It
// may be shared.
type Discovery struct {
	http *http.Client
	host string

	mu    sync.Mutex
	docs  [2]document // of /api and /apis
	kinds map[schema.GroupVersionKind]Resource
	names []string
	asked time.Time
	git   string
}

type document struct {
	etag string
	list *discovery.APIGroupDiscoveryList
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

// Resource tells how kind is served. An unknown kind is asked for once more,
// for it may have been added a moment ago; then the error matches ErrNoKind.
func (d *Discovery) Resource(ctx context.Context, kind schema.GroupVersionKind) (Resource, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if found, ok := d.kinds[kind]; ok && time.Since(d.asked) < time.Minute {
		return found, nil
	}
	if err := d.refresh(ctx); err != nil {
		return Resource{}, err
	}
	found, ok := d.kinds[kind]
	if !ok {
		return Resource{}, fmt.Errorf("%w: %s %s", ErrNoKind, kind.GroupVersion(), kind.Kind)
	}
	return found, nil
}

// APIVersions lists what the cluster serves as charts see it in
// .Capabilities.APIVersions: "group/version" and "group/version/Kind" (S27).
func (d *Discovery) APIVersions(ctx context.Context) ([]string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if time.Since(d.asked) >= discoveryAge {
		if err := d.refresh(ctx); err != nil {
			return nil, err
		}
	}
	return d.names, nil
}

// Version is the cluster's version as it reports it, for example "v1.36.3".
func (d *Discovery) Version(ctx context.Context) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.git != "" {
		return d.git, nil
	}
	var info version.Info
	if _, err := d.get(ctx, "/version", "", "", &info); err != nil {
		return "", err
	}
	d.git = info.GitVersion
	return d.git, nil
}

// refresh asks again and rebuilds the index where an answer changed. A version
// is asked for anew with it, for the cluster may have been upgraded.
func (d *Discovery) refresh(ctx context.Context) error {
	changed := false
	for i, path := range []string{"/api", "/apis"} {
		list := &discovery.APIGroupDiscoveryList{}
		etag, err := d.get(ctx, path, discoveryAccept, d.docs[i].etag, list)
		if err != nil {
			return err
		}
		if list.Items != nil {
			d.docs[i] = document{etag: etag, list: list}
			changed = true
		}
	}
	d.asked = time.Now()
	if changed {
		d.git = ""
		d.index()
	}
	return nil
}

func (d *Discovery) index() {
	d.kinds = map[schema.GroupVersionKind]Resource{}
	d.names = nil
	for _, doc := range d.docs {
		if doc.list == nil {
			continue
		}
		for _, group := range doc.list.Items {
			for _, v := range group.Versions {
				d.indexVersion(schema.GroupVersion{Group: group.Name, Version: v.Version}, v.Resources)
			}
		}
	}
}

func (d *Discovery) indexVersion(gv schema.GroupVersion, resources []discovery.APIResourceDiscovery) {
	d.names = append(d.names, gv.String())
	for _, r := range resources {
		if r.ResponseKind == nil || r.ResponseKind.Kind == "" {
			continue
		}
		kind := gv.WithKind(r.ResponseKind.Kind)
		if _, seen := d.kinds[kind]; seen {
			continue
		}
		d.kinds[kind] = Resource{
			GroupVersionResource: gv.WithResource(r.Resource),
			Kind:                 kind.Kind,
			Namespaced:           r.Scope == discovery.ScopeNamespace,
		}
		d.names = append(d.names, gv.String()+"/"+kind.Kind)
	}
}

// get decodes the JSON at path into out, or leaves out alone when the server
// says that etag is still the present one.
func (d *Discovery) get(ctx context.Context, path, accept, etag string, out any) (string, error) {
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
