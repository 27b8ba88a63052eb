package kube_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	discovery "k8s.io/api/apidiscovery/v2"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"

	"github.com/helm-dm/helm-dm/kube"
)

// listing is an API server that lists groups and serves no object: without a
// network, so that time can be the test's own.
type listing struct {
	mu     sync.Mutex
	groups []discovery.APIGroupDiscovery
	asked  int
	hangs  bool
}

func (l *listing) RoundTrip(req *http.Request) (*http.Response, error) {
	l.mu.Lock()
	hangs, groups := l.hangs, l.groups
	l.asked++
	l.mu.Unlock()
	if hangs {
		<-req.Context().Done()
		return nil, req.Context().Err()
	}
	resp := &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Request: req}
	var body string
	switch req.URL.Path {
	case "/api", "/apis":
		list := discovery.APIGroupDiscoveryList{Items: []discovery.APIGroupDiscovery{}}
		if req.URL.Path == "/apis" {
			list.Items = groups
		}
		data, err := json.Marshal(list)
		if err != nil {
			return nil, err
		}
		body = string(data)
	default:
		resp.StatusCode, body = http.StatusNotFound, "404 page not found\n"
		resp.Header.Set("Content-Type", "text/plain; charset=utf-8")
	}
	resp.Body = io.NopCloser(strings.NewReader(body))
	return resp, nil
}

func (l *listing) set(hangs bool, groups ...discovery.APIGroupDiscovery) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hangs, l.groups = hangs, groups
}

func (l *listing) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.asked
}

func (l *listing) discovery(t *testing.T) *kube.Discovery {
	t.Helper()
	d, err := kube.NewDiscovery(l.config())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (l *listing) config() *rest.Config { return &rest.Config{Host: "http://cluster", Transport: l} }

// serving is a version of a group with kinds.
func serving(version string, freshness discovery.DiscoveryFreshness, kinds ...string) discovery.APIVersionDiscovery {
	v := discovery.APIVersionDiscovery{Version: version, Freshness: freshness}
	for _, kind := range kinds {
		v.Resources = append(v.Resources, discovery.APIResourceDiscovery{
			Resource: strings.ToLower(kind) + "s", ResponseKind: &metav1.GroupVersionKind{Kind: kind}, Scope: discovery.ScopeNamespace,
		})
	}
	return v
}

func group(name string, versions ...discovery.APIVersionDiscovery) discovery.APIGroupDiscovery {
	return discovery.APIGroupDiscovery{ObjectMeta: metav1.ObjectMeta{Name: name}, Versions: versions}
}

func party() discovery.APIGroupDiscovery {
	return group("party", serving("v1", discovery.DiscoveryFreshnessCurrent, "Cake"))
}

func kindIn(group, version, kind string) schema.GroupVersionKind {
	return schema.GroupVersionKind{Group: group, Version: version, Kind: kind}
}

func TestUnservedOrUnknown(t *testing.T) {
	t.Parallel()
	l := &listing{}
	l.set(false,
		group("moved", serving("v2", discovery.DiscoveryFreshnessCurrent, "Cake"), serving("v1", discovery.DiscoveryFreshnessCurrent, "Cake")),
		group("away", serving("v1", discovery.DiscoveryFreshnessStale)),
		group("half", serving("v1", discovery.DiscoveryFreshnessCurrent, "Cake"), serving("v2", discovery.DiscoveryFreshnessStale)),
		group("late", serving("v1", discovery.DiscoveryFreshnessStale, "Cake")),
	)
	d := l.discovery(t)
	for name, test := range map[string]struct {
		kind     schema.GroupVersionKind
		versions []string // of a NoKind
		away     bool
		served   bool
	}{
		"no such group":                         {kind: kindIn("none", "v1", "Cake")},
		"no such kind":                          {kind: kindIn("moved", "v1", "Candle")},
		"served in other versions":              {kind: kindIn("moved", "v1beta1", "Cake"), versions: []string{"v2", "v1"}},
		"its server never answered":             {kind: kindIn("away", "v1", "Cake"), away: true},
		"another version's never did":           {kind: kindIn("half", "v3", "Candle"), away: true},
		"another's never did, but it is served": {kind: kindIn("half", "v3", "Cake"), versions: []string{"v1"}},
		"its own never did, another does":       {kind: kindIn("half", "v2", "Cake"), away: true},
		"its server stopped answering":          {kind: kindIn("late", "v1", "Cake"), served: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := d.Resource(t.Context(), test.kind)
			var none *kube.NoKind
			switch {
			case test.served && err == nil, test.away && apierrors.IsServiceUnavailable(err):
			case !test.served && !test.away && errors.Is(err, kube.ErrNoKind) && errors.As(err, &none) && slices.Equal(none.Versions, test.versions):
			default:
				t.Errorf("%v, want %+v", err, test)
			}
		})
	}
}

