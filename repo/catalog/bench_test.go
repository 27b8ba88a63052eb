package catalog

import (
	"bytes"
	"context"
	"os"
	"runtime"
	"testing"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/index"
	"github.com/helm-dm/helm-dm/repo/index/indextest"
)

const (
	charts   = 400
	versions = 50
)

// generated is an index of 20,000 entries and 50 MB. It is also written into the
// file that HELM_BENCH_INDEX names, for others to be measured on.
func generated(b *testing.B) []byte {
	b.Helper()
	var text bytes.Buffer
	if err := indextest.Write(&text, charts, versions); err != nil {
		b.Fatal(err)
	}
	if file := os.Getenv("HELM_BENCH_INDEX"); file != "" {
		if err := os.WriteFile(file, text.Bytes(), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	return text.Bytes()
}

// indexed is a repository that is an index.
func indexed(text []byte) *memory {
	m := &memory{}
	m.answer(func(_ context.Context, _ string, each func(repo.Release) error) (*repo.Listing, error) {
		_, err := index.Read(bytes.NewReader(text), each)
		return &repo.Listing{Kind: repo.KindIndex}, err
	})
	return m
}

// BenchmarkSearch searches a catalogue of 20,000 entries: the whole answer of the
// manager to a query, its limit apart.
func BenchmarkSearch(b *testing.B) {
	c := filled(b, source(b, url, indexed(generated(b))))
	for name, q := range map[string]Query{
		"exact":         {Pattern: indextest.Name(7)},
		"kafka":         {Pattern: "kafka"},         // names begin with it
		"proxy metrics": {Pattern: "proxy metrics"}, // two words
		"rometheu":      {Pattern: "rometheu"},      // a part of words
		"promeheus":     {Pattern: "promeheus"},     // almost a name
		"xyzzyx":        {Pattern: "xyzzyx"},        // nothing
		"versions":      {Pattern: "kafka", Versions: true},
		"everything":    {},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			count := 0
			for b.Loop() {
				found, _ := c.Search(q)
				count = len(found)
			}
			b.ReportMetric(float64(count), "lines")
		})
	}
}

// BenchmarkParse reads the index into a snapshot, and reports what stays of it in
// memory.
func BenchmarkParse(b *testing.B) {
	text := generated(b)
	m := indexed(text)
	c, s := New(Config{}), source(b, url, m)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	before := resident()
	var kept *snapshot
	for b.Loop() {
		read, _, err := c.list(b.Context(), s, "")
		if err != nil {
			b.Fatal(err)
		}
		kept = read
	}
	b.ReportMetric(float64(resident()-before)/(charts*versions), "B/entry")
	runtime.KeepAlive(m)
	b.ReportMetric(float64(len(kept.texts)), "blocks")
}

func resident() int64 {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}
