package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/helm-dm/helm-dm/conformance/program"
)

// BenchmarkSearch measures queries against Helm 4 on one index of 20,000 entries
// and 50 MB. Theirs is the whole process of `helm search repo`, which reads the
// index that `helm repo add` has fetched; ours is what the manager does for a
// query, as the benchmark of package repo/catalog measures it.
func BenchmarkSearch(b *testing.B) {
	patterns := []string{"kafka", "proxy metrics", "rometheu", "promeheus", "xyzzyx", ""}
	for b.Loop() {
		dir := b.TempDir()
		ours := catalogued(b, filepath.Join(dir, "index.yaml"))
		server := httptest.NewServer(http.FileServer(http.Dir(dir)))
		runner, err := program.NewRunner(b.TempDir())
		if err != nil {
			b.Fatal(err)
		}
		searched(b, runner, "repo", "add", "generated", server.URL)
		server.Close()
		fmt.Printf("\n%-16s %12s %12s %10s\n", "search", "ours", "helm", "ratio")
		worst := 0.0
		for _, pattern := range patterns {
			took, ok := ours[benchmarkName(pattern)]
			if !ok {
				b.Fatalf("package repo/catalog has not measured %q", pattern)
			}
			var costs []program.Cost
			for range min(turns(b), 5) {
				costs = append(costs, searched(b, runner, "search", "repo", pattern))
			}
			theirs := median(costs).Wall
			worst = max(worst, took.Seconds()/theirs.Seconds())
			fmt.Printf("%-16q %12s %12s %10.6f\n", pattern, took, short(theirs), took.Seconds()/theirs.Seconds())
		}
		b.ReportMetric(worst, "worst-ratio")
	}
}

// benchmarkName is what our benchmark calls the search for a pattern.
func benchmarkName(pattern string) string {
	if pattern == "" {
		return "everything"
	}
	return strings.ReplaceAll(pattern, " ", "_")
}

// catalogued has the benchmark of package repo/catalog measure ours, in its
// module, and write its index into a file.
func catalogued(b *testing.B, file string) map[string]time.Duration {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), "go", "test", "./repo/catalog", "-run", "^$", "-bench", "^BenchmarkSearch$", "-json")
	cmd.Dir = ".."
	cmd.Env = append(os.Environ(), "HELM_BENCH_INDEX="+file)
	out, err := cmd.Output()
	if err != nil {
		b.Fatalf("benchmarking package repo/catalog: %v\n%s", err, out)
	}
	return results(b, out)
}

func searched(b *testing.B, runner *program.Runner, args ...string) program.Cost {
	b.Helper()
	result, err := runner.Run(b.Context(), program.Call{Program: find(b, "helm4"), Args: args})
	if err != nil || result.Code != 0 {
		b.Fatalf("%q: %v\n%s", args, err, result.Stderr)
	}
	return result.Cost
}
