package chart

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// hostile is a chart, or values for one, that nothing good comes of.
type hostile struct {
	name string
	make func(t *testing.T) []byte // a package; nil where there are files
	kind error
	// files are loaded without a package, whose ratio would give them away.
	files []File
}

// bombs expand: their tests measure what they cost.
func bombs() []hostile {
	deep := func(open, closing string, n int) string { return strings.Repeat(open, n) + strings.Repeat(closing, n) }
	laughs := func(prefix string) string {
		var out strings.Builder
		out.WriteString("a0: &a0 [" + strings.Repeat("x,", 100) + "]\n")
		for i := 1; i < 20; i++ {
			fmt.Fprintf(&out, "a%d: &a%d [%s]\n", i, i, strings.Repeat(fmt.Sprintf("*a%d,", i-1), 20))
		}
		return prefix + out.String()
	}
	withFile := func(name, content string) []File {
		return []File{text("Chart.yaml", minimal), text(name, content)}
	}
	withChart := func(content string) []File { return []File{text("Chart.yaml", content)} }
	old := strings.Replace(minimal, "v2", "v1", 1)
	return []hostile{
		{"zeros", func(t *testing.T) []byte {
			return pack(t, file("a/Chart.yaml", minimal), file("a/x", strings.Repeat("\x00", 4<<20)))
		}, ErrTooLarge, nil},
		{"a huge file", func(t *testing.T) []byte {
			return pack(t, file("a/Chart.yaml", minimal), file("a/x", strings.Repeat("\x00", 6<<20)))
		}, ErrTooLarge, nil},
		{"zeros in packages in packages", func(t *testing.T) []byte {
			data := pack(t, file("a/Chart.yaml", minimal), file("a/x", strings.Repeat("\x00", 1<<20)))
			for range 8 {
				entries := []tar.Header{file("a/Chart.yaml", minimal)}
				for i := range 8 {
					entries = append(entries, file(fmt.Sprintf("a/charts/c%d.tgz", i), string(data)))
				}
				data = pack(t, entries...)
			}
			return data
		}, ErrTooLarge, nil},
		{"packages without an end", func(t *testing.T) []byte {
			data := pack(t, file("a/Chart.yaml", minimal))
			for range 20 {
				data = pack(t, file("a/Chart.yaml", minimal), file("a/charts/a.tgz", string(data)))
			}
			return data
		}, ErrTooLarge, nil},
		{"many files", func(t *testing.T) []byte {
			entries := []tar.Header{file("a/Chart.yaml", minimal)}
			for i := range 2001 {
				entries = append(entries, file(fmt.Sprintf("a/%d", i), ""))
			}
			return pack(t, entries...)
		}, ErrTooLarge, nil},
		{"many folders", func(t *testing.T) []byte {
			entries := []tar.Header{file("a/Chart.yaml", minimal)}
			for i := range 2001 {
				entries = append(entries, tar.Header{Name: fmt.Sprintf("a/%d/", i), Typeflag: tar.TypeDir})
			}
			return pack(t, entries...)
		}, ErrTooLarge, nil},
		{"holes", func(t *testing.T) []byte {
			return pack(t, file("a/Chart.yaml", minimal), tar.Header{Name: "a/x", Typeflag: tar.TypeGNUSparse, Linkname: "x"})
		}, ErrInvalid, nil},
		{"a size that is not there", func(t *testing.T) []byte { return rawEntry(t, "a/x", 1<<40) }, ErrTooLarge, nil},
		{"a size just allowed that is not there", func(t *testing.T) []byte { return rawEntry(t, "a/x", 5<<20) }, ErrInvalid, nil},
		{"a megabyte of a name", func(t *testing.T) []byte {
			return pack(t, file("a/Chart.yaml", minimal), file("a/"+strings.Repeat("x", 900_000), ""))
		}, ErrTooLarge, nil},
		{"a megabyte of a chart's name", nil, ErrInvalid, withChart("apiVersion: v2\nversion: 1.0.0\nname: " + strings.Repeat("x", 1<<20))},
		{"a megabyte of a version", nil, ErrInvalid, withChart("apiVersion: v2\nname: a\nversion: 1.0.0-" + strings.Repeat("x", 1<<20))},
		{"a megabyte of a type", nil, ErrInvalid, withChart(minimal + "type: " + strings.Repeat("x", 1<<20))},
		{"a megabyte of an API version", nil, ErrInvalid, withChart("name: a\nversion: 1.0.0\napiVersion: " + strings.Repeat("x", 1<<20))},
		{"a megabyte of an alias", nil, ErrInvalid, withChart(minimal + "dependencies: [{name: b, alias: " + strings.Repeat("/", 1<<20) + "}]")},
		{"a megabyte of a wrong kind", nil, ErrInvalid, withChart(minimal + "keywords: " + strings.Repeat("x", 1<<20))},
		{"pages of a subchart's name", nil, ErrInvalid, withFile("charts/"+strings.Repeat("x", 4000)+"/x", "")},
		{"aliases in Chart.yaml", nil, ErrInvalid, withChart(laughs(minimal))},
		{"aliases in values.yaml", nil, ErrInvalid, withFile("values.yaml", laughs(""))},
		{"aliases in Chart.lock", nil, ErrInvalid, withFile("Chart.lock", laughs(""))},
		{"aliases in requirements.yaml", nil, ErrInvalid, []File{text("Chart.yaml", old), text("requirements.yaml", laughs(""))}},
		{"lists in lists in Chart.yaml", nil, ErrInvalid, withChart(minimal + "x: " + deep("[", "]", 200_000))},
		{"maps in maps in values.yaml", nil, ErrInvalid, withFile("values.yaml", "x: "+deep("{a: ", "}", 200_000))},
		{"dashes in values.yaml", nil, ErrInvalid, withFile("values.yaml", "x:\n"+strings.Repeat("- ", 200_000)+"x")},
		{"lists in lists in Chart.lock", nil, ErrInvalid, withFile("Chart.lock", deep("[", "]", 200_000))},
		{"a key that is a map", nil, ErrInvalid, withFile("values.yaml", "? "+deep("{a: ", "}", 9_000)+"\n: 1")},
	}
}

