package bundle

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

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
	long := strings.Repeat("x", 64<<10)
	for rules, want := range map[string][]string{
		"":                    nil,
		"# [x **\n\na\n":      nil,
		"\ufeff# [x\n":        nil,
		"**/x":                {"line 1: rule \"**/x\": ** is not supported"},
		"a\r\n\n !/[x/ \r\n":  {"line 3: rule \"!/[x/\": syntax error in pattern"},
		"[x\na\n**\n":         {"line 1: rule \"[x\": syntax error in pattern", "line 3: rule \"**\": ** is not supported"},
		"[x\n" + long + "\n[": {"line 1: rule \"[x\": syntax error in pattern", "line 2: it is longer than 64 KiB"},
	} {
		var got []string
		for _, wrong := range CheckIgnore([]byte(rules)) {
			got = append(got, strings.TrimPrefix(wrong.Error(), "reading .helmignore: "))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%.40q (-want +got)\n%s", rules, diff)
		}
		if _, err := parseIgnore([]byte(rules)); errors.Is(err, fault.ErrInvalid) != (want != nil) {
			t.Errorf("%.40q: got %v", rules, err)
		}
	}
}

func TestIgnoredBy(t *testing.T) {
	t.Parallel()
	const text = "# all\n**\n*.tgz\ncharts/\n"
	for _, test := range []struct {
		name   string
		folder bool
		want   int
	}{{"charts/a-1.tgz", false, 3}, {"a.tgz", true, 3}, {"charts", true, 4}, {"charts", false, 0}, {"templates/.x", false, 0}} {
		if got := IgnoredBy([]byte(text), test.name, test.folder); got != test.want {
			t.Errorf("%s: got line %d, want %d", test.name, got, test.want)
		}
	}
}
