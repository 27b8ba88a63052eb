package render

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/helm-dm/helm-dm/chart"
)

var update = flag.Bool("update", false, "write what the tests find into testdata")

// install are the options of a first install on a cluster of a fixed version.
func install(t testing.TB) Options {
	t.Helper()
	version, err := ParseKubeVersion("1.36.3")
	if err != nil {
		t.Fatal(err)
	}
	return Options{
		Release:      Release{Name: "r", Namespace: "default", Revision: 1, IsInstall: true},
		Capabilities: Offline(version),
	}
}

// load makes a chart of an archive's files below chart/.
func load(t testing.TB, files *txtar.Archive) *chart.Chart {
	t.Helper()
	dir := t.TempDir()
	for _, f := range files.Files {
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

// single makes a chart of one template.
func single(t testing.TB, template string) *chart.Chart {
	t.Helper()
	return load(t, &txtar.Archive{Files: []txtar.File{
		{Name: "chart/Chart.yaml", Data: []byte("apiVersion: v2\nname: a\nversion: 0.1.0\nappVersion: 1.10\nkeywords: [k]\nmaintainers: [{name: m}]\n")},
		{Name: "chart/values.yaml", Data: []byte("m: {b: [1, {x: z}], a: str, c: null, d: 1.5, e: 1000000, f: \"two\\nlines\\n\", g: \"true\", h: <a&b>}\n")},
		{Name: "chart/f/a.txt", Data: []byte("a\nb\n\n")},
		{Name: "chart/f/empty.txt"},
		{Name: "chart/f/b.bin", Data: []byte("x")},
		{Name: "chart/templates/_help.tpl", Data: []byte("{{ define \"said\" }}{{ fail \"no\" }}{{ end }}\n{{ define \"nil\" }}\n{{ .Values.no.no }}{{ end }}{{ define \"loop\" }}{{ include \"loop\" . }}{{ end }}{{ define \"kind\" }}{{ kindOf . }}{{ end }}")},
		{Name: "chart/templates/_more.tpl", Data: []byte("{{ define \"text\" }}\n{{ tpl \"\\n{{ .Values.no.no }}\" . }}{{ end }}")},
		{Name: "chart/templates/t.yaml", Data: []byte(template)},
	}})
}

// text is what helm template prints: CRDs, manifests, hooks.
func text(out *Output) string {
	var all strings.Builder
	for _, m := range out.CRDs {
		all.WriteString(m.Text())
	}
	all.WriteString(out.Manifest)
	printed := strings.TrimSpace(all.String()) + "\n"
	for _, h := range out.Hooks {
		printed += h.Text()
	}
	return printed
}

// details lists what Output knows beside texts.
func details(out *Output) string {
	var lines strings.Builder
	for _, m := range out.Manifests {
		fmt.Fprintf(&lines, "%s %s %q\n", m.APIVersion, m.Kind, m.Name)
	}
	for _, h := range out.Hooks {
		fmt.Fprintf(&lines, "hook %s %q %v weight %d delete %v log %v\n", h.Kind, h.Name, h.Events, h.Weight, h.DeletePolicies, h.OutputLogPolicies)
	}
	return lines.String()
}

// TestRender compares whole charts with what Helm 4.3.1 prints for them.
func TestRender(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("testdata/chart/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("finding fixtures: %v, %d found", err, len(names))
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			t.Parallel()
			files, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			out, err := Render(t.Context(), load(t, files), nil, install(t))
			if err != nil {
				t.Fatal(err)
			}
			for part, got := range map[string]string{"want": text(out), "details": details(out), "notes": out.Notes} {
				compare(t, files, part, got)
			}
			if *update {
				if err := os.WriteFile(name, txtar.Format(files), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// compare holds got against a part of an archive, or puts it there. An archive
// ends every part with a line feed.
func compare(t *testing.T, files *txtar.Archive, part, got string) {
	t.Helper()
	for i := range files.Files {
		if files.Files[i].Name != part {
			continue
		}
		if *update {
			files.Files[i].Data = []byte(got)
		} else if diff := cmp.Diff(strings.TrimSuffix(string(files.Files[i].Data), "\n"), strings.TrimSuffix(got, "\n")); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", part, diff)
		}
	}
}

func TestExample(t *testing.T) {
	t.Parallel()
	c, err := chart.LoadDir("../examples/charts/hello", chart.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	out, err := Render(t.Context(), c, nil, install(t))
	if err != nil {
		t.Fatal(err)
	}
	const name = "testdata/hello.golden"
	got := text(out) + "# NOTES\n" + out.Notes
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	head := "apiVersion: v2\nname: a\nversion: 0.1.0\n"
	tests := []struct{ name, meta, want string }{
		{"library", "type: library\n", "library"},
		{"kubernetes too old", "kubeVersion: \">=1.99\"\n", "chart requires kubeVersion: >=1.99 which is incompatible with Kubernetes v1.36.3"},
		{"missing dependency", "dependencies: [{name: b}]\n", "missing in charts/: b"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := load(t, &txtar.Archive{Files: []txtar.File{{Name: "chart/Chart.yaml", Data: []byte(head + test.meta)}}})
			_, err := Render(t.Context(), c, nil, install(t))
			if !errors.Is(err, chart.ErrInvalid) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

// TestKubeVersionOfDistribution holds our one departure from S28.
func TestKubeVersionOfDistribution(t *testing.T) {
	t.Parallel()
	c := load(t, &txtar.Archive{Files: []txtar.File{{Name: "chart/Chart.yaml", Data: []byte("apiVersion: v2\nname: a\nversion: 0.1.0\nkubeVersion: \">=1.19\"\n")}}})
	options := install(t)
	options.Capabilities.KubeVersion.Version = "v1.33.4-gke.1245000"
	if _, err := Render(t.Context(), c, nil, options); err != nil {
		t.Error(err)
	}
}

// TestRendersDoNotMeet renders one chart that changes its values many times at
// once.
func TestRendersDoNotMeet(t *testing.T) {
	t.Parallel()
	c := single(t, `{{ $_ := set .Values.m "a" (print .Values.m.a "x") }}{{ $_ := set .Chart "Name" "changed" }}kind: {{ .Values.m.a }}`)
	user := map[string]any{"m": map[string]any{"q": 1}}
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			out, err := Render(t.Context(), c, user, install(t))
			if err != nil || out.Manifests[0].Kind != "strx" {
				t.Errorf("got %v, %v", out, err)
			}
		})
	}
	group.Wait()
	if len(user["m"].(map[string]any)) != 1 || c.Name() != "a" {
		t.Error("rendering changed what it was given")
	}
}

func TestLookup(t *testing.T) {
	t.Parallel()
	c := single(t, `kind: {{ (lookup "v1" "Secret" "ns" "n").kind | default "none" }}{{ len (lookup "v1" "Pod" "" "") }}`)
	options := install(t)
	kind := func() string {
		t.Helper()
		out, err := Render(t.Context(), c, nil, options)
		if err != nil {
			t.Fatal(err)
		}
		return out.Manifests[0].Kind
	}
	if got := kind(); got != "none0" {
		t.Errorf("offline: got %q", got)
	}
	options.Lookup = func(ctx context.Context, apiVersion, kind, namespace, name string) (map[string]any, error) {
		if name == "" {
			return nil, nil
		}
		return map[string]any{"kind": strings.Join([]string{apiVersion, kind, namespace, name}, "")}, nil
	}
	if got := kind(); got != "v1Secretnsn0" {
		t.Errorf("online: got %q", got)
	}
	denied := errors.New("denied")
	options.Lookup = func(context.Context, string, string, string, string) (map[string]any, error) { return nil, denied }
	var failed *Error
	if _, err := Render(t.Context(), c, nil, options); !errors.As(err, &failed) || !strings.Contains(err.Error(), "denied") {
		t.Errorf("denied: got %v", err)
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	reason := errors.New("the caller left")
	options := install(t)
	options.Lookup = func(context.Context, string, string, string, string) (map[string]any, error) {
		cancel(reason)
		return nil, nil
	}
	c := single(t, `{{ lookup "v1" "Pod" "" "" }}{{ range until 10 }}{{ . }}{{ end }}`)
	if _, err := Render(ctx, c, nil, options); !errors.Is(err, reason) {
		t.Errorf("got %v", err)
	}
}

// TestCancelLoops ends loops and recursions that print nothing.
func TestCancelLoops(t *testing.T) {
	t.Parallel()
	for _, template := range []string{
		`{{ range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}`,
		`{{ range until 100000 }}{{ range until 100000 }}{{ $_ := . }}{{ continue }}{{ end }}{{ end }}`,
		`{{ define "d" }}{{ if lt (len .) 60 }}{{ template "d" (append . 1) }}{{ template "d" (append . 1) }}{{ end }}{{ end }}{{ template "d" list }}`,
	} {
		ctx, cancel := context.WithCancelCause(t.Context())
		reason := errors.New("the time is up")
		options := install(t)
		options.MaxGenerated = 1 << 40
		options.Began = func(string) { time.AfterFunc(10*time.Millisecond, func() { cancel(reason) }) }
		if _, err := Render(ctx, single(t, template), nil, options); !errors.Is(err, reason) {
			t.Errorf("%s: got %v", template, err)
		}
	}
}

func TestMaxOutput(t *testing.T) {
	t.Parallel()
	options := install(t)
	options.MaxOutput = 1000
	for _, template := range []string{
		`{{ range until 200 }}0123456789{{ end }}`,
		`{{ $x := tpl "{{ range until 200 }}0123456789{{ end }}" . }}`,
	} {
		var beyond *BudgetError
		if _, err := Render(t.Context(), single(t, template), nil, options); !errors.As(err, &beyond) || beyond.Budget != "output" || beyond.Limit != "1000 bytes" {
			t.Errorf("%s: got %v", template, err)
		}
	}
	if _, err := Render(t.Context(), single(t, `# {{ repeat 990 "x" }}`), nil, options); err != nil {
		t.Errorf("within the limit: %v", err)
	}
}

func TestNotesOfSubcharts(t *testing.T) {
	t.Parallel()
	c := load(t, &txtar.Archive{Files: []txtar.File{
		{Name: "chart/Chart.yaml", Data: []byte("apiVersion: v2\nname: a\nversion: 0.1.0\n")},
		{Name: "chart/templates/NOTES.txt", Data: []byte("parent")},
		{Name: "chart/charts/b/Chart.yaml", Data: []byte("apiVersion: v2\nname: b\nversion: 0.1.0\n")},
		{Name: "chart/charts/b/templates/NOTES.txt", Data: []byte("child")},
	}})
	for subcharts, want := range map[bool]string{false: "parent", true: "child\nparent"} {
		options := install(t)
		options.SubchartNotes = subcharts
		if out, err := Render(t.Context(), c, nil, options); err != nil || out.Notes != want || out.Manifest != "" {
			t.Errorf("%t: got %v, %v", subcharts, out, err)
		}
	}
}
