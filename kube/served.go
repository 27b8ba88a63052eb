package kube

import (
	"errors"
	"fmt"
	"strings"
	"time"

	discovery "k8s.io/api/apidiscovery/v2"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// ErrNoKind is matched by errors about kinds that the cluster does not serve.
var ErrNoKind = errors.New("kind not served by the cluster")

// NoKind is the error about a kind that the cluster does not serve. It matches
// ErrNoKind.
type NoKind struct {
	Kind schema.GroupVersionKind
	// Versions are those in which the cluster does serve the kind, the preferred
	// one first.
	Versions []string
}

func (e *NoKind) Error() string {
	text := fmt.Sprintf("%s: %s %s", ErrNoKind, e.Kind.GroupVersion(), e.Kind.Kind)
	if len(e.Versions) > 0 {
		text += fmt.Sprintf(" (it is served in %s)", strings.Join(e.Versions, ", "))
	}
	return text
}

// Is makes a NoKind match ErrNoKind.
func (e *NoKind) Is(target error) bool { return target == ErrNoKind }

// served is what a cluster serves, as it said at one time. It does not change.
type served struct {
	docs  [2]document // of /api and /apis
	asked time.Time   // when docs were last said to be right
	*index
}

type document struct {
	etag string
	list *discovery.APIGroupDiscoveryList
}

type index struct {
	kinds    map[schema.GroupVersionKind]Resource
	versions map[schema.GroupKind][]string
	names    []string
	stale    map[schema.GroupVersion]bool // whose server did not answer the API server
}

func newIndex(docs [2]document) *index {
	x := &index{
		kinds:    map[schema.GroupVersionKind]Resource{},
		versions: map[schema.GroupKind][]string{},
		stale:    map[schema.GroupVersion]bool{},
	}
	for _, doc := range docs {
		if doc.list == nil {
			continue
		}
		for _, group := range doc.list.Items {
			for _, v := range group.Versions {
				x.add(schema.GroupVersion{Group: group.Name, Version: v.Version}, v)
			}
		}
	}
	return x
}

func (x *index) add(gv schema.GroupVersion, version discovery.APIVersionDiscovery) {
	x.names = append(x.names, gv.String())
	if version.Freshness == discovery.DiscoveryFreshnessStale {
		x.stale[gv] = true
	}
	for _, r := range version.Resources {
		if r.ResponseKind == nil || r.ResponseKind.Kind == "" {
			continue
		}
		kind := gv.WithKind(r.ResponseKind.Kind)
		if _, seen := x.kinds[kind]; seen {
			continue
		}
		x.kinds[kind] = Resource{
			GroupVersionResource: gv.WithResource(r.Resource),
			Kind:                 kind.Kind,
			Namespaced:           r.Scope == discovery.ScopeNamespace,
		}
		x.versions[kind.GroupKind()] = append(x.versions[kind.GroupKind()], gv.Version)
		x.names = append(x.names, gv.String()+"/"+kind.Kind)
	}
}

// find tells how kind is served. A group version whose server does not answer
// may serve anything, so of its kinds nothing can be said.
func (x *index) find(kind schema.GroupVersionKind) (Resource, error) {
	if found, ok := x.kinds[kind]; ok {
		return found, nil
	}
	versions := x.versions[kind.GroupKind()]
	for gv := range x.stale {
		if gv == kind.GroupVersion() || len(versions) == 0 && gv.Group == kind.Group {
			return Resource{}, apierrors.NewServiceUnavailable(fmt.Sprintf(
				"the server of %s does not answer the cluster, so nothing is known of %s: see `kubectl get apiservice`", gv, kind.Kind))
		}
	}
	return Resource{}, &NoKind{Kind: kind, Versions: versions}
}
