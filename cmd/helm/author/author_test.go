package author

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/render"
)

// TestKubeVersion holds the version that templates are told against that of the
// libraries: v1.N.0 for k8s.io/client-go v0.N.
func TestKubeVersion(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	minor := regexp.MustCompile(`k8s\.io/client-go v0\.(\d+)\.`).FindSubmatch(text)
	if minor == nil || kubeVersion != "v1."+string(minor[1])+".0" {
		t.Errorf("templates are told %s, and client-go is 0.%s", kubeVersion, minor[1])
	}
}

func TestSettle(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		options releaseOptions
		given   []string
		want    string // empty: refused
	}{
		{"default", releaseOptions{}, nil, "release-name"},
		{"given", releaseOptions{}, []string{"taco.tuesday-1"}, "taco.tuesday-1"},
		{"generated", releaseOptions{generate: true}, nil, "release-name"},
		{"by template", releaseOptions{template: `{{ "X" | lower }}`}, nil, "x"},
		{"twice", releaseOptions{generate: true}, []string{"x"}, ""},
		{"a template that does not parse", releaseOptions{template: "{{"}, nil, ""},
		{"a template that does not run", releaseOptions{template: `{{ fail "x" }}`}, nil, ""},
		{"capital", releaseOptions{}, []string{"X"}, ""},
		{"longest", releaseOptions{}, []string{strings.Repeat("x", 53)}, strings.Repeat("x", 53)},
		{"too long", releaseOptions{}, []string{strings.Repeat("x", 54)}, ""},
		{"empty", releaseOptions{}, []string{""}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			release, err := test.options.settle(test.given)
			if (err != nil) != (test.want == "") || err == nil && release.Name != test.want {
				t.Errorf("got %q, %v", release.Name, err)
			}
		})
	}
	if r, err := (&releaseOptions{upgrade: true}).settle(nil); err != nil || r.IsInstall || !r.IsUpgrade || r.Revision != 1 {
		t.Errorf("upgrade: got %+v, %v", r, err)
	}
}

