package index

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/Masterminds/semver/v3"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	library "go.yaml.in/yaml/v2"
	sigs "sigs.k8s.io/yaml"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/index/outline"
)

func toJSON(t testing.TB, text string) []byte {
	t.Helper()
	out, err := sigs.YAMLToJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// outcome is what reading a text has brought, in an order of its own.
type outcome struct {
	Releases []repo.Release
	Broken   int
	Failed   bool
}

func taken(read func(*reading) (*Result, error)) (o outcome, doubt bool) {
	r := newReading(func(release repo.Release) error {
		o.Releases = append(o.Releases, release)
		return nil
	})
	result, err := read(r)
	if err != nil {
		return outcome{Failed: true}, r.doubt
	}
	o.Broken = result.Broken
	slices.SortFunc(o.Releases, func(a, b repo.Release) int { return strings.Compare(a.Name+" "+a.Version, b.Name+" "+b.Version) })
	return o, r.doubt
}

// FuzzRead holds reading part by part against reading what the library has made
// of the whole text, and what is handed on against what package repo promises.
func FuzzRead(f *testing.F) {
	for _, text := range []string{
		full, strings.ReplaceAll(full, "\n", "\r\n"), string(toJSON(f, full)), "", "entries:\n- a\n", "--- \n" + full + "...\n",
		"apiVersion: v1\nentries: {a: [{name: a, version: 1.0.0, urls: [u]}], a: null}\n", "apiVersion: v1\nentries:\n  ? a\n  : - b\n",
		"apiVersion: v1\nentries:\n  a:\n  - name: \"a\n\nversion: b\"\n", "apiVersion: v1\nentries:\n  a:\n  - |\n   x\n  - >-\n   - y\n  - &a {}\n  - *a\n",
		"apiVersion: v1\nentries:\n  \"a\": # b\n    - name: a\n      version: 1.0.0\n      urls:\n      - u\n  '1':\n  2: []\n  true:\n  -\n", "apiVersion: v1\nentries:\n  <<: {a: []}\n",
		"apiVersion: v1\nentries:\n  a:\n  - name: a\n    name: b\n  -\tversion: c\n", "%YAML 1.1\n---\napiVersion: v1\n", "apiVersion: v1\nentries:\n  a:\n  - {name: a} }\n",
		`{"apiVersion":"v1","entries":{"a":[{},null,1,"x"],"b":{"c":[]},"d":true},"entries":null}`, "\ufeffapiVersion: v1\n", "apiVersion: v1\nentries:\n a:\n   - b: c\n  - d\n",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		parts, doubt := taken(func(r *reading) (*Result, error) { return r.stream(strings.NewReader(text)) })
		promised(t, parts.Releases)
		_, _, _ = all(t, text)
		if doubt || strings.HasPrefix(strings.TrimLeft(text, " \t\r\n\ufeff"), "{") {
			return // JSON is not always YAML
		}
		var root any
		if err := library.UnmarshalStrict([]byte(text), &root); err != nil {
			if !parts.Failed && !overlooked(err) {
				t.Fatalf("%q\nis read as %+v, and by the library not at all: %v", text, parts, err)
			}
			return
		}
		whole, _ := taken(func(r *reading) (*Result, error) { return r.whole(root) })
		if diff := cmp.Diff(whole, parts, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("%q\n(-whole +parts):\n%s", text, diff)
		}
	})
}

// overlooked are errors of the library that only a whole text has: keys that come
// twice, and bytes in comments.
func overlooked(err error) bool {
	return slices.ContainsFunc([]string{"already set in map", "UTF-8", "control characters"}, func(part string) bool {
		return strings.Contains(err.Error(), part)
	})
}

func promised(t *testing.T, releases []repo.Release) {
	t.Helper()
	seen := map[string]bool{}
	for _, r := range releases {
		texts := slices.Concat([]string{r.Name, r.Version, r.AppVersion, r.Description, r.At}, r.Keywords, r.Maintainers)
		for _, text := range texts {
			if repo.Line(text, maxAddress) != text {
				t.Errorf("%q is not clean", text)
			}
		}
		_, err := semver.NewVersion(r.Version)
		key := r.Name + " " + r.Version
		if err != nil || seen[key] || !repo.IsName(r.Name) || r.At == "" || r.Digest != "" && len(r.Digest) != len(digest) {
			t.Errorf("got %+v", r)
		}
		seen[key] = true
	}
}

// FuzzMerge adds an entry, and finds all others as they were.
func FuzzMerge(f *testing.F) {
	for _, text := range []string{full, string(toJSON(f, full)), "", "apiVersion: v1\nentries: {foo: []}", "apiVersion: v1\nentries:\n  foo:\n  - version: 1.0.0\n  # a\n\n  - name: foo\n"} {
		f.Add(text, "foo", "1.0.0")
		f.Add(text, "bar", "1.2.0+b")
	}
	f.Fuzz(func(t *testing.T, text, name, version string) {
		p := pack(name, version)
		out, err := Merge([]byte(text), p, "u", digest)
		if err != nil {
			return
		}
		before, _, err := all(t, text)
		if err != nil && len(bytes.TrimSpace([]byte(text))) > 0 {
			t.Fatalf("%q is no index: %v", text, err)
		}
		want := map[string]repo.Release{}
		for _, r := range before {
			want[r.Name+" "+r.Version] = r
		}
		ours := released(name, version)
		ours.At = "u"
		want[name+" "+version] = ours
		after, _, err := all(t, string(out))
		got := map[string]repo.Release{}
		for _, r := range after {
			got[r.Name+" "+r.Version] = r
		}
		if diff := cmp.Diff(want, got); err != nil || diff != "" || len(after) != len(got) {
			t.Fatalf("%q\n%v (-want +got):\n%s\n%s", text, err, diff, out)
		}
	})
}

// TestStopped returns the error of the one who takes the releases, whatever it is.
func TestStopped(t *testing.T) {
	t.Parallel()
	for _, stop := range []error{repo.ErrUnchanged, fmt.Errorf("x: %w", outline.ErrShape), errors.New("y")} {
		_, err := Read(strings.NewReader(full), func(repo.Release) error { return stop })
		if err != stop { //nolint:errorlint // as it is
			t.Errorf("got %v, want %v", err, stop)
		}
	}
}
