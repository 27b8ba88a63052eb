package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/helm-dm/helm-dm/conformance/program"
	"github.com/helm-dm/helm-dm/conformance/trial"
	"github.com/helm-dm/helm-dm/conformance/verdict"
)

// binVar is the folder of the programs; ../bin when empty.
const binVar = "HELM_BIN"

func TestMain(m *testing.M) {
	if program.IsLauncher() {
		os.Exit(program.Launch())
	}
	os.Exit(m.Run())
}

// newPair is our helm and the oracle.
func newPair(t testing.TB) trial.Pair {
	t.Helper()
	runner, err := program.NewRunner(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return trial.Pair{Runner: runner, Ours: find(t, "helm"), Theirs: find(t, "helm4")}
}

// find is the path of a program.
func find(t testing.TB, name string) string {
	t.Helper()
	folder := os.Getenv(binVar)
	if folder == "" {
		folder = filepath.Join("..", "bin")
	}
	path, err := filepath.Abs(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("%v: make build oracle", err)
	}
	return path
}

// shipped is the folder of the module that the oracle is built from. Only what
// lies in its folders of test data may be read.
func shipped(t testing.TB) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "helm.sh/helm/v4").Output()
	if err != nil {
		t.Fatalf("finding the module of Helm: %v", err)
	}
	return strings.TrimSpace(string(out))
}

// check fails the test unless the case ended in one of the verdicts, or in any
// good one when none is named.
func check(t *testing.T, outcome trial.Outcome, want ...verdict.Verdict) {
	t.Helper()
	if slices.Contains(want, outcome.Verdict) || want == nil && outcome.Verdict.Good() {
		return
	}
	t.Errorf("helm %s\n%s, want %s%s", strings.Join(outcome.Case.Args, " "), outcome.Verdict, want, details(outcome))
}

// details is what one needs to understand a difference.
func details(outcome trial.Outcome) string {
	if outcome.Err != nil {
		return ": " + outcome.Err.Error()
	}
	theirs, ours := outcome.Theirs, outcome.Ours
	return fmt.Sprintf("\ntheirs, exit code %d: %s\nours, exit code %d: %s\n%s",
		theirs.Code, excerpt(theirs.Stderr), ours.Code, excerpt(ours.Stderr), firstDifference(theirs.Stdout, ours.Stdout))
}

func excerpt(text []byte) string { return string(text[:min(len(text), 2000)]) }

// firstDifference shows the first lines that differ.
func firstDifference(theirs, ours []byte) string {
	a, b := strings.Split(string(theirs), "\n"), strings.Split(string(ours), "\n")
	for i := range max(len(a), len(b)) {
		if i >= len(a) || i >= len(b) || a[i] != b[i] {
			return fmt.Sprintf("line %d\ntheirs: %q\nours:   %q\n", i+1, a[min(i, len(a)):min(i+1, len(a))], b[min(i, len(b)):min(i+1, len(b))])
		}
	}
	return ""
}
