package folder

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/helm-dm/helm-dm/cmd/helm/fault"
)

// opened opens a new folder.
func opened(t *testing.T, force bool) *Folder {
	t.Helper()
	f, err := Open(filepath.Join(t.TempDir(), "made", "too"), force)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// TestPlaceLeavesNothing writes where it cannot be.
func TestPlaceLeavesNothing(t *testing.T) {
	t.Parallel()
	for _, force := range []bool{false, true} {
		f := opened(t, force)
		if err := f.MkdirAll("taken/by a folder", 0o700); err != nil {
			t.Fatal(err)
		}
		if err := f.Place("taken", []byte("x")); err == nil {
			t.Error("a file took the place of a folder")
		}
		if err := f.Place("taken/"+strings.Repeat("x", 256), []byte("x")); err == nil || strings.Contains(err.Error(), ".helm-") {
			t.Errorf("a name too long: got %v", err)
		}
		for folder, want := range map[string]int{"": 1, "taken": 1} {
			if entries, err := os.ReadDir(f.Path(folder)); err != nil || len(entries) != want {
				t.Errorf("left behind: %v, %v", entries, err)
			}
		}
	}
}

// TestPlaceReplacesNothing writes a name that something has taken since it was
// looked at.
func TestPlaceReplacesNothing(t *testing.T) {
	t.Parallel()
	f := opened(t, false)
	if err := os.WriteFile(f.Path("other"), []byte("other"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := f.Symlink("nothing", "link"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"other", "link"} {
		if err := f.Place(name, []byte("x")); fault.ExitCode(err) != fault.ExitConflict {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if got, err := f.ReadFile("other"); err != nil || string(got) != "other" {
		t.Errorf("got %q, %v", got, err)
	}
	if err := f.Place("other", []byte("other")); err != nil {
		t.Errorf("the same content: got %v", err)
	}
	f.force = true
	if err := f.Place("other", []byte("x")); err != nil {
		t.Error(err)
	}
	if got, err := f.ReadFile("other"); err != nil || string(got) != "x" {
		t.Errorf("by force: got %q, %v", got, err)
	}
}

// TestPlaceStaysInside writes through links.
func TestPlaceStaysInside(t *testing.T) {
	t.Parallel()
	for _, force := range []bool{false, true} {
		f, outside := opened(t, force), t.TempDir()
		if err := f.Symlink(outside, "templates"); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"templates/a.yaml", "templates/deep/a.yaml", "../a.yaml"} {
			if f.Place(name, []byte("x")) == nil {
				t.Errorf("%s was written", name)
			}
		}
		if entries, err := os.ReadDir(outside); err != nil || len(entries) != 0 {
			t.Errorf("outside: %v, %v", entries, err)
		}
	}
}

func TestPlaceLongName(t *testing.T) {
	t.Parallel()
	f := opened(t, false)
	name := filepath.Join("a", strings.Repeat("x", 255))
	if err := f.Place(name, []byte("x")); err != nil {
		t.Error(err)
	}
}

func TestVacant(t *testing.T) {
	t.Parallel()
	f := opened(t, false)
	if err := os.WriteFile(f.Path("same"), []byte("same"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := f.Symlink("same", "link"); err != nil {
		t.Fatal(err)
	}
	for name, free := range map[string]bool{"same": true, "link": false, ".": false, "nothing": true} {
		if err := f.Vacant(name, []byte("same")); (err == nil) != free {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, other := range []string{"sam", "same!", ""} {
		if f.Vacant("same", []byte(other)) == nil {
			t.Errorf("%q was to be replaced", other)
		}
	}
}

func TestWrite(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "values.yaml")
	for _, step := range []struct {
		path, content string
		force         bool
		code          int
		left          string
	}{
		{path, "a", false, fault.ExitDone, "a"},
		{path, "a", false, fault.ExitDone, "a"},
		{path, "b", false, fault.ExitConflict, "a"},
		{path, "b", true, fault.ExitDone, "b"},
		{filepath.Join(folder, "none", "values.yaml"), "b", true, fault.ExitUsage, "b"},
	} {
		err := Write(step.path, []byte(step.content), step.force)
		got, readErr := os.ReadFile(path)
		if fault.ExitCode(err) != step.code || readErr != nil || string(got) != step.left {
			t.Errorf("%+v: got %v, and %q is left, %v", step, err, got, readErr)
		}
	}
	if entries, err := os.ReadDir(folder); err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
}
