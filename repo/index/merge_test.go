package index

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/repo"
)

func pack(name, version string) *repo.Package {
	return &repo.Package{
		Metadata: &chart.Metadata{
			APIVersion: "v2", Name: name, Version: version, AppVersion: "1.10", Description: "It is: good",
			Annotations: map[string]string{"a/b": "- x\n- y\n"}, Maintainers: []*chart.Maintainer{{Name: "Jo"}},
		},
		Created: time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC),
	}
}

const digest = "sha256:" + hex

// released is the release of pack.
func released(name, version string) repo.Release {
	return repo.Release{
		Name: name, Version: version, AppVersion: "1.10", Description: "It is: good", Maintainers: []string{"Jo"},
		Created: time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC), Digest: digest, At: fmt.Sprintf("%s-%s.tgz", name, version),
	}
}

func merge(t *testing.T, old, name, version string) string {
	t.Helper()
	p := pack(name, version)
	out, err := Merge([]byte(old), p, p.FileName(), digest)
	if err != nil {
		t.Fatalf("merging into %q: %v", old, err)
	}
	return string(out)
}

// TestMergeText compares the texts: what is not ours stays to the letter.
func TestMergeText(t *testing.T) {
	t.Parallel()
	const entry = `  - annotations:
      a/b: |
        - x
        - y
    apiVersion: v2
    appVersion: "1.10"
    created: "2026-05-06T07:08:09Z"
    description: 'It is: good'
    digest: ` + hex + `
    maintainers:
    - name: Jo
    name: foo
    urls:
    - foo-1.0.0.tgz
    version: 1.0.0
`
	const generated = "generated: \"2026-05-06T07:08:09Z\"\n"
	for name, c := range map[string]struct{ old, want string }{
		"nothing":       {"", "apiVersion: v1\nentries:\n  foo:\n" + entry + generated},
		"no entries":    {"apiVersion: v1\n", "apiVersion: v1\nentries:\n  foo:\n" + entry + generated},
		"null entries":  {"apiVersion: v1\nentries:\nserverInfo: {}\n", "apiVersion: v1\nentries:\n  foo:\n" + entry + "serverInfo: {}\n" + generated},
		"empty entries": {"apiVersion: v1\nentries: {} # none\ngenerated: then", "apiVersion: v1\nentries:\n  foo:\n" + entry + generated},
		"between charts": {
			"apiVersion: v1\nentries:\n  # first\n  bar: [{name: bar, version: 1.0.0, urls: [u]}] # it\n  zoo:\n  # no version\ngenerated: x\n# end\n",
			"apiVersion: v1\nentries:\n  # first\n  bar: [{name: bar, version: 1.0.0, urls: [u]}] # it\n  foo:\n" + entry + "  zoo:\n  # no version\n" + generated + "# end\n",
		},
		"behind all": {
			"entries:\n  bar:\n  - {name: bar, version: 1.0.0, urls: [u]}\n# end\napiVersion: v1",
			"entries:\n  bar:\n  - {name: bar, version: 1.0.0, urls: [u]}\n  foo:\n" + entry + "# end\napiVersion: v1\n" + generated,
		},
		"another version": {
			"apiVersion: v1\nentries:\n  foo: # ours\n  - {name: foo, version: 0.9.0, urls: [u]}\n\n  zoo: []\n",
			"apiVersion: v1\nentries:\n  foo: # ours\n" + entry + "  - {name: foo, version: 0.9.0, urls: [u]}\n\n  zoo: []\n" + generated,
		},
		"a version of null": {"apiVersion: v1\nentries:\n  foo:\n", "apiVersion: v1\nentries:\n  foo:\n" + entry + generated},
		"that version, twice": {
			"apiVersion: v1\nentries:\n  foo:\n  - {name: foo, version: 0.9.0, urls: [u]}\n  -\n    name: foo\n    version: 1.0.0\n    urls: [v]\n  # and\n  - {version: 1.0.0}\n  - null\n  - {name: foo, version: 0.8.0, urls: [u]}\n",
			"apiVersion: v1\nentries:\n  foo:\n  - {name: foo, version: 0.9.0, urls: [u]}\n" + entry + "  # and\n  - null\n  - {name: foo, version: 0.8.0, urls: [u]}\n" + generated,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, merge(t, c.old, "foo", "1.0.0")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestMerge reads what was merged into indexes of all styles.
func TestMerge(t *testing.T) {
	t.Parallel()
	for name, old := range map[string]string{
		"Helm's": full, "Windows'": strings.ReplaceAll(full, "\n", "\r\n"), "two documents": full + "---\nx: y\n", "JSON": inJSON(t, full),
		"indented": strings.ReplaceAll(strings.ReplaceAll(full, "\n    ", "\n      "), "\n  -", "\n    -"),
		"aliases":  strings.Replace(strings.Replace(full, "apiVersion: v1\n", "apiVersion: v1\nserverInfo: {a: &a x}\n", 1), "version: v1.0", "version: v1.0\n    home: *a", 1),
		"flow":     "{apiVersion: v1, entries: {bar: [{name: bar, version: v1.0, urls: [u]}], foo: [{name: foo, version: 1.2.0+b, urls: [u]}]}}",
		"explicit": strings.Replace(full, "  bar:\n", "  ? bar\n  :\n", 1), "no end": strings.TrimSuffix(full, "\n"),
		"inline": "apiVersion: v1\nentries: {bar: [{name: bar, version: v1.0, urls: [u]}],\n foo: [{name: foo, version: 1.2.0+b, urls: [u]}]}\n",
	} {
		for _, ours := range [][2]string{{"foo", "1.2.0+b"}, {"foo", "2.0.0"}, {"abc", "1.0.0"}, {"2048", "1.0.0"}, {"zoo", "1.0.0"}} {
			t.Run(name+" "+ours[0]+ours[1], func(t *testing.T) {
				t.Parallel()
				before, _, err := all(t, old)
				if err != nil {
					t.Fatal(err)
				}
				want := map[string]repo.Release{}
				for _, r := range append(before, released(ours[0], ours[1])) {
					want[r.Name+" "+r.Version] = r
				}
				text := merge(t, old, ours[0], ours[1])
				after, result, err := all(t, text)
				got := map[string]repo.Release{}
				for _, r := range after {
					got[r.Name+" "+r.Version] = r
				}
				if diff := cmp.Diff(want, got); err != nil || diff != "" || result.Broken > 0 {
					t.Errorf("error %v, result %v, releases (-want +got):\n%s\n%s", err, result, diff, text)
				}
				if name == "JSON" && !json.Valid([]byte(text)) {
					t.Errorf("it was JSON before: %s", text)
				}
				again := merge(t, text, ours[0], ours[1])
				if diff := cmp.Diff(again, merge(t, again, ours[0], ours[1])); diff != "" {
					t.Errorf("once more (-want +got):\n%s", diff)
				}
			})
		}
	}
}

func TestMergeRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		old    string
		change func(*repo.Package)
		kind   error
	}{
		"no index": {old: "<html>", kind: repo.ErrInvalid},
		"a list":   {old: "apiVersion: v1\nentries: [a]\n", kind: repo.ErrInvalid},
		"no list":  {old: "apiVersion: v1\nentries:\n  foo: {a: b}\n", kind: repo.ErrInvalid},
		"referred to": {
			old:  "{apiVersion: v1, entries: {foo: [{name: foo, version: &v 1.0.0, urls: [u]}, {name: foo, version: 1.1.0, appVersion: *v, urls: [u]}]}}",
			kind: repo.ErrInvalid,
		},
		"its name":   {change: func(p *repo.Package) { p.Metadata.Name = "../foo" }, kind: repo.ErrInvalid},
		"no version": {change: func(p *repo.Package) { p.Metadata.Version = "" }, kind: repo.ErrInvalid},
		"too large":  {old: "{apiVersion: v1, entries: {}, x: '" + strings.Repeat("x", maxEdited) + "'}", kind: repo.ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := pack("foo", "1.0.0")
			if c.change != nil {
				c.change(p)
			}
			if out, err := Merge([]byte(c.old), p, "u", digest); !errors.Is(err, c.kind) {
				t.Errorf("got %s, %v", out, err)
			}
		})
	}
}
