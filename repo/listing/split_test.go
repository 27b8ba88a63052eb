package listing

import (
	"strings"
	"testing"

	"github.com/Masterminds/semver/v3"

	"github.com/helm-dm/helm-dm/repo"
)

func TestSplit(t *testing.T) {
	t.Parallel()
	for stem, want := range map[string][2]string{
		"foo-1.2.3":                         {"foo", "1.2.3"},
		"a-b-1.2.3-rc.1":                    {"a-b", "1.2.3-rc.1"},
		"a-b-1.2.3-rc-1+build-5":            {"a-b", "1.2.3-rc-1+build-5"},
		"kube-2-dashboard-0.1.0":            {"kube-2-dashboard", "0.1.0"},
		"a-1.2.3-2.0.0":                     {"a", "1.2.3-2.0.0"},
		"a-1.2-3.4.5":                       {"a-1.2", "3.4.5"},
		"a.b_c~d+e-1.0.0":                   {"a.b_c~d+e", "1.0.0"},
		"foo":                               {},
		"foo-1.2":                           {},
		"foo-v1.2.3":                        {},
		"foo-1.02.3":                        {},
		"-1.2.3":                            {},
		".-1.2.3":                           {},
		"..-1.2.3":                          {},
		"../foo-1.2.3":                      {},
		"a/b-1.2.3":                         {},
		`a\b-1.2.3`:                         {},
		"foo\n-1.2.3":                       {},
		"foo\x1b[31m-1.2.3":                 {},
		"%2e%2e%2ffoo-1.2.3":                {},
		"f\u202eoo-1.2.3":                   {},
		"foo-1.2.3-\u0430":                  {},
		strings.Repeat("a", 251) + "-1.0.0": {},
		"foo-1.0.0-" + strings.Repeat("a", repo.MaxName): {},
	} {
		name, version, ok := Split(stem)
		if ok != (want[0] != "") || ok && (name != want[0] || version != want[1]) {
			t.Errorf("%q is split into %q, %q, %v, want %q", stem, name, version, ok, want)
		}
	}
}

func FuzzSplit(f *testing.F) {
	f.Add("a-b-1.2.3-rc.1")
	f.Add("../x-1.0.0")
	f.Add("--1.0.0--")
	f.Fuzz(func(t *testing.T, stem string) {
		name, version, ok := Split(stem)
		if !ok {
			return
		}
		if name+"-"+version != stem {
			t.Errorf("%q is split into %q and %q", stem, name, version)
		}
		if _, err := semver.StrictNewVersion(version); err != nil || !repo.IsName(name) {
			t.Errorf("%q is split into %q and %q", stem, name, version)
		}
	})
}
