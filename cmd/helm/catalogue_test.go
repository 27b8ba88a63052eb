package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
)

// shelves has two charts, one of them hostile.
func shelves() *books {
	found := func(name, version, description string) v1alpha1.FoundChart {
		return v1alpha1.FoundChart{Description: description, ChartStatus: v1alpha1.ChartStatus{
			Reference: "helm:example.com/foo/" + name + "#" + version, Name: name, Version: version,
		}}
	}
	old := found("old", "0.1.0", "")
	old.Deprecated, old.AppVersion = true, "7"
	bar := v1alpha1.ChartInspectionStatus{
		Chart: v1alpha1.ChartStatus{Reference: "helm:example.com/foo/bar#1.2.3", Name: "bar", Version: "1.2.3"},
		Parameters: []v1alpha1.ParameterDoc{
			{Name: "replicas", Type: "integer", Default: "1", Range: "1..5", Required: true, Description: "how many\n  there are"},
			{Name: "password", Secret: true},
			{Name: "mode", Allowed: []string{`"a"`, `"b"`}, Description: "\x1b[31mred"},
		},
		Values:    "# how many\r\nreplicas: 1\x1b[2J\n\tx",
		Commented: "# @chart helm:example.com/foo/bar#1.2.3\n# how many\nreplicas: 1\n",
		Readme:    "# Bar",
	}
	return &books{
		found:  v1alpha1.ChartSearchStatus{Charts: []v1alpha1.FoundChart{found("bar", "1.2.3", "A \x1b[31mbasic\nchart"), old}, More: 3},
		charts: map[string]v1alpha1.ChartInspectionStatus{"helm:example.com/foo/bar": bar, "helm:example.com/foo/bar#^1": bar},
	}
}

func TestSearch(t *testing.T) {
	t.Parallel()
	const more = "3 more match.\nTry: --limit 103, or more of the name\n"
	for _, test := range []struct {
		args []string
		want result
		spec v1alpha1.ChartSearchSpec
	}{
		{[]string{"bar"}, result{0, "helm:example.com/foo/bar - A [31mbasic chart\nhelm:example.com/foo/old\n", more}, v1alpha1.ChartSearchSpec{Pattern: "bar", Limit: 100}},
		{[]string{"", "--versions", "-q"}, result{0, "helm:example.com/foo/bar#1.2.3\nhelm:example.com/foo/old#0.1.0\n", ""}, v1alpha1.ChartSearchSpec{Versions: true, Limit: 100}},
		{[]string{"bar", "-o", "name", "--limit", "1000"}, result{0, "helm:example.com/foo/bar\nhelm:example.com/foo/old\n", "3 more match.\nTry: more of the name\n"}, v1alpha1.ChartSearchSpec{Pattern: "bar", Limit: 1000}},
		{[]string{"bar", "basic", "-q"}, result{0, "helm:example.com/foo/bar - A [31mbasic chart\nhelm:example.com/foo/old\n", ""}, v1alpha1.ChartSearchSpec{Pattern: "bar basic", Limit: 100}},
		{[]string{"bar", "-o", "wide", "-q"}, result{0, `CHART                      VERSION   APP VERSION   DEPRECATED   DESCRIPTION
helm:example.com/foo/bar   1.2.3     -             -            A [31mbasic chart
helm:example.com/foo/old   0.1.0     7             yes          -
`, ""}, v1alpha1.ChartSearchSpec{Pattern: "bar", Limit: 100}},
	} {
		f := &fake{books: shelves()}
		if diff := cmp.Diff(test.want, helm(t, f, append([]string{"search"}, test.args...)...)); diff != "" {
			t.Errorf("%q: %s", test.args, diff)
		}
		if diff := cmp.Diff([]v1alpha1.ChartSearchSpec{test.spec}, f.books.searched); diff != "" {
			t.Errorf("%q: %s", test.args, diff)
		}
	}
	nothing := result{0, "", "No charts found for \"x\".\nTry: helm search '', for all charts that there are\n"}
	if diff := cmp.Diff(nothing, helm(t, &fake{books: &books{}}, "search", "x")); diff != "" {
		t.Error(diff)
	}
	for _, args := range [][]string{{"search"}, {"search", "repo", "x"}, {"search", "x", "--limit", "0"}, {"search", "x", "--limit", "1001"}} {
		if got := helm(t, &fake{books: shelves()}, args...); got.Code != fault.ExitUsage {
			t.Errorf("%q: got %+v", args, got)
		}
	}
}