// rawEntry is a package whose only file claims a size that it has not.
func rawEntry(t *testing.T, name string, size int64) []byte {
	t.Helper()
	var out bytes.Buffer
	zipped := gzip.NewWriter(&out)
	if err := tar.NewWriter(zipped).WriteHeader(&tar.Header{Name: name, Typeflag: tar.TypeReg, Size: size}); err != nil {
		t.Fatal(err)
	}
	if err := zipped.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestBombs wants each bomb to be refused, with few words, and to cost no more
// memory, over time, than loading a large chart may. It measures the whole
// process and so runs alone.
func TestBombs(t *testing.T) { //nolint:paralleltest // see above
	const allowed = 256 << 20
	for _, bomb := range bombs() {
		t.Run(bomb.name, func(t *testing.T) { //nolint:paralleltest // see above
			limits := Limits{Count: 2000} // so that what is too many is made soon
			load := func() (*Chart, error) { return LoadFiles(bomb.files, limits) }
			if bomb.make != nil {
				data := bomb.make(t)
				load = func() (*Chart, error) { return LoadBytes(data, limits) }
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			c, err := load()
			runtime.ReadMemStats(&after)
			if c != nil || !errors.Is(err, ErrInvalid) || !errors.Is(err, bomb.kind) {
				t.Errorf("got %.300v, want %v", err, bomb.kind)
			}
			if err != nil && len(err.Error()) > 10_000 {
				t.Errorf("the error has %d bytes", len(err.Error()))
			}
			if cost := after.TotalAlloc - before.TotalAlloc; cost > allowed {
				t.Errorf("it cost %d MiB", cost>>20)
			}
		})
	}
}

// TestHostileFolder builds folders out of what only file systems have.
func TestHostileFolder(t *testing.T) {
	t.Parallel()
	link := func(target, name string) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			t.Helper()
			if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	pipe := func(name string) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			t.Helper()
			if err := syscall.Mkfifo(filepath.Join(dir, name), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	tests := []struct {
		name string
		make func(t *testing.T, dir string)
		kind error
	}{
		{"a link for Chart.lock", link("../outside", "Chart.lock"), ErrInvalid},
		{"a link for values.yaml", link("/etc/passwd", "values.yaml"), ErrInvalid},
		{"a link for .helmignore", link("../outside", ".helmignore"), ErrInvalid},
		{"an endless file", link("/dev/zero", "values.yaml"), ErrInvalid},
		{"a link to itself", link("self", "self"), ErrInvalid},
		{"a folder elsewhere", link("..", "charts"), ErrInvalid},
		{"a pipe", pipe("values.yaml"), ErrInvalid},
		{"a pipe for .helmignore", pipe(".helmignore"), ErrInvalid},
		{"a folder for .helmignore", func(t *testing.T, dir string) { writeFile(t, filepath.Join(dir, ".helmignore", "x"), nil) }, ErrInvalid},
		{"a folder for Chart.yaml in a subchart", func(t *testing.T, dir string) { writeFile(t, filepath.Join(dir, "charts/b/Chart.yaml/x"), nil) }, ErrInvalid},
		{"links that multiply", func(t *testing.T, dir string) {
			t.Helper()
			for i := range 6 {
				for _, name := range strings.Split("abcdefgh", "") {
					link := filepath.Join(dir, fmt.Sprint(i), name)
					if err := os.MkdirAll(filepath.Dir(link), 0o755); err != nil {
						t.Fatal(err)
					}
					if err := os.Symlink(fmt.Sprintf("../%d", i+1), link); err != nil {
						t.Fatal(err)
					}
				}
			}
			writeFile(t, filepath.Join(dir, "6", "x"), nil)
		}, ErrTooLarge},
		{"a huge file", func(t *testing.T, dir string) { writeFile(t, filepath.Join(dir, "x"), make([]byte, 5<<20+1)) }, ErrTooLarge},
		{"a file of holes", func(t *testing.T, dir string) {
			t.Helper()
			writeFile(t, filepath.Join(dir, "x"), nil)
			if err := os.Truncate(filepath.Join(dir, "x"), 1<<40); err != nil {
				t.Fatal(err)
			}
		}, ErrTooLarge},
		{"a line feed in a name", func(t *testing.T, dir string) { writeFile(t, filepath.Join(dir, "templates", "x\nkind: Y"), nil) }, ErrInvalid},
		{"a name that is no text", func(t *testing.T, dir string) { writeFile(t, filepath.Join(dir, "templates", "\xff\xfe"), nil) }, ErrInvalid},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			top := t.TempDir()
			dir := filepath.Join(top, "a")
			writeFile(t, filepath.Join(top, "outside"), []byte("hush: hush"))
			writeFile(t, filepath.Join(dir, "Chart.yaml"), []byte(minimal))
			test.make(t, dir)
			c, err := LoadDir(dir, Limits{Count: 1000})
			if c != nil || !errors.Is(err, ErrInvalid) || !errors.Is(err, test.kind) || strings.Contains(err.Error(), "hush") {
				t.Errorf("got %v, want %v", err, test.kind)
			}
		})
	}
}

// TestLoadNoChart is about paths that are neither a folder nor a package.
func TestLoadNoChart(t *testing.T) {
	t.Parallel()
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{pipe, "/dev/zero", "/dev/null"} {
		if c, err := Load(path, Limits{}); c != nil || !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: got %v", path, err)
		}
	}
}

