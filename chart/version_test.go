package chart

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWithVersion(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, version, app, want string }{
		{"plain", "apiVersion: v2\nname: a\nversion: 0.1.0\nappVersion: 1.0\n", "2.0.0", "7", "apiVersion: v2\nname: a\nversion: 2.0.0\nappVersion: \"7\"\n"},
		{"comments", "# a\nversion: '0.1.0'\t# b\nname: a # c\napiVersion: v2\n", "2.0.0-rc.1+b", "", "# a\nversion: 2.0.0-rc.1+b\t# b\nname: a # c\napiVersion: v2\n"},
		{"carriage returns", "apiVersion: v2\r\nname: a\r\nversion: \"0.1.0\"\r\n", "2.0.0", "", "apiVersion: v2\r\nname: a\r\nversion: 2.0.0\r\n"},
		{"no version of the app", "apiVersion: v2\nname: a\nversion: 0.1.0", "", "x: #y", "apiVersion: v2\nname: a\nversion: 0.1.0\nappVersion: \"x: #y\"\n"},
		{"an empty version of the app", "apiVersion: v2\nname: a\nversion: 0.1.0\nappVersion:\n", "", "y", "apiVersion: v2\nname: a\nversion: 0.1.0\nappVersion: \"y\"\n"},
		{"a version within", "apiVersion: v2\nname: a\ndependencies:\n- name: b\n  version: 9.9.9\nversion: 0.1.0\n", "2.0.0", "", "apiVersion: v2\nname: a\ndependencies:\n- name: b\n  version: 9.9.9\nversion: 2.0.0\n"},
		{"a version in a text", "description: |\n  x\n\n  version: 1.1.1\napiVersion: v2\nname: a\nversion: 0.1.0\n", "2.0.0", "", "description: |\n  x\n\n  version: 1.1.1\napiVersion: v2\nname: a\nversion: 2.0.0\n"},
		{"in braces", "{apiVersion: v2, name: a, version: 0.1.0, x: z}", "2.0.0", "", "apiVersion: v2\nname: a\nversion: 2.0.0\nx: z\n"},
		{"an anchor", "apiVersion: v2\nname: a\nversion: &v 0.1.0\nappVersion: *v\n", "2.0.0", "", "apiVersion: v2\nappVersion: 0.1.0\nname: a\nversion: 2.0.0\n"},
		{"a blank before the colon", "apiVersion: v2\nname: a\nversion : 0.1.0 # x\n", "2.0.0", "", "apiVersion: v2\nname: a\nversion: 2.0.0 # x\n"},
		{"keys in quotes", "\"apiVersion\": v2\n\"name\": a\n\"version\": 0.1.0\n'appVersion' : 1\n", "2.0.0", "7", "\"apiVersion\": v2\n\"name\": a\nversion: 2.0.0\nappVersion: \"7\"\n"},
		{"twice", "apiVersion: v2\nname: a\nversion: 0.1.0\n? version\n: 0.2.0\n", "2.0.0", "", "apiVersion: v2\nname: a\nversion: 2.0.0\n"},
		{"nothing", "apiVersion: v2\nname: a\nversion: 0.1.0\n", "", "", "apiVersion: v2\nname: a\nversion: 0.1.0\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			before, err := LoadBytes(pack(t, file("a/Chart.yaml", test.text), file("a/x", "y")), Limits{})
			if err != nil {
				t.Fatal(err)
			}
			after, err := before.WithVersion(test.version, test.app)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, string(after.find("Chart.yaml"))); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if string(before.find("Chart.yaml")) != test.text || len(after.Raw()) != 2 {
				t.Error("the chart changed, or files were lost")
			}
			want := before.Metadata()
			if test.version != "" {
				want.Version = test.version
			}
			if test.app != "" {
				want.AppVersion = test.app
			}
			if diff := cmp.Diff(want, after.Metadata()); diff != "" {
				t.Errorf("metadata: (-want +got)\n%s", diff)
			}
			first, err := after.Pack()
			if err != nil {
				t.Fatal(err)
			}
			again, err := LoadBytes(first, Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if second, err := again.Pack(); err != nil || !bytes.Equal(first, second) {
				t.Errorf("packed again: other bytes, %v", err)
			}
		})
	}
}

func TestWithVersionRefuses(t *testing.T) {
	t.Parallel()
	c, err := LoadBytes(pack(t, file("a/Chart.yaml", minimal)), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for _, version := range []string{"one", "1.0.0\nname: b", "../1.0.0", " "} {
		if got, err := c.WithVersion(version, ""); !errors.Is(err, ErrInvalid) || got != nil {
			t.Errorf("%q: got %v, %v", version, got, err)
		}
	}
	odd, err := c.WithVersion("", "1\x1b[31m\nname: b")
	if err != nil || odd.Name() != "a" || strings.ContainsAny(odd.Metadata().AppVersion, "\x1b\n") {
		t.Errorf("got %+v, %v", odd, err)
	}
}
