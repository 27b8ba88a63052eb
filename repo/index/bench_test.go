package index

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"testing"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/index/indextest"
)

// BenchmarkRead reads indexes of growing size from files. peak-MB is the most
// memory that was in use meanwhile, garbage included; it does not grow with the
// index.
func BenchmarkRead(b *testing.B) {
	for _, charts := range []int{4, 40, 400} {
		const versions = 50
		b.Run(fmt.Sprintf("%d", charts*versions), func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "index.yaml")
			b.SetBytes(write(b, path, charts, versions))
			b.ReportAllocs()
			before, peak := inUse(true), uint64(0)
			for b.Loop() {
				if count := readFile(b, path, &peak); count != charts*versions {
					b.Fatal(count)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*charts*versions), "ns/entry")
			b.ReportMetric(float64(peak-min(peak, before))/1e6, "peak-MB")
		})
	}
}

// write writes an index and returns its size.
func write(b *testing.B, path string, charts, versions int) int64 {
	b.Helper()
	var text bytes.Buffer
	err := indextest.Write(&text, charts, versions)
	if err == nil {
		err = os.WriteFile(path, text.Bytes(), 0o600)
	}
	if err != nil {
		b.Fatal(err)
	}
	return int64(text.Len())
}

// readFile returns how many releases there are.
func readFile(b *testing.B, path string, peak *uint64) (count int) {
	b.Helper()
	file, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	if _, err := Read(file, func(repo.Release) error {
		if count++; count%50 == 0 {
			*peak = max(*peak, inUse(false))
		}
		return nil
	}); err != nil {
		b.Fatal(err)
	}
	return count
}

// inUse returns the bytes of the heap's objects, those included that wait for the
// collector unless it is to run first.
func inUse(collect bool) uint64 {
	if collect {
		runtime.GC()
	}
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// BenchmarkMerge adds a version to a large index.
func BenchmarkMerge(b *testing.B) {
	var text bytes.Buffer
	if err := indextest.Write(&text, 400, 50); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(text.Len()))
	p := pack(indextest.Name(7), "9.9.9")
	for b.Loop() {
		if _, err := Merge(text.Bytes(), p, p.FileName(), digest); err != nil {
			b.Fatal(err)
		}
	}
}
