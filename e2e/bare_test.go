package e2e

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/helm-dm/helm-dm/internal/clustertest"
)

// TestWithoutManager asks a cluster of its own that has no Helm/DM on it, and
// then one whose managers have all gone.
func TestWithoutManager(t *testing.T) {
	t.Parallel()
	b := &bare{t: t, cluster: clustertest.Start(t), dir: filepath.Join(t.TempDir(), "cluster")}
	t.Cleanup(func() { b.must("helm", "local", "down", "--purge", "--dir", b.dir) })
	b.must("helm-local", "up", "--dir", b.dir)
	chart, err := filepath.Abs("../examples/charts/hello")
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"deployment", "list"}, {"status", "page"}, {"delete", "page"}, {"deploy", "-n", "page", chart}, {"version"},
	} {
		b.refused(args, `Error: Helm/DM is not installed on the cluster of context "helm-local"`, "Try: helm local up")
	}
	b.must("helm", "local", "up", "--dir", b.dir)
	b.must("helm", "deploy", "-n", "page", chart)
	b.must("helm-local", "stop", "--dir", b.dir, "helm-manager-0")
	b.refused([]string{"deployment", "list"}, "Error: the manager does not answer: ", "Try: ")
	b.must("helm", "local", "up", "--dir", b.dir)
	if out := b.must("helm", "status", "page"); !strings.HasPrefix(out, "OK\n") {
		t.Errorf("status after the manager came back: %q", out)
	}
}

// bare is a cluster in a folder, driven by the programs.
type bare struct {
	t       *testing.T
	cluster *clustertest.Cluster
	dir     string
}

// run returns both outputs and the exit code. It does not end with the test, for
// cleaning up comes after that.
func (b *bare) run(program string, args ...string) (stdout, stderr string, code int) {
	b.t.Helper()
	var out, errOut bytes.Buffer
	cmd := exec.Command(b.cluster.Program(program), args...)
	cmd.Env = append(os.Environ(), "KUBECONFIG="+filepath.Join(b.dir, "admin.kubeconfig"))
	cmd.Stdout, cmd.Stderr = &out, &errOut
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		b.t.Fatal(err)
	}
	return out.String(), errOut.String(), cmd.ProcessState.ExitCode()
}

func (b *bare) must(program string, args ...string) string {
	b.t.Helper()
	stdout, stderr, code := b.run(program, args...)
	if code != 0 {
		b.t.Fatalf("%s %q ended with %d:\n%s%s", program, args, code, stdout, stderr)
	}
	return stdout
}

// refused runs helm, which must find nobody to talk to and say so.
func (b *bare) refused(args []string, says ...string) {
	b.t.Helper()
	_, stderr, code := b.run("helm", args...)
	if code != 6 {
		b.t.Errorf("helm %q ended with %d, not 6:\n%s", args, code, stderr)
	}
	for _, text := range says {
		if !strings.Contains(stderr, text) {
			b.t.Errorf("helm %q does not say %q:\n%s", args, text, stderr)
		}
	}
}
