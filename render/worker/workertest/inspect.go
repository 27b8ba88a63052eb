package workertest

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/render/worker/job"
)

func tellsFacts(t *testing.T, w job.Worker) {
	data := Pack(t, map[string]string{
		"Chart.yaml":            "apiVersion: v2\nname: tools\nversion: 1.0.0\nappVersion: \"7\"\ntype: library\ndependencies: [{name: sub, version: 0.1.0, import-values: [{child: a, parent: b}]}]\n",
		"Chart.lock":            "digest: sha256:1\ngenerated: 2026-01-02T03:04:05Z\ndependencies: [{name: sub, version: 0.1.0}]\n",
		"values.yaml":           "count: 3\nratio: 0.5\nnothing: null\n",
		"values.schema.json":    `{"type": "object"}`,
		"charts/sub/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 0.1.0\n",
	})
	told, err := w.Inspect(t.Context(), Parcel(data))
	if err != nil {
		t.Fatal(err)
	}
	m := told.Metadata
	if m.Name != "tools" || m.Version != "1.0.0" || m.AppVersion != "7" || len(m.Dependencies) != 1 || len(m.Dependencies[0].ImportValues) != 1 {
		t.Errorf("metadata %+v", m)
	}
	if !told.Library || told.Lock == nil || told.Lock.Digest != "sha256:1" || told.Lock.Generated.Year() != 2026 {
		t.Errorf("library %v, lock %+v", told.Library, told.Lock)
	}
	if got, want := string(told.Values), `{"count":3,"nothing":null,"ratio":0.5}`; got != want {
		t.Errorf("values %s, want %s", got, want)
	}
	if got, want := string(told.Schema), `{"type": "object"}`; got != want {
		t.Errorf("schema %s, want %s", got, want)
	}
	bare, err := w.Inspect(t.Context(), Parcel(Pack(t, nil)))
	if err != nil {
		t.Fatal(err)
	}
	if bare.Lock != nil || bare.Schema != nil || bare.Library || string(bare.Values) != "{}" {
		t.Errorf("facts of a bare chart: %+v", bare)
	}
}

func refusesBytes(t *testing.T, w job.Worker) {
	good := Pack(t, nil)
	other := Parcel(good)
	other.Digest = chart.Digest([]byte("other"))
	for name, p := range map[string]job.Package{
		"no gzip":            Parcel([]byte("this is no chart")),
		"cut short":          Parcel(good[:len(good)/2]),
		"empty":              Parcel(nil),
		"of another digest":  other,
		"without any digest": {Open: other.Open},
	} {
		if _, err := w.Inspect(t.Context(), p); !errors.Is(err, chart.ErrInvalid) {
			t.Errorf("%s: error %v, want one that matches %v", name, err, chart.ErrInvalid)
		}
	}
	if _, err := w.Inspect(t.Context(), Parcel(good)); err != nil {
		t.Errorf("after those: %v", err)
	}
}

func opensOnce(t *testing.T, w job.Worker) {
	data := Pack(t, map[string]string{"templates/x.yaml": "a: 1"})
	var opened atomic.Int64
	p := job.Package{Digest: chart.Digest(data), Open: func(context.Context) ([]byte, error) {
		opened.Add(1)
		return data, nil
	}}
	if _, err := w.Inspect(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	r := request(data)
	r.Chart = p
	for range 3 {
		if _, err := w.Render(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	if n := opened.Load(); n != 1 {
		t.Errorf("opened %d times, want 1", n)
	}
}

func saysWhyNotOpened(t *testing.T, w job.Worker) {
	why := errors.New("the store is closed")
	p := job.Package{Digest: chart.Digest(nil), Open: func(context.Context) ([]byte, error) { return nil, why }}
	if _, err := w.Inspect(t.Context(), p); !errors.Is(err, why) {
		t.Errorf("inspecting: %v, want %v", err, why)
	}
	if _, err := w.Render(t.Context(), &job.Request{Chart: p}); !errors.Is(err, why) {
		t.Errorf("rendering: %v, want %v", err, why)
	}
}
