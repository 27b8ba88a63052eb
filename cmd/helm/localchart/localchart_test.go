package localchart

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/helm-dm/helm-dm/chart"
)

// newFolder makes a folder with one file.
func newFolder(t *testing.T, name, text string) string {
	t.Helper()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}

func TestFolderOneStandsIn(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{".": "./localchart", "./": "./localchart", "./x": "./x", "../x": "../x", "/x": "/x"} {
		if got, err := shownFolder(path); err != nil || got != want {
			t.Errorf("%q is shown as %q, %v, want %q", path, got, err, want)
		}
	}
}

func TestLoadSpellings(t *testing.T) {
	t.Parallel()
	folder := newFolder(t, "Chart.yaml", "apiVersion: v2\nname: note\nversion: 0.3.0\n")
	first, err := load(folder)
	if err != nil {
		t.Fatal(err)
	}
	archive := filepath.Join(newFolder(t, "any.tgz", string(first.data)), "any.tgz")
	for text, shown := range map[string]string{folder: folder, "file:" + folder: folder, "file://" + folder: folder, archive: archive} {
		p, err := load(text)
		if err != nil {
			t.Fatal(err)
		}
		if p.shown != shown || p.chart.PackageName() != "note-0.3.0.tgz" || chart.Digest(p.data) != chart.Digest(first.data) {
			t.Errorf("%q: got %s of %s, %s", text, p.chart.PackageName(), p.shown, chart.Digest(p.data))
		}
	}
}

// TestLoadLeavesOutPackages packs a chart that was packaged where it lies.
func TestLoadLeavesOutPackages(t *testing.T) {
	t.Parallel()
	folder := newFolder(t, "Chart.yaml", "apiVersion: v2\nname: note\nversion: 0.3.0\n")
	first, err := load(folder)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "note-0.2.0.tgz"), first.data, 0o600); err != nil {
		t.Fatal(err)
	}
	if second, err := load(folder); err != nil || chart.Digest(second.data) != chart.Digest(first.data) {
		t.Errorf("it is another one: %v", err)
	}
	if err := os.WriteFile(filepath.Join(folder, "notes-1.tgz"), first.data, 0o600); err != nil {
		t.Fatal(err)
	}
	if third, err := load(folder); err != nil || chart.Digest(third.data) == chart.Digest(first.data) {
		t.Errorf("a file of its own was left out: %v", err)
	}
}

func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	for text, kind := range map[string]error{
		"./none":                                 fs.ErrNotExist,
		newFolder(t, "README.md", ""):            chart.ErrInvalid,
		newFolder(t, "a.tgz", "none") + "/a.tgz": chart.ErrInvalid,
	} {
		if got, err := load(text); !errors.Is(err, kind) || got != nil {
			t.Errorf("%q: got %v, want %v", text, err, kind)
		}
	}
}

// TestLoadOpensNoPipe would wait for ever if it did.
func TestLoadOpensNoPipe(t *testing.T) {
	t.Parallel()
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{pipe, "/dev/zero"} {
		if got, err := load(path); !errors.Is(err, chart.ErrInvalid) || got != nil {
			t.Errorf("%s: got %v", path, err)
		}
	}
}

func TestMeant(t *testing.T) {
	t.Parallel()
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ text, path, kind string }{
		{"pack.go", "./pack.go", "file"},
		{"testdata/note", "./testdata/note", "folder"},
		{"testdata", "", ""},
		{"file:testdata/note", "", ""},
		{"./pack.go", "", ""},
		{filepath.Join(here, "pack.go"), "", ""},
		{"none", "", ""},
		{"helm:example.com/note", "", ""},
		{"", "", ""},
	} {
		if path, kind := Meant(test.text); path != test.path || kind != test.kind {
			t.Errorf("%q: got %q, %q", test.text, path, kind)
		}
	}
}
