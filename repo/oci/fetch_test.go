package oci_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/repotest"
)

// ask is one request to a registry for everybody.
func ask(t *testing.T, r *repotest.Registry, path string) (http.Header, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.URL()+"/v2/"+namespace+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", typeManifest)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatal(resp.Status, err)
	}
	return resp.Header, data
}

// TestDigests fetches by the digest of the manifest, and by that of the package.
func TestDigests(t *testing.T) {
	t.Parallel()
	r := repotest.NewRegistry(t, repotest.RegistryOptions{Plain: true})
	in := enter(t, r, nil)
	p := keep(t, in, repotest.Chart("foo", "1.0.0"), "first")
	header, _ := ask(t, r, "/foo/manifests/1.0.0")
	manifest, packed := header.Get("Docker-Content-Digest"), chart.Digest(p.Data)
	if !chart.IsDigest(manifest) || manifest == packed {
		t.Fatalf("the digest of the manifest is %q", manifest)
	}
	keep(t, in, repotest.Chart("foo", "1.0.0"), "second")
	for name, release := range map[string]repo.Release{
		"the manifest":              {Name: "foo", At: manifest},
		"the package":               {Name: "foo", At: packed},
		"the manifest, and package": {Name: "foo", At: manifest, Digest: packed},
	} {
		if data, err := in.Fetch(t.Context(), release); err != nil || !bytes.Equal(data, p.Data) {
			t.Errorf("by %s: %d bytes, %v", name, len(data), err)
		}
	}
	_, err := in.Fetch(t.Context(), repo.Release{Name: "foo", Version: "1.0.0", At: "1.0.0", Digest: packed})
	refuses(t, "fetching by a tag that was moved", err, repo.ErrInvalid, packed, r.Host())
	_, err = in.Fetch(t.Context(), repo.Release{Name: "foo", At: chart.Digest([]byte("nothing"))})
	refuses(t, "fetching by another digest", err, repo.ErrNotFound)
	_, err = in.Fetch(t.Context(), repo.Release{Name: "bar", At: packed})
	refuses(t, "fetching another chart by the digest", err, repo.ErrNotFound)
	r.Corrupt(t, p.Data)
	_, err = in.Fetch(t.Context(), repo.Release{Name: "foo", At: packed})
	refuses(t, "fetching a damaged package", err, repo.ErrInvalid)
}

// TestForeign are artifacts that are no charts, or strange ones.
func TestForeign(t *testing.T) {
	t.Parallel()
	one := blob{typeChart, "package"}
	raw := func(mediaType, text string) repotest.Fault { return answer(mediaType, text) }
	for name, test := range map[string]struct {
		manifest repotest.Fault
		kind     error
		says     string
	}{
		"an index":        {raw("application/vnd.oci.image.index.v1+json", `{"schemaVersion":2,"manifests":[]}`), repo.ErrInvalid, "an index of images"},
		"an old index":    {raw("application/vnd.docker.distribution.manifest.list.v2+json", `{"schemaVersion":2}`), repo.ErrInvalid, "an index of images"},
		"an image":        {artifact{config: blob{"application/vnd.oci.image.config.v1+json", "{}"}}.manifest(), repo.ErrInvalid, "an image of a container"},
		"an old image":    {artifact{mediaType: "application/vnd.docker.distribution.manifest.v2+json", config: blob{"application/vnd.docker.container.image.v1+json", "{}"}}.manifest(), repo.ErrInvalid, "an image of a container"},
		"a module":        {artifact{config: blob{"application/x\x1b[31m", "{}"}}.manifest(), repo.ErrInvalid, "but application/x[31m"},
		"an artifact":     {raw(typeManifest, `{"schemaVersion":2,"artifactType":"text/x","config":{"mediaType":"application/vnd.oci.empty.v1+json"}}`), repo.ErrInvalid, "but text/x"},
		"without package": {artifact{}.manifest(), repo.ErrInvalid, "exactly one package"},
		"two packages":    {artifact{layers: []blob{one, one}}.manifest(), repo.ErrInvalid, "exactly one package"},
		"an old package":  {artifact{layers: []blob{{"application/tar+gzip", "package"}}}.manifest(), nil, ""},
		"a package":       {artifact{layers: []blob{{"text/plain", "x"}, one}}.manifest(), nil, ""},
		"null":            {raw(typeManifest, `null`), repo.ErrInvalid, "no chart"},
		"no JSON":         {raw(typeManifest, `{`), repo.ErrInvalid, "cannot be read"},
		"no digest":       {layered(typeChart, "sha256:x", 7), repo.ErrInvalid, "digest"},
		"another method":  {layered(typeChart, "md5:d41d8cd98f00b204e9800998ecf8427e", 7), repo.ErrInvalid, "digest"},
		"a path":          {layered(typeChart, "../../secret", 7), repo.ErrInvalid, "digest"},
		"another size":    {layered(typeChart, digest("package"), 6), repo.ErrInvalid, ""},
		"a negative size": {layered(typeChart, digest("package"), -1), repo.ErrInvalid, ""},
		"too large":       {layered(typeChart, digest("package"), repo.MaxPackage+1), repo.ErrTooLarge, "larger than"},
		"endless":         {endless(one), repo.ErrInvalid, ""},
		"claimed":         {repotest.Claim(5<<20, []byte("{")), repo.ErrUnavailable, ""},
		"a page":          {repotest.Page(), repo.ErrInvalid, ""},
		"not there":       {repotest.Status(http.StatusNotFound), repo.ErrNotFound, ""},
		"broken":          {repotest.Status(http.StatusInternalServerError), repo.ErrUnavailable, ""},
		"another's":       {lying(artifact{layers: []blob{one}}.text()), repo.ErrInvalid, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := repotest.HTTP(t, repotest.HTTPOptions{Plain: true})
			artifact{layers: []blob{one}}.serve(w, "foo", "1.0.0")
			w.Break("/v2/"+namespace+"/foo/manifests/1.0.0", test.manifest)
			data, err := open(t, at(t, w, namespace), nil, nil).Fetch(t.Context(), repo.Release{Name: "foo", Version: "1.0.0", At: "1.0.0"})
			if test.kind == nil {
				if err != nil || string(data) != "package" {
					t.Errorf("%q, %v", data, err)
				}
				return
			}
			refuses(t, "fetching", err, test.kind, test.says, w.URL()[len("http://"):])
		})
	}
}

