package repo_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/helm-dm/helm-dm/repo"
)

func TestClean(t *testing.T) {
	t.Parallel()
	r := repo.Release{
		AppVersion:  "1.0\u202e\x1b[31m",
		Description: " two\r\nlines\x00 " + strings.Repeat("é", 2000),
		Keywords:    append([]string{"", "\t", "a\xffb"}, slices.Repeat([]string{"k"}, 100)...),
		Maintainers: []string{"\a", strings.Repeat("m", 200)},
	}
	r.Clean()
	if want := "two  lines " + strings.Repeat("é", 505); r.Description != want {
		t.Errorf("the description has %d bytes and begins with %.30q, want %d and %.30q", len(r.Description), r.Description, len(want), want)
	}
	r.Description = ""
	want := repo.Release{AppVersion: "1.0[31m", Keywords: append([]string{"ab"}, slices.Repeat([]string{"k"}, 31)...), Maintainers: []string{strings.Repeat("m", 100)}}
	if diff := cmp.Diff(want, r); diff != "" {
		t.Error(diff)
	}
}

func TestIsName(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"a": true, "A.b_c~d+e-1": true, strings.Repeat("a", repo.MaxName): true,
		"": false, ".": false, "..": false, "a/b": false, `a\b`: false, "a%2fb": false, "a b": false, "ä": false, "a\n": false, strings.Repeat("a", repo.MaxName+1): false,
	} {
		if repo.IsName(text) != want {
			t.Errorf("%.20q: %t", text, !want)
		}
	}
}

func TestAscends(t *testing.T) {
	t.Parallel()
	for segment, want := range map[string]bool{
		"..": true, "..;": true, "..;a=/": true, ".. ": true, " ..": true, ". .": true, "...": true,
		"": false, ".": false, ".;": false, ";..": false, "a..": false, "..a": false, "a": false, "1.0.0..tgz": false,
	} {
		if got := repo.Ascends(segment); got != want {
			t.Errorf("%q: got %t, want %t", segment, got, want)
		}
	}
}