// TestNulls puts null wherever a chart may say something: it loads or is refused,
// and what loads can be used.
func TestNulls(t *testing.T) {
	t.Parallel()
	keys := []string{
		"name: null", "version: null", "apiVersion: null", "home: null", "sources: null", "sources: [null]", "keywords: null", "keywords: [null]",
		"description: null", "maintainers: null", "maintainers: [null]", "maintainers: [{name: null}]", "icon: null", "condition: null", "tags: null",
		"appVersion: null", "deprecated: null", "annotations: null", "annotations: {a: null}", "kubeVersion: null", "type: null",
		"dependencies: null", "dependencies: [null]", "dependencies: [{}]", "dependencies: [{name: null}]", "dependencies: [{name: b, version: null}]",
		"dependencies: [{name: b, tags: null}]", "dependencies: [{name: b, tags: [null]}]", "dependencies: [{name: b, condition: null}]",
		"dependencies: [{name: b, alias: null}]", "dependencies: [{name: b, repository: null}]", "dependencies: [{name: b, enabled: null}]",
		"dependencies: [{name: b, import-values: null}]", "dependencies: [{name: b, import-values: [null]}]",
		"dependencies: [{name: b, import-values: [{child: null, parent: null}]}]", "dependencies: [{name: b, import-values: [{}, [], 1, [null]]}]",
	}
	texts := []string{"", "null", "~", "a: null", "b: null", "global: null", "b: {global: null}", "tags: null", "b: []", "---\n---\n"}
	check := func(files ...File) {
		c, err := LoadFiles(files, Limits{})
		if err != nil {
			if !errors.Is(err, ErrInvalid) {
				t.Errorf("%s: an error of no kind: %v", files[0].Data, err)
			}
			return
		}
		for _, user := range []map[string]any{nil, {"b": nil}, {"global": nil}, {"tags": nil}, {"b": map[string]any{"global": nil}}} {
			configured, err := c.Configure(user)
			if err == nil {
				_, err = Coalesce(configured, user)
			}
			if err != nil && !errors.Is(err, ErrInvalid) {
				t.Errorf("%s: an error of no kind: %v", files[0].Data, err)
			}
		}
		_, _, _ = c.Metadata(), c.Lock(), c.CRDs()
		if err := c.CheckLock(); err != nil && !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: an error of no kind: %v", files[0].Data, err)
		}
		if _, err := c.WithVersion("1.2.3", "x"); err != nil {
			t.Errorf("%s: another version: %v", files[0].Data, err)
		}
	}
	sub := File{Name: "charts/b/Chart.yaml", Data: []byte("apiVersion: v2\nname: b\nversion: 0.1.0\n")}
	for _, key := range keys {
		check(File{Name: "Chart.yaml", Data: []byte(minimal + key)}, sub)
		old := File{Name: "Chart.yaml", Data: []byte(strings.Replace(minimal, "v2", "v1", 1))}
		check(old, sub, File{Name: "requirements.yaml", Data: []byte(key)})
		check(old, sub, File{Name: "requirements.lock", Data: []byte(key)})
		check(File{Name: "Chart.yaml", Data: []byte(minimal)}, sub, File{Name: "Chart.lock", Data: []byte(key)})
	}
	for _, text := range texts {
		head := File{Name: "Chart.yaml", Data: []byte(minimal + "dependencies: [{name: b, version: '*', import-values: [x]}]")}
		for _, name := range []string{"values.yaml", "charts/b/values.yaml", "Chart.lock", "requirements.yaml", "requirements.lock", "values.schema.json"} {
			check(head, sub, File{Name: name, Data: []byte(text)})
		}
		check(File{Name: "Chart.yaml", Data: []byte(text)}, sub)
	}
}
