package oci_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/repo/repotest"
)

const (
	typeManifest = "application/vnd.oci.image.manifest.v1+json"
	typeConfig   = "application/vnd.cncf.helm.config.v1+json"
	typeChart    = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"
)

// artifact is what a registry that is none may hold. Without a config it is that
// of a chart.
type artifact struct {
	mediaType string
	config    blob
	layers    []blob
}

type blob struct{ mediaType, data string }

func digest(data string) string { return chart.Digest([]byte(data)) }

func (b blob) descriptor() map[string]any {
	return map[string]any{"mediaType": b.mediaType, "digest": digest(b.data), "size": len(b.data)}
}

func (a artifact) described() blob {
	if a.config.mediaType == "" {
		return blob{typeConfig, `{"name":"chart","version":"1.0.0"}`}
	}
	return a.config
}

// text is the manifest.
func (a artifact) text() string {
	layers := []map[string]any{}
	for _, l := range a.layers {
		layers = append(layers, l.descriptor())
	}
	text, _ := json.Marshal(map[string]any{"schemaVersion": 2, "config": a.described().descriptor(), "layers": layers})
	return string(text)
}

func (a artifact) manifest() repotest.Fault {
	if a.mediaType == "" {
		a.mediaType = typeManifest
	}
	return answer(a.mediaType, a.text())
}

// serve has a server answer as a registry that holds the artifact.
func (a artifact) serve(w *repotest.Web, name, tag string) {
	base := "/v2/" + namespace + "/" + name
	w.Break(base+"/tags/list", pages([]string{tag}, 100))
	w.Break(base+"/manifests/"+tag, a.manifest())
	for _, b := range append(a.layers, a.described()) {
		w.Break(base+"/blobs/"+digest(b.data), answer("", b.data))
	}
}

func answer(mediaType, text string) repotest.Fault {
	return func(out http.ResponseWriter, in *http.Request) {
		if mediaType == "" {
			mediaType = "application/octet-stream"
		}
		out.Header().Set("Content-Type", mediaType)
		out.Header().Set("Content-Length", strconv.Itoa(len(text)))
		if in.Method != http.MethodHead {
			_, _ = fmt.Fprint(out, text)
		}
	}
}

// pages answers with names or tags, so many a page; with 0 each page is the first
// one, and says that another follows.
func pages(all []string, size int) repotest.Fault {
	return func(out http.ResponseWriter, in *http.Request) {
		rest := all
		if last := in.URL.Query().Get("last"); size > 0 && last != "" {
			at, found := slices.BinarySearch(all, last)
			if !slices.IsSorted(all) {
				at, found = slices.Index(all, last), true
			}
			if found {
				at++
			}
			rest = all[at:]
		}
		page := rest
		if size > 0 {
			page = rest[:min(size, len(rest))]
		}
		if size == 0 || len(page) < len(rest) {
			out.Header().Set("Link", "<"+in.URL.Path+"?last="+url.QueryEscape(page[len(page)-1])+`>; rel="next"`)
		}
		_ = json.NewEncoder(out).Encode(map[string]any{"repositories": page, "tags": page})
	}
}

// link answers with a page whose next one is somewhere.
func link(to string) repotest.Fault {
	return func(out http.ResponseWriter, _ *http.Request) {
		out.Header().Set("Link", "<"+to+`>; rel="next"`)
		_, _ = fmt.Fprint(out, `{"repositories":["a"],"tags":["1.0.0"]}`)
	}
}
