package author

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

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
