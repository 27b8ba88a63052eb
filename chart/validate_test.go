package chart

import (
	"errors"
	"strings"
	"testing"
)

func TestValidate(t *testing.T) {
	t.Parallel()
	valid := func() *Metadata { return &Metadata{APIVersion: "v2", Name: "a", Version: "1.2.3"} }
	tests := []struct {
		name   string
		change func(*Metadata)
		want   []string // nothing means valid
	}{
		{"plain", func(*Metadata) {}, nil},
		{"v1", func(m *Metadata) { m.APIVersion = "v1" }, nil},
		{"library", func(m *Metadata) { m.Type = "library" }, nil},
		{"partial version with v", func(m *Metadata) { m.Version = "v1.2" }, nil},
		{"dots in the name", func(m *Metadata) { m.Name = "a.b..c" }, nil},
		{"nothing at all", func(m *Metadata) { *m = Metadata{} }, []string{"apiVersion is required", "name is required", "version is required"}},
		{"v3", func(m *Metadata) { m.APIVersion = "v3" }, []string{`apiVersion "v3"`}},
		{"name with a slash", func(m *Metadata) { m.Name = "a/b" }, []string{"plain file name"}},
		{"name with a backslash", func(m *Metadata) { m.Name = `a\b` }, []string{"plain file name"}},
		{"name is the root", func(m *Metadata) { m.Name = "/" }, []string{"plain file name"}},
		{"a long name", func(m *Metadata) { m.Name = strings.Repeat("a", 251) }, []string{"longer than 250 bytes"}},
		{"a long version", func(m *Metadata) { m.Version = "1.0.0-" + strings.Repeat("a", 245) }, []string{"semantic version"}},
		{"name is here", func(m *Metadata) { m.Name = "." }, []string{"plain file name"}},
		{"name is above", func(m *Metadata) { m.Name = ".." }, []string{"plain file name"}},
		{"version", func(m *Metadata) { m.Version = "one" }, []string{"semantic version"}},
		{"type", func(m *Metadata) { m.Type = "Application" }, []string{`type "Application"`}},
		{"empty maintainer", func(m *Metadata) { m.Maintainers = []*Maintainer{{}, nil} }, []string{"maintainers[1]"}},
		{"empty dependency", func(m *Metadata) { m.Dependencies = []*Dependency{nil} }, []string{"dependencies[0]"}},
		{"alias", func(m *Metadata) { m.Dependencies = []*Dependency{{Name: "x", Alias: "../y"}} }, []string{`alias "../y"`}},
		{"same dependency twice", func(m *Metadata) { m.Dependencies = []*Dependency{{Name: "x"}, {Name: "x"}} }, []string{"listed twice"}},
		{"alias of another's name", func(m *Metadata) { m.Dependencies = []*Dependency{{Name: "x"}, {Name: "z", Alias: "x"}} }, []string{"listed twice"}},
		{"alias makes the difference", func(m *Metadata) { m.Dependencies = []*Dependency{{Name: "x"}, {Name: "x", Alias: "y"}} }, nil},
		{"all at once", func(m *Metadata) { m.Name, m.Version, m.Type = "..", "x", "y" }, []string{"plain file name", "semantic version", `type "y"`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			m := valid()
			test.change(m)
			err := m.Validate()
			if (err == nil) != (test.want == nil) {
				t.Fatalf("got %v", err)
			}
			for _, want := range test.want {
				if !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), want) {
					t.Errorf("got %v, want %q", err, want)
				}
			}
		})
	}
}

func TestMetadataIsSanitized(t *testing.T) {
	t.Parallel()
	text := minimal + `description: "one\ttwo\nthree\e[31m"` + "\nkeywords: [\"a\\u0007b\"]\nannotations: {k: \"v\\u200bw\"}\n" +
		"maintainers: [{name: \"n\\nm\"}]\ndependencies: [{name: \"d\\u0000\", tags: [\"t\\r\"]}]\n"
	c, err := LoadBytes(pack(t, file("a/Chart.yaml", text)), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	m := c.Metadata()
	for got, want := range map[string]string{
		m.Description:             "one two three[31m",
		m.Keywords[0]:             "ab",
		m.Annotations["k"]:        "vw",
		m.Maintainers[0].Name:     "n m",
		m.Dependencies[0].Name:    "d",
		m.Dependencies[0].Tags[0]: "t ",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestMetadataIsACopy(t *testing.T) {
	t.Parallel()
	c, err := LoadBytes(pack(t, file("a/Chart.yaml", minimal+"annotations: {k: v}\ndependencies: [{name: b, import-values: [{child: x}]}]\n"), file("a/values.yaml", "a: {b: [1]}")), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	m := c.Metadata()
	m.Annotations["k"] = "changed"
	m.Dependencies[0].ImportValues[0].(map[string]any)["child"] = "changed"
	c.Values()["a"].(map[string]any)["b"].([]any)[0] = "changed"
	again := c.Metadata()
	if again.Annotations["k"] != "v" || again.Dependencies[0].ImportValues[0].(map[string]any)["child"] != "x" {
		t.Error("the chart's metadata changed with a copy of it")
	}
	if c.Values()["a"].(map[string]any)["b"].([]any)[0] != 1.0 {
		t.Error("the chart's values changed with a copy of them")
	}
}
