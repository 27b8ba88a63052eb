package program_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/helm-dm/helm-dm/conformance/program"
)

func TestMain(m *testing.M) {
	if program.IsLauncher() {
		os.Exit(program.Launch())
	}
	os.Exit(m.Run())
}

// shell runs a script.
func shell(t *testing.T, ctx context.Context, script string) (program.Result, error) {
	t.Helper()
	path, err := exec.LookPath("sh")
	if err != nil {
		t.Skipf("there is no shell: %v", err)
	}
	runner, err := program.NewRunner(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return runner.Run(ctx, program.Call{Program: path, Args: []string{"-c", script}})
}

// TestRun tells the streams and the exit code of a program apart from those of
// its launcher.
func TestRun(t *testing.T) {
	t.Parallel()
	result, err := shell(t, t.Context(), "echo out; echo err >&2; exit 3")
	if err != nil {
		t.Fatal(err)
	}
	if string(result.Stdout) != "out\n" || string(result.Stderr) != "err\n" || result.Code != 3 {
		t.Errorf("got %q, %q and exit code %d", result.Stdout, result.Stderr, result.Code)
	}
	if result.Cost.Wall <= 0 || result.Cost.Resident <= 0 {
		t.Errorf("the run cost %+v", result.Cost)
	}
}

// TestEnvironment shows that nothing of the caller's environment is handed on but
// the places of programs and temporary files.
func TestEnvironment(t *testing.T) {
	t.Parallel()
	result, err := shell(t, t.Context(), "env")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(result.Stdout)) {
		name, _, _ := strings.Cut(line, "=")
		switch name {
		case "HOME", "KUBECONFIG", "PATH", "SOURCE_DATE_EPOCH", "TMPDIR", "PWD", "OLDPWD", "SHLVL", "_":
		default:
			t.Errorf("the program sees %s", name)
		}
	}
}

// TestEnd shows that a program that does not end is ended.
func TestEnd(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := shell(t, ctx, "exec sleep 600"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want that the time was up", err)
	}
}

// TestNotThere tells a program that does not start from one that fails.
func TestNotThere(t *testing.T) {
	t.Parallel()
	runner, err := program.NewRunner(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := runner.Run(t.Context(), program.Call{Program: "/nowhere/helm"}); err == nil {
		t.Error("a program that is not there has run")
	}
}
