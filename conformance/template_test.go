package main

import (
	"bytes"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/helm-dm/helm-dm/conformance/collection"
	"github.com/helm-dm/helm-dm/conformance/table"
	"github.com/helm-dm/helm-dm/conformance/trial"
	"github.com/helm-dm/helm-dm/conformance/verdict"
)

// TestShipped renders the charts that Helm ships as test data.
func TestShipped(t *testing.T) {
	t.Parallel()
	var charts []collection.Chart
	for _, folder := range testdata(t, shipped(t)) {
		found, err := collection.Find(folder)
		if err != nil {
			t.Fatal(err)
		}
		charts = append(charts, found...)
	}
	if len(charts) < 100 {
		t.Fatalf("found %d charts: Helm ships more", len(charts))
	}
	try(t, newPair(t), charts)
}

// testdata finds the folders of test data below root, in no other's.
func testdata(t *testing.T, root string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && entry.Name() == "testdata" {
			out = append(out, path)
			return fs.SkipDir
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestExamples renders the charts in examples.
func TestExamples(t *testing.T) {
	t.Parallel()
	charts, err := collection.Find(filepath.Join("..", "examples", "charts"))
	if err != nil {
		t.Fatal(err)
	}
	if len(charts) == 0 {
		t.Fatal("found no charts in examples")
	}
	try(t, newPair(t), charts)
}

// try tries all cases of the charts, and logs the table.
func try(t *testing.T, pair trial.Pair, charts []collection.Chart) {
	t.Helper()
	sum := &summary{}
	t.Cleanup(func() { t.Log("\n" + sum.String()) })
	for _, chart := range charts {
		for _, c := range trial.Cases(chart) {
			t.Run(c.Name, func(t *testing.T) {
				t.Parallel()
				outcome := pair.Try(t.Context(), c)
				sum.add(outcome)
				check(t, outcome)
			})
		}
	}
}

// summary is a table that parallel tests fill.
type summary struct {
	mutex sync.Mutex
	table table.Table
}

func (s *summary) add(outcome trial.Outcome) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.table.Add(outcome)
}

func (s *summary) String() string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	var out bytes.Buffer
	if err := s.table.Print(&out); err != nil {
		return err.Error()
	}
	return out.String()
}

// TestCharts renders the charts in testdata/chart, each of which shows one fact
// about Helm. An archive holds folders to work in and
//
//	cases        arguments that both must render alike, a line each
//	failures     arguments that both must refuse alike
//	differences  arguments that ours means to treat otherwise, after the verdict
//	             and a colon; doc/differences.md says why
func TestCharts(t *testing.T) {
	t.Parallel()
	archives, err := filepath.Glob(filepath.Join("testdata", "chart", "*.txtar"))
	if err != nil || archives == nil {
		t.Fatalf("no archives of charts: %v", err)
	}
	for _, path := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			t.Parallel()
			story(t, path)
		})
	}
}

func story(t *testing.T, path string) {
	t.Helper()
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := txtar.Write(archive, dir); err != nil {
		t.Fatal(err)
	}
	pair, tried := newPair(t), 0
	for line := range lines(archive, "cases") {
		tried++
		tell(t, pair, dir, line, verdict.Identical, verdict.ByChance)
	}
	for line := range lines(archive, "failures") {
		tried++
		tell(t, pair, dir, line, verdict.SameFailure)
	}
	for line := range lines(archive, "differences") {
		tried++
		want, args, _ := strings.Cut(line, ": ")
		tell(t, pair, dir, args, verdict.Verdict(want))
	}
	if tried == 0 {
		t.Error("the archive has no cases")
	}
}

// lines are the lines of a file in an archive, without blank ones.
func lines(archive *txtar.Archive, name string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for _, file := range archive.Files {
			if file.Name != name {
				continue
			}
			for line := range strings.Lines(string(file.Data)) {
				if line = strings.TrimSpace(line); line != "" && !yield(line) {
					return
				}
			}
		}
	}
}

// tell runs one line of a story, on the version of Kubernetes that it names or on
// one for all.
func tell(t *testing.T, pair trial.Pair, dir, line string, want ...verdict.Verdict) {
	t.Helper()
	t.Run(line, func(t *testing.T) {
		t.Parallel()
		args := strings.Fields(line)
		if args[0] == "template" && !slices.Contains(args, "--kube-version") {
			args = append(args, "--kube-version", "1.36.3")
		}
		check(t, pair.Try(t.Context(), trial.Case{Name: line, Args: args, Dir: dir}), want...)
	})
}