// TestOnly compares with what Helm 4.3.1 prints for the same patterns.
func TestOnly(t *testing.T) {
	t.Parallel()
	p := printout{
		manifests: []render.Manifest{
			{Path: "t/crds/c.yaml", Content: "---\nkind: X\n---\nkind: Y\n# Source: z/crds/c.yaml\n"},
			{Path: "t/templates/a.yaml", Content: "kind: A\n# Source: z/templates/q.yaml\n"},
			{Path: "t/charts/b/templates/a.yaml", Content: "kind: B\n\n"},
		},
		hooks: []render.Manifest{{Path: "t/templates/h.yaml", Content: "kind: H\n"}},
	}
	const (
		a = "---\n# Source: t/templates/a.yaml\nkind: A\n# Source: z/templates/q.yaml\n\n\n"
		b = "---\n# Source: t/charts/b/templates/a.yaml\nkind: B\n\n"
		h = "---\n# Source: t/templates/h.yaml\nkind: H\n\n\n"
	)
	for _, test := range []struct {
		patterns string
		want     string // empty: not found
	}{
		{"templates/a.yaml", a},
		{"templates/*.yaml", a + h},
		{"templates/h.yaml templates/a.yaml", h + a},
		{"charts/*/templates/a.yaml", b},
		{"crds/c.yaml", "---\n# Source: t/crds/c.yaml\n\n---\nkind: Y\n# Source: z/crds/c.yaml\n\n\n"},
		{"templates/q.yaml", ""},
		{"./templates/a.yaml", ""},
		{"t/templates/a.yaml", ""},
		{"[", ""},
		{"templates/a.yaml nothing", ""},
	} {
		t.Run(test.patterns, func(t *testing.T) {
			t.Parallel()
			got, err := p.only(strings.Fields(test.patterns))
			if (err != nil) != (test.want == "") {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestWriteTrims(t *testing.T) {
	t.Parallel()
	a, b := render.Manifest{Path: "t/a", Content: "a: 1\n\n"}, render.Manifest{Path: "t/b", Content: "\n"}
	for _, test := range []struct {
		printout printout
		want     string
	}{
		{printout{}, "\n"},
		{printout{manifests: []render.Manifest{a}}, "---\n# Source: t/a\na: 1\n"},
		{printout{manifests: []render.Manifest{a, b}}, "---\n# Source: t/a\na: 1\n\n\n---\n# Source: t/b\n"},
		{printout{manifests: []render.Manifest{a}, hooks: []render.Manifest{a}}, "---\n# Source: t/a\na: 1\n---\n# Source: t/a\na: 1\n\n\n"},
		{printout{hooks: []render.Manifest{a}}, "\n---\n# Source: t/a\na: 1\n\n\n"},
	} {
		var got strings.Builder
		if err := test.printout.write(&got); err != nil || got.String() != test.want {
			t.Errorf("got %q, %v, want %q", got.String(), err, test.want)
		}
	}
}

// opened opens a new folder.
func opened(t *testing.T, force bool) *folder {
	t.Helper()
	f, err := openFolder(filepath.Join(t.TempDir(), "made", "too"), force)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// TestPlaceLeavesNothing writes where it cannot be.
func TestPlaceLeavesNothing(t *testing.T) {
	t.Parallel()
	for _, force := range []bool{false, true} {
		f := opened(t, force)
		if err := f.MkdirAll("taken/by a folder", 0o700); err != nil {
			t.Fatal(err)
		}
		if err := f.place("taken", []byte("x")); err == nil {
			t.Error("a file took the place of a folder")
		}
		if err := f.place("taken/"+strings.Repeat("x", 256), []byte("x")); err == nil || strings.Contains(err.Error(), ".helm-") {
			t.Errorf("a name too long: got %v", err)
		}
		for folder, want := range map[string]int{"": 1, "taken": 1} {
			if entries, err := os.ReadDir(f.path(folder)); err != nil || len(entries) != want {
				t.Errorf("left behind: %v, %v", entries, err)
			}
		}
	}
}

// TestPlaceReplacesNothing writes a name that something has taken since it was
// looked at.
func TestPlaceReplacesNothing(t *testing.T) {
	t.Parallel()
	f := opened(t, false)
	if err := os.WriteFile(f.path("other"), []byte("other"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := f.Symlink("nothing", "link"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"other", "link"} {
		if err := f.place(name, []byte("x")); fault.ExitCode(err) != fault.ExitConflict {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if got, err := f.ReadFile("other"); err != nil || string(got) != "other" {
		t.Errorf("got %q, %v", got, err)
	}
	if err := f.place("other", []byte("other")); err != nil {
		t.Errorf("the same content: got %v", err)
	}
	f.force = true
	if err := f.place("other", []byte("x")); err != nil {
		t.Error(err)
	}
	if got, err := f.ReadFile("other"); err != nil || string(got) != "x" {
		t.Errorf("by force: got %q, %v", got, err)
	}
}

// TestPlaceStaysInside writes through links.
func TestPlaceStaysInside(t *testing.T) {
	t.Parallel()
	for _, force := range []bool{false, true} {
		f, outside := opened(t, force), t.TempDir()
		if err := f.Symlink(outside, "templates"); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"templates/a.yaml", "templates/deep/a.yaml", "../a.yaml"} {
			if f.place(name, []byte("x")) == nil {
				t.Errorf("%s was written", name)
			}
		}
		if entries, err := os.ReadDir(outside); err != nil || len(entries) != 0 {
			t.Errorf("outside: %v, %v", entries, err)
		}
	}
}

func TestPlaceLongName(t *testing.T) {
	t.Parallel()
	f := opened(t, false)
	name := filepath.Join("a", strings.Repeat("x", 255))
	if err := f.place(name, []byte("x")); err != nil {
		t.Error(err)
	}
}

func TestVacant(t *testing.T) {
	t.Parallel()
	f := opened(t, false)
	if err := os.WriteFile(f.path("same"), []byte("same"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := f.Symlink("same", "link"); err != nil {
		t.Fatal(err)
	}
	for name, free := range map[string]bool{"same": true, "link": false, ".": false, "nothing": true} {
		if err := f.vacant(name, []byte("same")); (err == nil) != free {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, other := range []string{"sam", "same!", ""} {
		if f.vacant("same", []byte(other)) == nil {
			t.Errorf("%q was to be replaced", other)
		}
	}
}
