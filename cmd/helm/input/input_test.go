package input_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/helm-dm/helm-dm/cmd/helm/input"
)

func TestFile(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, []byte("12345"), 0o600); err != nil {
		t.Fatal(err)
	}
	if data, err := input.File(name, 5); err != nil || string(data) != "12345" {
		t.Errorf("within bounds: %q, %v", data, err)
	}
	if _, err := input.File(name, 4); !errors.Is(err, input.ErrTooLarge) || !strings.Contains(err.Error(), name) {
		t.Errorf("out of bounds: %v, want ErrTooLarge that names the file", err)
	}
	if _, err := input.File("/dev/zero", 1<<20); !errors.Is(err, input.ErrTooLarge) {
		t.Errorf("without end: %v, want ErrTooLarge", err)
	}
	if _, err := input.File(filepath.Dir(name), 5); err == nil || strings.Count(err.Error(), filepath.Dir(name)) != 1 {
		t.Errorf("a folder: %v", err)
	}
	if _, err := input.File(name+"x", 5); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing: %v", err)
	}
}
