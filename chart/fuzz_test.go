package chart

import (
	"errors"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

// FuzzMetadata reads hostile texts of Chart.yaml and of requirements.yaml, and
// wants what is read to be printable, and to be able to get another version.
func FuzzMetadata(f *testing.F) {
	for _, seed := range []string{
		minimal, strings.Replace(minimal, "v2", "v1", 1), "", "null", "[]", "{apiVersion: v2, name: a, version: 1.0.0}",
		minimal + "dependencies: [{name: b, alias: c, condition: 'a,b.c', tags: [t], import-values: [x, {child: ., parent: a.b}]}]",
		minimal + "annotations: {a: \"\\e[31m\"}\nmaintainers: [null]\nkeywords: [\"\\u0000\"]", minimal + "a: &a [*a]", minimal + "appVersion: !!binary aGk=", "name: a # b\nversion: '1' #\r\napiVersion: v2",
	} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, head, requirements string) {
		files := []File{text("Chart.yaml", head), text("charts/b/Chart.yaml", "apiVersion: v2\nname: b\nversion: 0.1.0\n"), text("charts/b/values.yaml", "x: {y: 1}")}
		if requirements != "" {
			files = append(files, text("requirements.yaml", requirements))
		}
		c, err := LoadFiles(files, Limits{})
		if err != nil {
			if !errors.Is(err, ErrInvalid) || c != nil {
				t.Fatalf("an error of no kind: %v", err)
			}
			return
		}
		m := c.Metadata()
		for _, said := range []string{m.Name, m.Version, m.AppVersion, m.Description, m.Icon, m.Home, m.KubeVersion} {
			if strings.ContainsFunc(said, func(r rune) bool { return !unicode.IsPrint(r) }) {
				t.Errorf("%q is not printable", said)
			}
		}
		if strings.ContainsAny(m.Name, `/\`) || m.Name == ".." {
			t.Errorf("the name %q leads elsewhere", m.Name)
		}
		if _, err := c.Configure(map[string]any{"b": nil}); err != nil && !errors.Is(err, ErrInvalid) {
			t.Errorf("an error of no kind: %v", err)
		}
		if requirements != "" { // which may have the last word on the version
			return
		}
		other, err := c.WithVersion("9.8.7", "six: #5")
		if err != nil {
			t.Fatal(err)
		}
		m.Version, m.AppVersion = "9.8.7", "six: #5"
		if diff := cmp.Diff(m, other.Metadata()); diff != "" {
			t.Errorf("another version: (-want +got)\n%s", diff)
		}
	})
}