// layered is a manifest with one layer of the descriptor.
func layered(mediaType, digest string, size int64) repotest.Fault {
	text, _ := json.Marshal(map[string]any{
		"config": map[string]any{"mediaType": typeConfig},
		"layers": []map[string]any{{"mediaType": mediaType, "digest": digest, "size": size}},
	})
	return answer(typeManifest, string(text))
}

// endless says what a manifest has, and never ends it.
func endless(packed blob) repotest.Fault {
	text := artifact{layers: []blob{packed}}.text()
	return func(out http.ResponseWriter, in *http.Request) {
		out.Header().Set("Docker-Content-Digest", digest(text))
		if in.Method == http.MethodHead {
			answer(typeManifest, text)(out, in)
			return
		}
		out.Header().Set("Content-Type", typeManifest)
		repotest.Endless([]byte(text), " ")(out, in)
	}
}

// lying answers with a manifest that has another digest than is said.
func lying(text string) repotest.Fault {
	return func(out http.ResponseWriter, in *http.Request) {
		out.Header().Set("Docker-Content-Digest", digest("another"))
		answer(typeManifest, text)(out, in)
	}
}

// TestNames are names and places that no registry has.
func TestNames(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{Plain: true})
	in := open(t, at(t, w, namespace), nil, nil)
	for _, name := range []string{"", ".", "..", "../up", "a/b", `a\b`, "Upper", "a b", "a?b", "a#b", "a%2fb", "-a", "a..b", "é", strings.Repeat("a", 300)} {
		_, err := in.Find(t.Context(), name)
		refuses(t, fmt.Sprintf("finding %q", name), err, repo.ErrInvalid)
		_, err = in.Fetch(t.Context(), repo.Release{Name: name, Version: "1.0.0", At: "1.0.0"})
		refuses(t, fmt.Sprintf("fetching %q", name), err, repo.ErrInvalid)
	}
	for _, at := range []string{"", "..", "../1.0.0", "1.0.0?x", "1.0.0/../x", "sha256:1", "sha512:1", strings.Repeat("1", 129), "1.0.0@" + digest("x")} {
		_, err := in.Fetch(t.Context(), repo.Release{Name: "foo", Version: "1.0.0", At: at})
		refuses(t, fmt.Sprintf("fetching %q", at), err, repo.ErrInvalid)
	}
	if requests := w.Requests(); len(requests) > 0 {
		t.Errorf("%d requests were sent", len(requests))
	}
}
