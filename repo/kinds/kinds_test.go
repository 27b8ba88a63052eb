package kinds_test

import (
	"errors"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
	"github.com/helm-dm/helm-dm/repo/kinds"
	"github.com/helm-dm/helm-dm/repo/repotest"
)

func TestOpenEveryKind(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"https://example.com/charts", "http://example.com/charts", "s3://bucket", "s3://store.example.com/bucket", "s3+http://store/bucket",
		"gs://bucket/charts", "azblob://account.blob.core.windows.net/container", "oci://registry.example.com/charts", "oci+http://localhost:5000",
	} {
		t.Run(address, func(t *testing.T) {
			t.Parallel()
			l, err := repo.ParseLocation(address)
			if err != nil {
				t.Fatal(err)
			}
			site := fetch.Site{Location: l, Network: fetch.New(fetch.Policy{})}
			if r, err := kinds.Open(site, nil); err != nil || r == nil {
				t.Errorf("got %v and the error %v", r, err)
			}
			site.Roots = []byte("nonsense")
			if r, err := kinds.Open(site, nil); !errors.Is(err, repo.ErrInvalid) || r != nil {
				t.Errorf("without certificates to trust: got %v and the error %v", r, err)
			}
		})
	}
	if r, err := kinds.Open(fetch.Site{Network: fetch.New(fetch.Policy{})}, nil); !errors.Is(err, repo.ErrInvalid) || r != nil {
		t.Errorf("nowhere: got %v and the error %v", r, err)
	}
}

type call struct {
	Kind, Operation string
	Bytes           int
	Err             error
}

type witness struct{ calls []call }

func (w *witness) Observe(kind, operation string, _ time.Duration, bytes int, err error) {
	w.calls = append(w.calls, call{kind, operation, bytes, err})
}

// What Open returns has all of the layers: a failure that passes is not seen, and
// a digest is believed by nobody.
func TestOpenLayers(t *testing.T) {
	t.Parallel()
	web := repotest.HTTP(t, repotest.HTTPOptions{})
	l := web.Location(t, "charts")
	network := fetch.New(fetch.Policy{Private: func(o repo.Origin) bool { return o == l.Origin() }})
	saw := &witness{}
	r, err := kinds.Open(fetch.Site{Location: l, Roots: web.CA(), Network: network}, saw)
	if err != nil {
		t.Fatal(err)
	}
	p := repotest.Pack(t, repotest.Chart("foo", "1.0.0"), "hello")
	index := []byte("apiVersion: v1\nentries:\n  foo:\n  - {apiVersion: v2, name: foo, version: 1.0.0, urls: [foo-1.0.0.tgz]}\n")
	web.Put("charts/index.yaml", index)
	web.Put("charts/foo-1.0.0.tgz", p.Data)
	var asked atomic.Int32
	web.Break("charts/index.yaml", func(w http.ResponseWriter, _ *http.Request) {
		if asked.Add(1) == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		_, _ = w.Write(index)
	})
	found, err := r.Find(t.Context(), "foo")
	if err != nil || len(found) != 1 || asked.Load() != 2 {
		t.Fatalf("found %v after %d tries, and the error %v", found, asked.Load(), err)
	}
	if data, err := r.Fetch(t.Context(), found[0]); err != nil || string(data) != string(p.Data) {
		t.Errorf("fetched %d bytes and the error %v", len(data), err)
	}
	found[0].Digest = "sha256:0000000000000000000000000000000000000000000000000000000000000000"
	_, err = r.Fetch(t.Context(), found[0])
	if !errors.Is(err, repo.ErrInvalid) {
		t.Errorf("with another digest, the error is %v", err)
	}
	want := []call{{"https", "find", 0, nil}, {"https", "fetch", len(p.Data), nil}, {"https", "fetch", 0, err}}
	if diff := cmp.Diff(want, saw.calls, cmp.Comparer(func(a, b error) bool { return errors.Is(a, b) })); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

// What was found is remembered for a while, but not of a place that nobody added.
func TestOpenForeign(t *testing.T) {
	t.Parallel()
	for foreign, times := range map[bool]int32{false: 1, true: 2} {
		web := repotest.HTTP(t, repotest.HTTPOptions{Plain: true})
		l := web.Location(t, "charts")
		var asked atomic.Int32
		web.Break("charts/index.yaml", func(w http.ResponseWriter, _ *http.Request) {
			asked.Add(1)
			_, _ = w.Write([]byte("apiVersion: v1\nentries:\n  foo:\n  - {apiVersion: v2, name: foo, version: 1.0.0, urls: [foo-1.0.0.tgz]}\n"))
		})
		network := fetch.New(fetch.Policy{Private: func(o repo.Origin) bool { return o == l.Origin() }})
		r, err := kinds.Open(fetch.Site{Location: l, Network: network, Foreign: foreign}, nil)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if found, err := r.Find(t.Context(), "foo"); err != nil || len(found) != 1 {
				t.Errorf("found %v and the error %v", found, err)
			}
		}
		if asked.Load() != times {
			t.Errorf("asked %d times where foreign is %t, want %d", asked.Load(), foreign, times)
		}
	}
}
