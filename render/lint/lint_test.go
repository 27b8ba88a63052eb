package lint

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/render"
)

var update = flag.Bool("update", false, "write what is found into the fixtures")

// options lint for the Kubernetes that the fixtures were linted for by Helm.
func options(t testing.TB) Options {
	t.Helper()
	version, err := render.ParseKubeVersion("1.37.0")
	if err != nil {
		t.Fatal(err)
	}
	return Options{Namespace: "default", Kubernetes: version}
}

func subject(files []chart.File) Subject {
	c, err := chart.LoadFiles(files, chart.Limits{})
	return Subject{Files: files, Chart: c, Err: err}
}

// charts are those of an archive, by their folders, in its order. An archive
// holds text alone: what it writes as @FF@ is that byte.
func charts(archive *txtar.Archive) (names []string, files map[string][]chart.File) {
	files = map[string][]chart.File{}
	for _, f := range archive.Files {
		folder, name, ok := strings.Cut(f.Name, "/")
		if !ok {
			continue
		}
		if files[folder] == nil {
			names = append(names, folder)
		}
		files[folder] = append(files[folder], chart.File{Name: name, Data: bytes.ReplaceAll(f.Data, []byte("@FF@"), []byte("\xff"))})
	}
	return names, files
}

// TestRun lints the charts of the fixtures. Their part want is what is found,
// and helm is what Helm's own lint thinks of them.
func TestRun(t *testing.T) {
	t.Parallel()
	fixtures, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(fixtures) == 0 {
		t.Fatalf("finding fixtures: %v, %d found", err, len(fixtures))
	}
	for _, fixture := range fixtures {
		t.Run(filepath.Base(fixture), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(fixture)
			if err != nil {
				t.Fatal(err)
			}
			names, files := charts(archive)
			var got strings.Builder
			verdicts := map[string]Severity{}
			for _, name := range names {
				findings := Run(t.Context(), subject(files[name]), options(t))
				verdicts[name] = Worst(findings)
				for _, f := range findings {
					fmt.Fprintf(&got, "%s/%s: %s: %s\n", name, f.Place(), f.Severity, f.Message)
				}
			}
			for i, part := range archive.Files {
				switch {
				case part.Name == "helm":
					compareVerdicts(t, string(part.Data), verdicts)
				case part.Name == "want" && *update:
					archive.Files[i].Data = []byte(got.String())
				case part.Name == "want":
					if diff := cmp.Diff(string(part.Data), got.String()); diff != "" {
						t.Errorf("(-want +got)\n%s", diff)
					}
				}
			}
			if *update {
				if err := os.WriteFile(fixture, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// compareVerdicts holds ours against Helm's: lines CHART VERDICT or, where they
// differ, CHART VERDICT, ours VERDICT: REASON.
func compareVerdicts(t *testing.T, table string, ours map[string]Severity) {
	t.Helper()
	for line := range strings.Lines(table) {
		name, verdict, _ := strings.Cut(strings.TrimSpace(line), " ")
		if _, other, differs := strings.Cut(verdict, ", ours "); differs {
			verdict, _, _ = strings.Cut(other, ": ")
		}
		got, known := ours[name]
		if got == "" || got == Info {
			got = "ok"
		}
		if !known || string(got) != verdict {
			t.Errorf("%s: we say %q, the fixture %q", name, got, verdict)
		}
	}
}

func TestFindingsTellNoValues(t *testing.T) {
	t.Parallel()
	files := []chart.File{
		{Name: "Chart.yaml", Data: []byte("apiVersion: v2\nname: a\nversion: 0.1.0\n")},
		{Name: "values.schema.json", Data: []byte(`{"properties": {"password": {"pattern": "^x", "enum": ["x"]}}}`)},
		{Name: "templates/a.yaml", Data: []byte("a: 1\n")},
	}
	for _, values := range []string{"password: hunter2\n", "password: [hunter2\n", "password: hunter2: a\n", "*hunter2\n"} {
		all := append(slices.Clone(files), chart.File{Name: "values.yaml", Data: []byte(values)})
		findings := Run(t.Context(), subject(all), options(t))
		if Worst(findings) != Error {
			t.Errorf("%s: nothing found", values)
		}
		if told := fmt.Sprint(findings); strings.Contains(told, "hunter2") {
			t.Errorf("%s: %s", values, told)
		}
	}
}

func TestFindingsAreBounded(t *testing.T) {
	t.Parallel()
	var template bytes.Buffer
	for i := range 2 * maxFindings {
		fmt.Fprintf(&template, "---\n- %d\n", i)
	}
	files := []chart.File{
		{Name: "Chart.yaml", Data: []byte("apiVersion: v2\nname: a\nversion: 0.1.0\n")},
		{Name: "templates/a.yaml", Data: template.Bytes()},
	}
	if findings := Run(t.Context(), subject(files), options(t)); len(findings) != maxFindings {
		t.Errorf("%d findings", len(findings))
	}
}

func TestWorst(t *testing.T) {
	t.Parallel()
	for want, findings := range map[Severity][]Finding{
		"":      nil,
		Info:    {{Severity: Info}},
		Warning: {{Severity: Info}, {Severity: Warning}, {Severity: Info}},
		Error:   {{Severity: Error}, {Severity: Warning}},
	} {
		if got := Worst(findings); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestRetirements looks for mistakes of typing in the table.
func TestRetirements(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, r := range retirements() {
		if r.gone <= r.deprecated || r.instead == r.apiVersion {
			t.Errorf("%+v", r)
		}
		for kind := range strings.FieldsSeq(r.kinds) {
			if key := r.apiVersion + " " + kind; seen[key] {
				t.Errorf("%s is listed twice", key)
			} else {
				seen[key] = true
			}
		}
	}
}

func TestOutdated(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]bool{"1.13": false, "1.14": true, "1.37.1": true, "2.0": true} {
		kubernetes, err := render.ParseKubeVersion(version)
		if err != nil {
			t.Fatal(err)
		}
		l := &linter{Options: Options{Kubernetes: kubernetes}}
		if got := l.outdated("extensions/v1beta1", "Ingress"); (got != "") != want {
			t.Errorf("%s: got %q", version, got)
		}
		if got := l.outdated("networking.k8s.io/v1", "Ingress"); got != "" {
			t.Errorf("%s: got %q", version, got)
		}
	}
}

func TestOrigin(t *testing.T) {
	t.Parallel()
	o := origin{
		template: lines("{{ if true }}\nsame: 1\nname: {{ .x }}\ntwice: {{ .a }}\ntwice: {{ .b }}\n{{ include \"x\" . }}\n"),
		yielded:  lines("\n  same: 1\nname: y\ntwice: z\nincluded: true\n"),
	}
	for number, want := range map[int]int{0: 0, 1: 0, 2: 2, 3: 3, 4: 0, 5: 0, 99: 0} {
		if got := o.line(number); got != want {
			t.Errorf("line %d: got %d, want %d", number, got, want)
		}
	}
}

// FuzzRun gives the linter files that are anything.
func FuzzRun(f *testing.F) {
	f.Add([]byte("name: a"), []byte("a: 1"), []byte("{{ .Values.a }}"))
	f.Add([]byte("apiVersion: v2\nname: a\nversion: 1.0.0\ndependencies: [{}, ]\nmaintainers: [~]"), []byte("---\n- a"), []byte("metadata: []\n---\nkind: List\nitems: 1"))
	f.Add([]byte("*a"), []byte("&a [*a]"), []byte("kind: [\n\t"))
	f.Fuzz(func(t *testing.T, metadata, values, template []byte) {
		files := []chart.File{{Name: "Chart.yaml", Data: metadata}, {Name: "values.yaml", Data: values}, {Name: "templates/a.yaml", Data: template}}
		for _, finding := range Run(t.Context(), subject(files), options(t)) {
			if finding.Message == "" || strings.ContainsAny(finding.Message, "\n") || finding.Line < 0 {
				t.Errorf("%+v", finding)
			}
		}
	})
}
