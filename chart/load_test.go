package chart

import (
	"archive/tar"
	"errors"
	"fmt"
	"io/fs"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// summary lists what a loaded chart is made of.
func summary(c *Chart, indent string) string {
	var out strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&out, indent+format+"\n", args...) }
	line("chart %s %s", c.Name(), c.Version())
	for _, f := range c.Templates() {
		line("template %s", f.Name)
	}
	for _, f := range c.Files() {
		line("file %s", f.Name)
	}
	for _, f := range c.CRDs() {
		line("crd %s", f.Name)
	}
	line("values %v", c.Values())
	line("schema %d bytes, lock %t", len(c.Schema()), c.Lock() != nil)
	for _, d := range c.Metadata().Dependencies {
		line("declares %s %s", d.Name, d.Version)
	}
	for _, sub := range c.Dependencies() {
		out.WriteString(summary(sub, indent+"  "))
	}
	return out.String()
}

// TestLoad checks where files go, from a folder and again from its package.
func TestLoad(t *testing.T) {
	t.Parallel()
	readFixtures(t, "load", func(t *testing.T, name string, files *txtar.Archive) {
		dir := filepath.Join(unpackFixture(t, files), "chart")
		c, err := LoadDir(dir, Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(content(files, "want"), summary(c, "")); diff != "" {
			t.Errorf("folder: (-want +got)\n%s", diff)
		}
		packed, err := c.Pack()
		if err != nil {
			t.Fatal(err)
		}
		again, err := LoadBytes(packed, Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(summary(c, ""), summary(again, "")); diff != "" {
			t.Errorf("package: (-folder +package)\n%s", diff)
		}
	})
}

func TestLoadHostileArchive(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		entries []tar.Header
		want    string
	}{
		{"absolute", []tar.Header{file("a/Chart.yaml", minimal), file("/etc/x", "")}, "absolute"},
		{"absolute below the top", []tar.Header{file("a//etc/x", "")}, "absolute"},
		{"outside", []tar.Header{file("a/../../x", "")}, "outside"},
		{"outside in the middle", []tar.Header{file("a/b/../../../x", "")}, "outside"},
		{"outside with backslashes", []tar.Header{file(`a\..\..\x`, "")}, "outside"},
		{"top is outside", []tar.Header{file("../x", "")}, "outside"},
		{"the folder itself", []tar.Header{file("a/.", "")}, "outside"},
		{"drive", []tar.Header{file(`a/c:\x`, "")}, "drive letter"},
		{"drive at the top", []tar.Header{file(`c:\x`, "")}, "drive letter"},
		{"no folder", []tar.Header{file("Chart.yaml", minimal)}, "not in a folder"},
		{"line feed in a name", []tar.Header{file("a/templates/x\nkind: Y", "")}, "control character"},
		{"symbolic link", []tar.Header{{Name: "a/x", Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"}}, "neither a file nor a folder"},
		{"hard link", []tar.Header{{Name: "a/x", Typeflag: tar.TypeLink, Linkname: "/etc/passwd"}}, "neither a file nor a folder"},
		{"device", []tar.Header{{Name: "a/x", Typeflag: tar.TypeChar}}, "neither a file nor a folder"},
		{"twice", []tar.Header{file("a/Chart.yaml", minimal), file("a/Chart.yaml", minimal)}, "twice"},
		{"twice under other names", []tar.Header{file("a/x", ""), file("a/b/../x", "")}, "twice"},
		{"nothing", nil, "no files"},
		{"no Chart.yaml", []tar.Header{file("a/values.yaml", "")}, "Chart.yaml is missing"},
		{"name leads out", []tar.Header{file("a/Chart.yaml", "apiVersion: v2\nname: ../x\nversion: 1.0.0")}, "plain file name"},
		{"package in a package broken", []tar.Header{file("a/Chart.yaml", minimal), file("a/charts/b-1.tgz", "no")}, `subchart "b-1.tgz"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := LoadBytes(pack(t, test.entries...), Limits{})
			if !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an invalid chart and %q", err, test.want)
			}
		})
	}
}

func TestLoadLimits(t *testing.T) {
	t.Parallel()
	noise := make([]byte, 4096)
	rand.New(rand.NewSource(1)).Read(noise)
	inner := pack(t, file("b/Chart.yaml", strings.Replace(minimal, "name: a", "name: b", 1)), file("b/x", strings.Repeat("x", 3000)))
	deep := pack(t, file("a/Chart.yaml", minimal))
	for range 4 {
		deep = pack(t, file("a/Chart.yaml", minimal), file("a/charts/a.tgz", string(deep)))
	}
	head := file("a/Chart.yaml", minimal)
	tests := []struct {
		name   string
		data   []byte
		limits Limits
	}{
		{"compressed", pack(t, head, file("a/x", string(noise))), Limits{Compressed: 1000}},
		{"one file", pack(t, head, file("a/x", string(noise))), Limits{File: 4095}},
		{"total", pack(t, head, file("a/x", string(noise)), file("a/y", string(noise))), Limits{Total: 8000}},
		{"total with nested packages", pack(t, head, file("a/charts/b.tgz", string(inner))), Limits{Total: 2500}},
		{"count", pack(t, head, file("a/x", ""), file("a/y", "")), Limits{Count: 2}},
		{"ratio", pack(t, head, file("a/x", strings.Repeat("\x00", 4<<20))), Limits{}},
		{"depth", deep, Limits{Depth: 4}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := LoadBytes(test.data, test.limits)
			if !errors.Is(err, ErrTooLarge) || !errors.Is(err, ErrInvalid) {
				t.Errorf("got %v, want a chart that is too large", err)
			}
		})
	}
	t.Run("within", func(t *testing.T) {
		t.Parallel()
		if _, err := LoadBytes(deep, Limits{Depth: 5}); err != nil {
			t.Errorf("a chart within the limits: %v", err)
		}
	})
}

func TestLoadDirLinks(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, link, target, want string
	}{
		{"to a file inside", "files/x", "../inside", ""},
		{"to a folder inside", "more", "templates", ""},
		{"out, relative", "x", "../outside", "out of the chart's folder"},
		{"out, absolute", "x", "/etc/hostname", "out of the chart's folder"},
		{"out through a folder", "x", "templates/../../outside", "out of the chart's folder"},
		{"nowhere", "x", "nothing", "leads nowhere"},
		{"in a circle", "templates/up", "..", "holds it"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			top := t.TempDir()
			dir := filepath.Join(top, "a")
			writeFile(t, filepath.Join(top, "outside"), []byte("secret"))
			writeFile(t, filepath.Join(dir, "Chart.yaml"), []byte(minimal))
			writeFile(t, filepath.Join(dir, "templates", "t.yaml"), []byte("kind: A"))
			writeFile(t, filepath.Join(dir, "inside"), []byte("here"))
			writeFile(t, filepath.Join(dir, "files", "y"), nil)
			if err := os.Symlink(test.target, filepath.Join(dir, test.link)); err != nil {
				t.Fatal(err)
			}
			c, err := LoadDir(dir, Limits{})
			if test.want == "" {
				if err != nil || len(c.Raw()) != 5 {
					t.Errorf("got %v, %v, want five files", c, err)
				}
				return
			}
			if !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an invalid chart and %q", err, test.want)
			}
		})
	}
}

func TestLoadMissing(t *testing.T) {
	t.Parallel()
	missing := filepath.Join(t.TempDir(), "nothing")
	if _, err := Load(missing, Limits{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Load: %v", err)
	}
	if _, err := LoadDir(missing, Limits{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("LoadDir: %v", err)
	}
	if _, err := Load(t.TempDir(), Limits{}); !errors.Is(err, ErrInvalid) || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an empty folder: %v", err)
	}
}

func TestLoadFile(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "a-0.1.0.tgz")
	writeFile(t, name, pack(t, file("top/Chart.yaml", minimal)))
	c, err := Load(name, Limits{})
	if err != nil || c.PackageName() != "a-0.1.0.tgz" {
		t.Errorf("got %v, %v", c, err)
	}
}

func FuzzLoadBytes(f *testing.F) {
	f.Add(pack(f, file("a/Chart.yaml", minimal), file("a/values.yaml", "a: {b: 1}\n---\nc: 2"), file("a/templates/t.yaml", "x")))
	f.Add(pack(f, file("a/Chart.yaml", minimal+"dependencies: [{name: b, alias: c}]"), file("a/charts/b/Chart.yaml", strings.Replace(minimal, "name: a", "name: b", 1))))
	f.Add([]byte("\x1f\x8b"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := LoadBytes(data, Limits{Total: 1 << 20, Count: 100})
		if err != nil {
			if !errors.Is(err, ErrInvalid) {
				t.Fatalf("an error of no kind: %v", err)
			}
			return
		}
		packed, err := c.Pack()
		if err != nil {
			t.Fatal(err)
		}
		again, err := LoadBytes(packed, Limits{Ratio: 1 << 30})
		if err != nil || len(again.Raw()) != len(c.Raw()) {
			t.Fatalf("loading its own package: %v", err)
		}
		if configured, err := c.Configure(map[string]any{}); err == nil {
			if _, err := Coalesce(configured, map[string]any{}); err != nil && !errors.Is(err, ErrInvalid) {
				t.Fatalf("an error of no kind: %v", err)
			}
		}
	})
}

func TestLoadCutShort(t *testing.T) {
	t.Parallel()
	whole := pack(t, file("web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n"))
	if _, err := LoadBytes(whole, Limits{}); err != nil {
		t.Fatal(err)
	}
	for _, missing := range []int{1, 8, 9, len(whole) / 2, len(whole)} {
		if _, err := LoadBytes(whole[:len(whole)-missing], Limits{}); !errors.Is(err, ErrInvalid) {
			t.Errorf("without its last %d bytes: %v, want ErrInvalid", missing, err)
		}
	}
}

// TestRequirements merges requirements.yaml over Chart.yaml as Helm 4.3.1 does:
// entry by entry, in charts of every version, and whatever the keys.
func TestRequirements(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"v1", "v2"} {
		c, err := LoadFiles([]File{
			text("Chart.yaml", "apiVersion: "+version+"\nname: a\nversion: 0.1.0\ndependencies: [{name: b, version: 0.1.0, alias: c}, {name: d}]\n"),
			text("requirements.yaml", "dependencies: [{name: e, version: 0.2.0}]\nappVersion: \"7\"\n"),
		}, Limits{})
		if err != nil {
			t.Fatal(err)
		}
		want := &Metadata{
			APIVersion: version, Name: "a", Version: "0.1.0", AppVersion: "7",
			Dependencies: []*Dependency{{Name: "e", Version: "0.2.0", Alias: "c"}},
		}
		if diff := cmp.Diff(want, c.Metadata()); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", version, diff)
		}
	}
}

// TestImportValuesForms wants templates to see of import-values what Helm 4.3.1
// shows them: pairs of texts, and nothing of what is neither a text nor a pair.
func TestImportValuesForms(t *testing.T) {
	t.Parallel()
	c, err := LoadFiles([]File{
		text("Chart.yaml", minimal+"dependencies: [{name: b, version: 0.1.0, import-values: [null, {child: null}, 3, {parent: x}, data]}]\n"),
		text("charts/b/Chart.yaml", "apiVersion: v2\nname: b\nversion: 0.1.0\n"),
	}, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	configured, err := c.Configure(nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []any{
		map[string]any{"child": "<nil>", "parent": "<nil>"},
		map[string]any{"child": "<nil>", "parent": "x"},
		map[string]any{"child": "exports.data", "parent": "."},
	}
	if diff := cmp.Diff(want, configured.Metadata().Dependencies[0].ImportValues); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
