package chart

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/helm-dm/helm-dm/chart/values"
)

var update = flag.Bool("update", false, "write what the tests find into testdata")

// TestConfigure lays user.yaml over a chart and compares the values of the whole
// tree with want.json, which Helm 4.3.1 agrees with.
func TestConfigure(t *testing.T) {
	t.Parallel()
	readFixtures(t, "configure", func(t *testing.T, name string, files *txtar.Archive) {
		c, err := LoadDir(filepath.Join(unpackFixture(t, files), "chart"), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		before := c.Values()
		user, err := values.Parse([]byte(content(files, "user.yaml")))
		if err != nil {
			t.Fatal(err)
		}
		given := values.Copy(user)
		configured, err := c.Configure(user)
		if err != nil {
			t.Fatal(err)
		}
		coalesced, err := Coalesce(configured, user)
		if err != nil {
			t.Fatal(err)
		}
		if !cmp.Equal(user, given) || !cmp.Equal(c.Values(), before) {
			t.Error("configuring changed the user's values or the chart")
		}
		got, err := json.MarshalIndent(coalesced, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		check(t, name, files, "want.json", string(got)+"\n")
	})
}

// check compares got with one file of an archive, or puts it there.
func check(t *testing.T, name string, files *txtar.Archive, part, got string) {
	t.Helper()
	if !*update {
		if diff := cmp.Diff(content(files, part), got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		return
	}
	for i := range files.Files {
		if files.Files[i].Name == part {
			files.Files[i].Data = []byte(got)
		}
	}
	if err := os.WriteFile(name, txtar.Format(files), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestConfigureRefuses(t *testing.T) {
	t.Parallel()
	sub := file("a/charts/b/Chart.yaml", strings.Replace(minimal, "name: a", "name: b", 1))
	var aliases, inner strings.Builder
	for i := range 40 {
		fmt.Fprintf(&aliases, "- {name: b, version: 0.1.0, alias: b%d}\n", i)
		fmt.Fprintf(&inner, "- {name: c, version: 0.1.0, alias: c%d}\n", i)
	}
	var imports strings.Builder
	for i := range 40 {
		fmt.Fprintf(&imports, "  - {child: y, parent: p%d}\n", i)
	}
	list := "y: {x: [" + strings.Repeat("1,", 51_000) + "]}"
	deep := strings.TrimSuffix(strings.Repeat("a.", 100), ".")
	tests := []struct {
		name   string
		data   []byte
		values map[string]any
		want   string
		kind   error
	}{
		{"missing dependency", pack(t, file("a/Chart.yaml", minimal+"dependencies: [{name: b}]")), nil, "missing in charts/: b", ErrInvalid},
		{"values of a subchart are no map", pack(t, file("a/Chart.yaml", minimal+"dependencies: [{name: b, version: 0.1.0}]"), sub), map[string]any{"b": "x"}, "must be a map", ErrInvalid},
		{"aliases multiply", pack(t, file("a/Chart.yaml", minimal+"dependencies:\n"+aliases.String()),
			file("a/charts/b/Chart.yaml", strings.Replace(minimal, "name: a", "name: b", 1)+"dependencies:\n"+inner.String()),
			file("a/charts/b/charts/c/Chart.yaml", strings.Replace(minimal, "name: a", "name: c", 1))), nil, "more than 1000", ErrTooLarge},
		{"values of aliases multiply", pack(t, file("a/Chart.yaml", minimal+"dependencies:\n"+aliases.String()), sub, file("a/charts/b/values.yaml", list)), nil, "add up to more than", ErrTooLarge},
		{"imported values multiply", pack(t, file("a/Chart.yaml", minimal+"dependencies:\n- name: b\n  version: 0.1.0\n  import-values:\n"+imports.String()), sub, file("a/charts/b/values.yaml", list)), nil, "add up to more than", ErrTooLarge},
		{"import into the deep", pack(t, file("a/Chart.yaml", minimal+"dependencies: [{name: b, version: 0.1.0, import-values: [{child: x, parent: "+deep+"}]}]"), sub), nil, "nested", ErrInvalid},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c, err := LoadBytes(test.data, Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := c.Configure(test.values); !errors.Is(err, test.kind) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestSatisfies(t *testing.T) {
	t.Parallel()
	tests := []struct {
		version, constraint string
		want                bool
	}{
		{"1.2.3", "1.2.3", true},
		{"1.2.3", ">=1.0 <2", true},
		{"1.2.3", "^2 || ~1.2", true},
		{"v1.36.3", ">=1.20.0-0", true},
		{"2.0.0-rc.1", ">=1.0", false},
		{"2.0.0-rc.1", ">=1.0-0", true},
		{"1.2.3", "*", true},
		{"one", "*", false},
		{"1.2.3", "newest", false},
	}
	for _, test := range tests {
		if got := Satisfies(test.version, test.constraint); got != test.want {
			t.Errorf("%s in %q: got %t", test.version, test.constraint, got)
		}
	}
}
