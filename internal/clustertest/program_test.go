package clustertest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestMissingPrograms says what to do; it is not parallel, for it changes the
// environment.
func TestMissingPrograms(t *testing.T) {
	dir := t.TempDir()
	t.Setenv(binVar, dir)
	if _, err := findBin(); err == nil || !strings.Contains(err.Error(), "make build kubectl") {
		t.Errorf("error %v, want one that says make build kubectl", err)
	}
	for _, name := range []string{"helm", "helm-manager", "helm-local", "kubectl"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if bin, err := findBin(); err != nil || bin != dir {
		t.Errorf("found %q, error %v; want %q", bin, err, dir)
	}
}
