// Package workertest says, as a suite of tests, what whoever inspects and renders
// charts for others must do: the pool of processes, and its stand-in that works
// in the process that asks.
package workertest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/chart/values"
	"github.com/helm-dm/helm-dm/render"
	"github.com/helm-dm/helm-dm/render/worker/job"
)

// Run runs the suite. newWorker is called for each of its tests.
func Run(t *testing.T, newWorker func(*testing.T) job.Worker) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, job.Worker){
		"tells the facts of a chart":       tellsFacts,
		"refuses what is no chart":         refusesBytes,
		"describes as its package does":    describesAlike,
		"describes what is not there":      describesNothing,
		"shortens a README":                shortensReadme,
		"refuses too many parameters":      refusesTooMany,
		"opens a package once":             opensOnce,
		"says why a package was not had":   saysWhyNotOpened,
		"renders as package render does":   rendersAlike,
		"fails as package render does":     failsAlike,
		"merges parameters in order":       mergesParameters,
		"refuses unreadable parameters":    refusesParameters,
		"answers lookups":                  answersLookups,
		"says why a lookup failed":         saysWhyNotFound,
		"keeps renderings apart":           keepsApart,
		"answers each with its own":        answersEach,
		"stops when the context has ended": stops,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newWorker(t))
		})
	}
}

// Pack makes a package of a chart's files. Chart.yaml may be left out for one
// called web, of version 1.2.3.
func Pack(t testing.TB, files map[string]string) []byte {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.2.3\n")
	for name, text := range files {
		write(name, text)
	}
	c, err := chart.LoadDir(dir, chart.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	data, err := c.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Parcel is a package that is at hand.
func Parcel(data []byte) job.Package {
	return job.Package{Digest: chart.Digest(data), Open: func(context.Context) ([]byte, error) { return data, nil }}
}

// Template is a request to render a chart of one template.
func Template(t testing.TB, text string) *job.Request {
	t.Helper()
	return request(Pack(t, map[string]string{"templates/x.yaml": text}))
}

func request(data []byte) *job.Request {
	return &job.Request{Chart: Parcel(data), Options: render.Options{
		Release:      render.Release{Name: "blue", Namespace: "shop", Revision: 1, IsInstall: true},
		Capabilities: render.Offline(render.KubeVersion{Version: "v1.36.3", Major: "1", Minor: "36"}),
	}}
}

// direct renders without a worker.
func direct(t *testing.T, data []byte, r *job.Request) (*render.Output, error) {
	t.Helper()
	c, err := chart.LoadBytes(data, chart.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	given, err := values.Merge(r.Parameters)
	if err != nil {
		t.Fatal(err)
	}
	return render.Render(t.Context(), c, given, r.Options)
}

// rendered is the text of the only template of a chart.
func rendered(t *testing.T, w job.Worker, r *job.Request) string {
	t.Helper()
	result, err := w.Render(t.Context(), r)
	if err != nil {
		t.Error(err)
		return ""
	}
	if len(result.Output.Manifests) != 1 {
		t.Errorf("%d manifests, want 1", len(result.Output.Manifests))
		return ""
	}
	return result.Output.Manifests[0].Content
}

func wantInvalid(t *testing.T, err error) {
	t.Helper()
	if !errors.Is(err, chart.ErrInvalid) {
		t.Errorf("error %v, want one that matches %v", err, chart.ErrInvalid)
	}
}
