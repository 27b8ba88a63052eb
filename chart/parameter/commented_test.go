package parameter

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

func TestCommented(t *testing.T) {
	t.Parallel()
	const header = "# @chart helm:example.com/foo/bar#1.1.1\n"
	tests := []struct{ name, text, want string }{
		{"as written", "# -- words\na: 1 # x\n\n# b: 2\n", header + "# -- words\na: 1 # x\n\n# b: 2\n"},
		{"no values", "", header},
		{"no line break at the end", "a: 1", header + "a: 1\n"},
		{"byte order mark", "\ufeffa: 1\n", header + "a: 1\n"},
		{"a chart that says where it goes", "# words\n#@namespace kube-system\n\n## x\n# @deployment  other\n # @chart x y z\na: 1\n# @namespace b\n", header + "# words\n\n## x\na: 1\n# @namespace b\n"},
		{"later documents", "a: 1\n---\n# @deployment x\nb: 1\n--- # @namespace y\n# @chart z\nc: |\n  # @chart text\n", header + "a: 1\n---\nb: 1\n---\nc: |\n  # @chart text\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := Commented(chartOf(t, test.text, ""), "helm:example.com/foo/bar#1.1.1")
			if diff := cmp.Diff(test.want, string(got)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// packed is the package of the files of an archive.
func packed(t testing.TB, archive *txtar.Archive) []byte {
	t.Helper()
	var out bytes.Buffer
	zipped := gzip.NewWriter(&out)
	w := tar.NewWriter(zipped)
	for _, f := range archive.Files {
		if err := w.WriteHeader(&tar.Header{Name: f.Name, Mode: 0o644, Size: int64(len(f.Data))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(f.Data); err != nil {
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
