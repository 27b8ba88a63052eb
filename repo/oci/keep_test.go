package oci_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/repotest"
)

// manifest is what others read of one.
type manifest struct {
	SchemaVersion int
	MediaType     string
	Config        descriptor
	Layers        []descriptor
	Annotations   map[string]string
}

type descriptor struct {
	MediaType, Digest string
	Size              int
}

func read(t *testing.T, r *repotest.Registry, name, tag string) manifest {
	t.Helper()
	_, data := ask(t, r, "/"+name+"/manifests/"+tag)
	var m manifest
	if err := json.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// TestManifest holds what is kept against what Helm 4.3.1 makes of the same chart.
func TestManifest(t *testing.T) {
	t.Parallel()
	r := repotest.NewRegistry(t, repotest.RegistryOptions{Plain: true})
	p := repotest.Pack(t, &chart.Metadata{
		APIVersion: "v2", Name: "web", Version: "1.2.3+build.5", AppVersion: "8.1", Description: "Serves web", Home: "https://example.com",
		Icon: "https://example.com/i.png", Sources: []string{"https://example.com/src", "https://example.com/src2"}, Keywords: []string{"a", "b"},
		Maintainers: []*chart.Maintainer{{Name: "Ada", Email: "ada@example.com"}, {Name: "Bob", URL: "https://bob"}}, Deprecated: true, KubeVersion: ">=1.2",
		Annotations: map[string]string{"category": "Web", "org.opencontainers.image.title": "mine", "org.example/x": "y"},
	}, "")
	p.Provenance = []byte("signed")
	address, err := enter(t, r, nil).Keep(t.Context(), p, false)
	if want := "oci+http://" + r.Host() + "/" + namespace + "/web:1.2.3_build.5"; err != nil || address != want {
		t.Fatalf("kept at %q, want %q: %v", address, want, err)
	}
	want := manifest{
		SchemaVersion: 2, MediaType: typeManifest,
		Config: descriptor{typeConfig, "sha256:fd88a064632feb1b67438b035eb8997c44ff42ba9c87aab941b0197587478d6f", 484},
		Layers: []descriptor{
			{typeChart, chart.Digest(p.Data), len(p.Data)},
			{"application/vnd.cncf.helm.chart.provenance.v1.prov", chart.Digest(p.Provenance), len(p.Provenance)},
		},
		Annotations: map[string]string{
			"category": "Web", "org.example/x": "y",
			"org.opencontainers.image.authors": "Ada (ada@example.com), Bob", "org.opencontainers.image.created": "2026-03-01T12:00:00Z",
			"org.opencontainers.image.description": "Serves web", "org.opencontainers.image.source": "https://example.com/src",
			"org.opencontainers.image.title": "web", "org.opencontainers.image.url": "https://example.com", "org.opencontainers.image.version": "1.2.3+build.5",
		},
	}
	if diff := cmp.Diff(want, read(t, r, "web", "1.2.3_build.5")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestBareManifest(t *testing.T) {
	t.Parallel()
	r := repotest.NewRegistry(t, repotest.RegistryOptions{Plain: true})
	p := repotest.Pack(t, &chart.Metadata{APIVersion: "v2", Name: "ee", Version: "1.2.3"}, "")
	p.Created = time.Time{}
	if _, err := enter(t, r, nil).Keep(t.Context(), p, false); err != nil {
		t.Fatal(err)
	}
	got := read(t, r, "ee", "1.2.3")
	want := map[string]string{"org.opencontainers.image.title": "ee", "org.opencontainers.image.version": "1.2.3"}
	if diff := cmp.Diff(want, got.Annotations); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got.Config.Digest != "sha256:cf0402deac90be2a86ce0ab5ce79787d5208fbe50c1021d30318398eb3f08f6a" || len(got.Layers) != 1 {
		t.Errorf("%+v", got)
	}
}

// TestSigned adds a signature to what is kept, and only once.
func TestSigned(t *testing.T) {
	t.Parallel()
	r := repotest.NewRegistry(t, repotest.RegistryOptions{Plain: true})
	in := enter(t, r, nil)
	p := keep(t, in, repotest.Chart("foo", "1.0.0"), "")
	signed := *p
	signed.Provenance = []byte("signed")
	for _, p := range []*repo.Package{&signed, &signed, p} {
		if _, err := in.Keep(t.Context(), p, false); err != nil {
			t.Fatal(err)
		}
		if layers := read(t, r, "foo", "1.0.0").Layers; len(layers) != 2 || layers[1].Digest != chart.Digest([]byte("signed")) {
			t.Errorf("layers %+v", layers)
		}
	}
	signed.Provenance = []byte("by another")
	if _, err := in.Keep(t.Context(), &signed, false); !errors.Is(err, repo.ErrExists) {
		t.Errorf("another signature: %v", err)
	}
	if _, err := in.Keep(t.Context(), &signed, true); err != nil {
		t.Errorf("replacing the signature: %v", err)
	}
}

// TestOccupied has something else than a chart under the tag.
func TestOccupied(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{Plain: true})
	artifact{config: blob{"application/vnd.oci.image.config.v1+json", "{}"}}.serve(w, "foo", "1.0.0")
	_, err := open(t, at(t, w, namespace), nil, nil).Keep(t.Context(), repotest.Pack(t, repotest.Chart("foo", "1.0.0"), ""), false)
	refuses(t, "keeping", err, repo.ErrExists, "already")
	for _, r := range w.Requests() {
		if r.Method != http.MethodGet {
			t.Errorf("%s %s", r.Method, r.Target)
		}
	}
}
