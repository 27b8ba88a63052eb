package bundle

import (
	"errors"
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/helm-dm/helm-dm/chart/fault"
)

func TestIgnore(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, rules, path string
		want              bool
	}{
		{"base name", "a.txt", "x/a.txt", true},
		{"base name differs", "a.txt", "x/b.txt", false},
		{"rooted", "/a.txt", "a.txt", true},
		{"rooted is not deeper", "/a.txt", "x/a.txt", false},
		{"path", "x/*.txt", "x/a.txt", true},
		{"a star stops at a slash", "x/*", "x/y/a.txt", false},
		{"folder rule and file", "a/", "a", false},
		{"folder rule and folder", "a/", "d", false},
		{"folder rule hits", "d/", "d", true},
		{"negation hits all others", "!a.txt", "b.txt", true},
		{"negation spares its own", "!a.txt", "a.txt", false},
		{"negated folder hits files", "!d/", "a.txt", true},
		{"the first hit decides", "a.txt\n!b.txt", "a.txt", true},
		{"comment", "# a.txt", "a.txt", false},
		{"spaces around", "  a.txt  ", "a.txt", true},
		{"hidden templates always", "", "templates/.x", true},
		{"hidden elsewhere", "", "files/.x", false},
		{"class", "*.tm[pq]", "a.tmq", true},
	}
	files := fstest.MapFS{"d/x": {}}
	folder, err := fs.Stat(files, "d")
	if err != nil {
		t.Fatal(err)
	}
	plain, err := fs.Stat(files, "d/x")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			rules, err := parseIgnore([]byte(test.rules))
			if err != nil {
				t.Fatal(err)
			}
			info := plain
			if test.path == "d" {
				info = folder
			}
			if got := rules.ignores(test.path, info); got != test.want {
				t.Errorf("got %t", got)
			}
		})
	}
}

func TestIgnoreErrors(t *testing.T) {
	t.Parallel()
	for _, rules := range []string{"**/x", "[x"} {
		if _, err := parseIgnore([]byte(rules)); !errors.Is(err, fault.ErrInvalid) {
			t.Errorf("%s: got %v", rules, err)
		}
	}
}