func TestChartShow(t *testing.T) {
	t.Parallel()
	const chart = "helm:example.com/foo/bar"
	for _, test := range []struct {
		args string
		want result
	}{
		{"", result{0, "Params:\n- replicas: how many there are\n- password\n- mode: [31mred\n", ""}},
		{"--version ^1 -o wide", result{0, `NAME       TYPE                DEFAULT    ALLOWED    DESCRIPTION
replicas   integer, required   1          1..5       how many there are
password   -                   (secret)   -          -
mode       -                   -          "a", "b"   [31mred
`, ""}},
		{"--values", result{0, "# how many\nreplicas: 1[2J\n\tx\n", ""}},
		{"--readme", result{0, "# Bar\n", ""}},
		{"-o name", result{0, "helm:example.com/foo/bar#1.2.3\n", ""}},
		{"--readme --values", result{0, "--- values.yaml\n# how many\nreplicas: 1[2J\n\tx\n--- README\n# Bar\n", ""}},
		{"--all --values", result{2, "", "Error: --all shows what --values and --readme do: one of them is too much\n"}},
	} {
		t.Run(test.args, func(t *testing.T) {
			t.Parallel()
			got := helm(t, &fake{books: shelves()}, append([]string{"chart", "show", chart}, strings.Fields(test.args)...)...)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	if got := helm(t, &fake{books: shelves()}, "chart", "show", "--all", chart); !strings.HasPrefix(got.Out, "Params:\n- ") || !strings.HasSuffix(got.Out, "--- README\n# Bar\n") {
		t.Errorf("got %+v", got)
	}
	want := result{3, "", "Error: no such chart\nTry: helm search bar\n"}
	if diff := cmp.Diff(want, helm(t, &fake{books: shelves()}, "chart", "show", "helm:example.com/none")); diff != "" {
		t.Error(diff)
	}
	for _, args := range []string{chart + "#1 --version ^1", "./x --version ^1", "https://example.com/bar-1.0.0.tgz --version ^1", chart + " --version x=y", "bar"} {
		if got := helm(t, &fake{books: shelves()}, append([]string{"chart", "show"}, strings.Fields(args)...)...); got.Code != fault.ExitUsage {
			t.Errorf("%q: got %+v", args, got)
		}
	}
}

func TestChartParams(t *testing.T) {
	t.Parallel()
	const document = "# @chart helm:example.com/foo/bar#1.2.3\n# how many\nreplicas: 1\n"
	path := filepath.Join(t.TempDir(), "values.yaml")
	params := func(args ...string) result {
		return helm(t, &fake{books: shelves()}, append([]string{"chart", "params", "helm:example.com/foo/bar"}, args...)...)
	}
	for range 2 { // the same content is no conflict
		if diff := cmp.Diff(result{0, "Created: " + path + "\n", ""}, params("-f", path)); diff != "" {
			t.Error(diff)
		}
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != document {
		t.Errorf("got %q, %v", got, err)
	}
	conflict := "Error: \"" + path + "\" exists and is something else\nTry: --force, to replace it\n"
	two := []string{"helm:example.com/foo/bar", "-f", path}
	if diff := cmp.Diff(result{4, "", conflict}, params(two...)); diff != "" {
		t.Error(diff)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != document {
		t.Errorf("got %q, %v", got, err)
	}
	if diff := cmp.Diff(result{0, path + "\n", ""}, params(append(two, "--force", "-o", "name")...)); diff != "" {
		t.Error(diff)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != document+"---\n"+document {
		t.Errorf("got %q, %v", got, err)
	}
	if diff := cmp.Diff(result{0, document, ""}, params("-f", "-")); diff != "" {
		t.Error(diff)
	}
	missing := filepath.Join(filepath.Dir(path), "none", "values.yaml")
	if got := params("-f", missing); got.Code != fault.ExitUsage {
		t.Errorf("got %+v", got)
	}
	other := filepath.Join(filepath.Dir(path), "other.yaml")
	if got := params("helm:example.com/none", "-f", other); got.Code != fault.ExitNotFound {
		t.Errorf("got %+v", got)
	}
	if _, err := os.Stat(other); err == nil {
		t.Error("a file was written although a chart is missing")
	}
}

func TestCompleteCharts(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"helm:example.com/foo/b":     "helm:example.com/foo/bar\n",
		"example.com/foo/":           "example.com/foo/bar\nexample.com/foo/old\n",
		"helm:example.com/foo/bar#1": "helm:example.com/foo/bar#1.2.3\n",
		"other":                      "",
	} {
		for _, command := range []string{"chart show", "chart params", "deploy"} {
			got := helm(t, &fake{books: shelves()}, append(append([]string{"__complete"}, strings.Fields(command)...), typed)...)
			if got.Out != want+":4\n" {
				t.Errorf("%s %q: got %+v", command, typed, got)
			}
		}
	}
	if got := helm(t, &fake{books: shelves()}, "__complete", "chart", "show", "./"); got.Out != ":0\n" {
		t.Errorf("got %+v", got)
	}
}
