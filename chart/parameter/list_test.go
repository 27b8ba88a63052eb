package parameter

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/chart/values"
)

var update = flag.Bool("update", false, "write what the tests find into testdata")

// TestList prints the parameters of a chart, one a line, and compares them with
// the file want of the archive.
func TestList(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("finding the charts: %v, %d found", err, len(names))
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			list := listOf(t, loaded(t, archive))
			got := printed(list)
			settable(t, list)
			want := &archive.Files[len(archive.Files)-1]
			if *update {
				want.Data = []byte(got)
				if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(want.Data), got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func listOf(t *testing.T, c *chart.Chart) []Parameter {
	t.Helper()
	list, err := List(c)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// settable fails for names that --set does not take as they are.
func settable(t *testing.T, list []Parameter) {
	t.Helper()
	for _, p := range list {
		table := map[string]any{}
		if err := values.Set(table, p.Name+"=x"); err != nil {
			t.Errorf("setting %q: %v", p.Name, err)
		}
		if err := values.Unset(table, p.Name); err != nil {
			t.Errorf("unsetting %q: %v", p.Name, err)
		}
	}
}

// printed writes a parameter a line, leaving out what is not said.
func printed(list []Parameter) string {
	var out strings.Builder
	for _, p := range list {
		fields := []string{p.Name, p.Type, p.Default}
		for _, field := range []struct{ label, text string }{
			{"", strings.ReplaceAll(p.Description, "\n", "⏎")},
			{"effective=", p.Effective},
			{"allowed=", p.Allowed.String()},
			{"section=", p.Section},
			{"required", flagged(p.Required)},
			{"secret", flagged(p.Secret)},
			{"deprecated", flagged(p.Deprecated)},
		} {
			if field.text != "" {
				fields = append(fields, field.label+strings.TrimPrefix(field.text, "yes"))
			}
		}
		out.WriteString(strings.TrimRight(strings.Join(fields, "\t"), "\t") + "\n")
	}
	return out.String()
}

func flagged(on bool) string {
	if on {
		return "yes"
	}
	return ""
}

// loaded is the chart in the folder chart of an archive.
func loaded(t testing.TB, archive *txtar.Archive) *chart.Chart {
	t.Helper()
	dir := t.TempDir()
	for _, f := range archive.Files {
		name := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	c, err := chart.LoadDir(filepath.Join(dir, "chart"), chart.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}
