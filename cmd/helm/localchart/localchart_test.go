package localchart

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/chart/reference"
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
	first, err := Load(folder)
	if err != nil {
		t.Fatal(err)
	}
	archive := filepath.Join(newFolder(t, "any.tgz", string(first.Data)), "any.tgz")
	for text, shown := range map[string]string{folder: folder, "file:" + folder: folder, "file://" + folder: folder, archive: archive} {
		called, err := reference.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		p, err := Load(called.Path())
		if err != nil {
			t.Fatal(err)
		}
		if p.Shown != shown || p.Chart.PackageName() != "note-0.3.0.tgz" || chart.Digest(p.Data) != chart.Digest(first.Data) {
			t.Errorf("%q: got %s of %s, %s", text, p.Chart.PackageName(), p.Shown, chart.Digest(p.Data))
		}
	}
}

// TestLoadLeavesOutPackages packs a chart that was packaged where it lies.
func TestLoadLeavesOutPackages(t *testing.T) {
	t.Parallel()
	folder := newFolder(t, "Chart.yaml", "apiVersion: v2\nname: note\nversion: 0.3.0\n")
	first, err := Load(folder)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "note-0.2.0.tgz"), first.Data, 0o600); err != nil {
		t.Fatal(err)
	}
	if second, err := Load(folder); err != nil || chart.Digest(second.Data) != chart.Digest(first.Data) {
		t.Errorf("it is another one: %v", err)
	}
	if err := os.WriteFile(filepath.Join(folder, "notes-1.tgz"), first.Data, 0o600); err != nil {
		t.Fatal(err)
	}
	if third, err := Load(folder); err != nil || chart.Digest(third.Data) == chart.Digest(first.Data) {
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
		if got, err := Load(text); !errors.Is(err, kind) || got != nil {
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
		if got, err := Load(path); !errors.Is(err, chart.ErrInvalid) || got != nil {
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

func TestVersioned(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ text, version, want string }{ // want is empty where it is refused
		{"example.com/bar", "^1", "helm:example.com/bar#^1"},
		{"oci://example.com/bar", "1.2.3+b", "oci://example.com/bar:1.2.3_b"},
		{"helm:example.com/bar#1", "^1", ""},
		{"oci://example.com/bar:1.2.3", "^1", ""},
		{"https://example.com/bar-1.2.3.tgz", "^1", ""},
		{"localchart/bar", "1.2.3", ""},
		{"./bar", "1.2.3", ""},
		{"example.com/bar", "x=y", ""},
	} {
		got, err := Resolve(t.Context(), nil, nil, test.text, test.version)
		if (err != nil) != (test.want == "") || err == nil && got.String() != test.want {
			t.Errorf("%s %s: got %v, %v", test.text, test.version, got, err)
		}
	}
}

func TestUnversioned(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"example.com/bar#1.2.3":       "helm:example.com/bar",
		"oci://example.com/bar:1.2.3": "oci://example.com/bar",
		"./bar":                       "./bar",
		"no reference":                "no reference",
	} {
		if got := Unversioned(text); got != want {
			t.Errorf("%s: got %s", text, got)
		}
	}
}
