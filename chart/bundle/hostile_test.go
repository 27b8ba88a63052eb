package bundle

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"github.com/helm-dm/helm-dm/chart/fault"
)

// FuzzIgnore wants rules to be read or refused, and those that were read to
// judge any name.
func FuzzIgnore(f *testing.F) {
	for _, seed := range []string{
		"a.txt\n!b\n/c\nd/\n*.tm[pq]\n# e", "**", "[", "!", "/", "!/", "\\", "[^a-", "\xff", "\xef\xbb\xbfx", "a\r\nb", strings.Repeat("*a", 300), strings.Repeat("x", 70_000),
	} {
		f.Add([]byte(seed), "templates/a.txt")
	}
	files := fstest.MapFS{"d/x": {}}
	var kinds []fs.FileInfo
	for _, name := range []string{"d", "d/x"} {
		info, err := fs.Stat(files, name)
		if err != nil {
			f.Fatal(err)
		}
		kinds = append(kinds, info)
	}
	f.Fuzz(func(t *testing.T, text []byte, name string) {
		rules, err := parseIgnore(text)
		if err != nil {
			if !errors.Is(err, fault.ErrInvalid) {
				t.Fatalf("an error of no kind: %v", err)
			}
			return
		}
		for _, info := range kinds {
			rules.ignores(name, info)
		}
		if !rules.ignores("templates/.x", kinds[1]) {
			t.Error("a hidden template is not left out")
		}
	})
}

// FuzzLocalName wants what an archive calls a file to lead nowhere but into the
// chart.
func FuzzLocalName(f *testing.F) {
	for _, seed := range []string{"a/b", "a/../b", `a\..\..\b`, "/a", `\\host\share`, "c:/x", "a/c:", "a/./../..", "..", "a//b", "a/\x00", "a/\xff", ".", "", "Chart.yaml", "a/...", "../a/b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, entry string) {
		name, err := localName(entry)
		if err != nil {
			if !errors.Is(err, fault.ErrInvalid) {
				t.Fatalf("an error of no kind: %v", err)
			}
			return
		}
		if !fs.ValidPath(name) || name == "." || strings.ContainsAny(name, "\\\x00\n") || !utf8.ValidString(name) || drivePattern.MatchString(name) {
			t.Errorf("%q became %q", entry, name)
		}
	})
}
