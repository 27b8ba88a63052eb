package worker_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/render/worker"
	"github.com/helm-dm/helm-dm/render/worker/job"
	"github.com/helm-dm/helm-dm/render/worker/wire"
	"github.com/helm-dm/helm-dm/render/worker/workertest"
)

// hello is the example chart of that name, and a request to render it on a
// cluster that serves as much as a common one does.
func hello(b *testing.B) *job.Request {
	b.Helper()
	folder := filepath.Join("..", "..", "examples", "charts", "hello")
	if _, err := os.Stat(folder); err != nil {
		b.Skip(err)
	}
	c, err := chart.Load(folder, chart.Limits{})
	if err != nil {
		b.Fatal(err)
	}
	data, err := c.Pack()
	if err != nil {
		b.Fatal(err)
	}
	r := workertest.Template(b, "")
	r.Chart = workertest.Parcel(data)
	for i := range 300 {
		r.Options.Capabilities.APIVersions = append(r.Options.Capabilities.APIVersions, fmt.Sprintf("group%d.example.com/v1/Kind%d", i%40, i))
	}
	return r
}

// BenchmarkRender compares a warm worker with the same work in this process, and
// tells the bytes that go through the pipe.
func BenchmarkRender(b *testing.B) {
	r := hello(b)
	for name, w := range map[string]job.Worker{"local": &job.Local{}, "warm": open(b, worker.Config{Workers: 1})} {
		b.Run(name, func(b *testing.B) {
			if _, err := w.Render(b.Context(), r); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := w.Render(b.Context(), r); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(piped(b, w, r)), "pipe-bytes/op")
		})
	}
}

// piped is how large the frames of a rendering are.
func piped(b *testing.B, w job.Worker, r *job.Request) int {
	b.Helper()
	result, err := w.Render(b.Context(), r)
	if err != nil {
		b.Fatal(err)
	}
	var pipe bytes.Buffer
	for _, encode := range []func() (wire.Frame, error){
		func() (wire.Frame, error) { return wire.EncodeRender(r) },
		func() (wire.Frame, error) { return wire.EncodeDone(result) },
	} {
		f, err := encode()
		if err != nil {
			b.Fatal(err)
		}
		if err := wire.NewWriter(&pipe).Write(f); err != nil {
			b.Fatal(err)
		}
	}
	return pipe.Len()
}

// BenchmarkColdChart has the worker be sent a chart that it has never seen.
func BenchmarkColdChart(b *testing.B) {
	r := hello(b)
	known, err := r.Chart.Open(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	c, err := chart.LoadBytes(known, chart.Limits{})
	if err != nil {
		b.Fatal(err)
	}
	for name, w := range map[string]job.Worker{"local": &job.Local{}, "warm": open(b, worker.Config{Workers: 1})} {
		b.Run(name, func(b *testing.B) {
			if _, err := w.Render(b.Context(), workertest.Template(b, "a: 1")); err != nil {
				b.Fatal(err)
			}
			for i := 0; b.Loop(); i++ {
				b.StopTimer()
				r.Chart = other(b, c, i)
				b.StartTimer()
				if _, err := w.Render(b.Context(), r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// other is a package like that of c, of another digest.
func other(b *testing.B, c *chart.Chart, i int) job.Package {
	files := append(c.Raw(), chart.File{Name: "note", Data: fmt.Append(nil, b.Name(), i)})
	changed, err := chart.LoadFiles(files, chart.Limits{})
	if err != nil {
		b.Fatal(err)
	}
	data, err := changed.Pack()
	if err != nil {
		b.Fatal(err)
	}
	return workertest.Parcel(data)
}

// BenchmarkColdWorker starts a pool of one for each rendering, and ends it.
func BenchmarkColdWorker(b *testing.B) {
	r := hello(b)
	for b.Loop() {
		p := newPool(worker.Config{Workers: 1})
		ctx, stop := context.WithCancel(b.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			p.Run(ctx)
		}()
		if _, err := p.Render(b.Context(), r); err != nil {
			b.Fatal(err)
		}
		stop()
		<-done
	}
}
