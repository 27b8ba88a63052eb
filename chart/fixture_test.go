package chart

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// readFixtures calls run for every archive in a folder of testdata.
func readFixtures(t *testing.T, folder string, run func(t *testing.T, name string, files *txtar.Archive)) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("testdata", folder, "*.txtar"))
	if err != nil || len(names) == 0 {
		t.Fatalf("finding fixtures of %s: %v, %d found", folder, err, len(names))
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			t.Parallel()
			files, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			run(t, name, files)
		})
	}
}

// unpackFixture writes the files of an archive to a folder of the test's own.
func unpackFixture(t *testing.T, files *txtar.Archive) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range files.Files {
		writeFile(t, filepath.Join(dir, f.Name), f.Data)
	}
	return dir
}

func writeFile(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// content returns the text of one file of an archive, "" when absent.
func content(files *txtar.Archive, name string) string {
	for _, f := range files.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

// pack makes a package of entries, as hostile as they are.
func pack(t testing.TB, entries ...tar.Header) []byte {
	t.Helper()
	var out bytes.Buffer
	zipped := gzip.NewWriter(&out)
	w := tar.NewWriter(zipped)
	for _, header := range entries {
		data := []byte(header.Linkname)
		if header.Typeflag == 0 {
			header.Typeflag, header.Linkname, header.Size = tar.TypeReg, "", int64(len(data))
		} else {
			data = nil
		}
		if err := w.WriteHeader(&header); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zipped.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// file is an entry of a package.
func file(name, data string) tar.Header { return tar.Header{Name: name, Linkname: data} }

// text is a file of a chart.
func text(name, content string) File { return File{Name: name, Data: []byte(content)} }

const minimal = "apiVersion: v2\nname: a\nversion: 0.1.0\n"