func TestUnknownKindsAreAskedForOnceASecond(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := &listing{}
		d := l.discovery(t)
		cake := kindIn("party", "v1", "Cake")
		for range 1000 {
			if _, err := d.Resource(t.Context(), cake); !errors.Is(err, kube.ErrNoKind) {
				t.Fatalf("%v, want ErrNoKind", err)
			}
		}
		if n := l.count(); n != 2 {
			t.Errorf("a thousand questions made %d requests, want 2", n)
		}
		l.set(false, party())
		time.Sleep(time.Second)
		if _, err := d.Resource(t.Context(), cake); err != nil {
			t.Errorf("a second after the kind was added: %v", err)
		}
	})
}

func TestNobodyWaitsForAnotherForEver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := &listing{}
		l.set(false, party())
		d := l.discovery(t)
		cake, candle := kindIn("party", "v1", "Cake"), kindIn("party", "v1", "Candle")
		if _, err := d.Resource(t.Context(), cake); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second)
		l.set(true)
		first := make(chan error, 1)
		go func() {
			_, err := d.Resource(t.Context(), candle)
			first <- err
		}()
		synctest.Wait()
		if _, err := d.Resource(t.Context(), cake); err != nil {
			t.Errorf("a known kind, while an unknown one is asked for: %v", err)
		}
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := d.Resource(gone, candle); !errors.Is(err, context.Canceled) {
			t.Errorf("one who left: %v, want the end of its context", err)
		}
		select {
		case err := <-first:
			t.Errorf("the first ended with the other: %v", err)
		default:
		}
		if err := <-first; !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the first: %v, want that the request had its time", err)
		}
	})
}

func TestTheNextAsksWhenTheFirstLeaves(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := &listing{}
		l.set(true)
		d := l.discovery(t)
		ask := func(ctx context.Context) <-chan error {
			answer := make(chan error, 1)
			go func() {
				_, err := d.Resource(ctx, kindIn("party", "v1", "Cake"))
				answer <- err
			}()
			synctest.Wait()
			return answer
		}
		leaving, leave := context.WithCancel(t.Context())
		first, second := ask(leaving), ask(t.Context())
		l.set(false, party())
		leave()
		if err := <-first; !errors.Is(err, context.Canceled) {
			t.Errorf("the first: %v, want the end of its context", err)
		}
		if err := <-second; err != nil {
			t.Errorf("the second was answered with the first's end: %v", err)
		}
	})
}

func TestGetTellsAMissingKindFromAMissingObject(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := &listing{}
		l.set(false, party())
		d := l.discovery(t)
		c, err := kube.NewCluster(l.config(), d)
		if err != nil {
			t.Fatal(err)
		}
		ref := kube.Ref{GroupVersionKind: kindIn("party", "v1", "Cake"), Namespace: "shop", Name: "a"}
		if _, err := c.Get(t.Context(), ref); !apierrors.IsServiceUnavailable(err) {
			t.Errorf("a kind that is listed and not served: %v, want ServiceUnavailable", err)
		}
		l.set(false)
		if _, err := c.Get(t.Context(), ref); !errors.Is(err, kube.ErrNoKind) {
			t.Errorf("a kind that has gone: %v, want ErrNoKind", err)
		}
	})
}
