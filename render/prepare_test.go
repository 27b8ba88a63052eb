package render

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/helm-dm/helm-dm/chart"
)

// branches is a chart whose subcharts values turn on and off.
func branches(t *testing.T) *chart.Chart {
	t.Helper()
	return load(t, txtar.Parse([]byte(`
-- chart/Chart.yaml --
apiVersion: v2
name: a
version: 0.1.0
dependencies:
- {name: b, version: 0.1.0, alias: one, condition: one.on}
- {name: b, version: 0.1.0, alias: two, condition: two.on}
-- chart/templates/t.yaml --
kind: {{ include "who" . }}{{ .Chart.Dependencies | len }}{{ .Values.left }}{{ $_ := set .Values "left" "x" }}
-- chart/templates/_t.tpl --
{{ define "who" }}parent{{ end }}
-- chart/charts/b/Chart.yaml --
apiVersion: v2
name: b
version: 0.1.0
-- chart/charts/b/values.yaml --
name: default
-- chart/charts/b/templates/t.yaml --
kind: {{ .Chart.Name }}-{{ .Values.name }}-{{ include "who" . }}-{{ len .Files }}{{ .Values.left }}{{ $_ := set .Values "left" "x" }}
`)))
}

func kinds(out *Output) string {
	var found []string
	for _, m := range out.Manifests {
		found = append(found, m.Kind)
	}
	slices.Sort(found)
	return strings.Join(found, " ")
}

// TestPrepared renders one prepared chart in several shapes, many times and at
// once, and expects what a chart prepared anew yields.
func TestPrepared(t *testing.T) {
	t.Parallel()
	prepared := Prepare(branches(t))
	tests := []struct {
		values map[string]any
		want   string
	}{
		{nil, "one-default-parent-0 parent2 two-default-parent-0"},
		{map[string]any{"one": map[string]any{"on": false}}, "parent1 two-default-parent-0"},
		{map[string]any{"two": map[string]any{"on": false, "name": "x"}, "one": map[string]any{"name": "y"}}, "one-y-parent-0 parent1"},
		{map[string]any{"one": map[string]any{"on": false}, "two": map[string]any{"on": false}}, "parent0"},
	}
	var group sync.WaitGroup
	for range 20 {
		for _, test := range tests {
			group.Go(func() {
				out, err := prepared.Render(t.Context(), test.values, install(t))
				if err != nil || kinds(out) != test.want {
					t.Errorf("%v: got %v, %v, want %s", test.values, out, err, test.want)
				}
			})
		}
	}
	group.Wait()
	if n := len(prepared.shelf.idle); n == 0 || n > maxIdle {
		t.Errorf("%d programs are kept", n)
	}
}

// TestNothingIsCarriedOver renders a chart for one caller, then for another.
func TestNothingIsCarriedOver(t *testing.T) {
	t.Parallel()
	prepared := Prepare(single(t, `
{{- if eq .Release.Name "first" }}
{{- range $where := list .Values .Chart .Release .Subcharts .Template .Values.m . }}{{ $_ := set $where "secret" "s3cret" }}{{ end }}
{{- $_ := set .Values.m "b" (list "s3cret") }}{{ $_ := set (first .Chart.Maintainers) "Name" "s3cret" }}
{{- $_ := tpl "{{ define \"kind\" }}s3cret{{ end }}{{ define \"other\" }}s3cret{{ end }}{{ include \"kind\" . }}" . }}
{{- $_ := mergeOverwrite .Values (dict "m" (dict "a" "s3cret")) }}
{{- if .Values.fails }}{{ fail "s3cret" }}{{ end }}
{{- end }}
kind: {{ include "kind" . }}
data: {{ omit . "Files" "Capabilities" | toJson }}
more: {{ list (lookup "v1" "Secret" "a" "b") .Capabilities.APIVersions (.Files.Glob "**") (tpl "{{ include \"kind\" . }}{{ .Release.Name }}" .) | toJson }}
`))
	clean := func() string {
		t.Helper()
		out, err := prepared.Render(t.Context(), nil, install(t))
		if err != nil {
			t.Fatal(err)
		}
		return out.Manifest
	}
	want := clean()
	for _, fails := range []bool{false, true} {
		options := install(t)
		options.Release.Name = "first"
		options.Capabilities.APIVersions = VersionSet{"s3cret/v1"}
		options.Lookup = func(context.Context, string, string, string, string) (map[string]any, error) {
			return map[string]any{"data": "s3cret"}, nil
		}
		out, err := prepared.Render(t.Context(), map[string]any{"fails": fails, "token": "s3cret"}, options)
		if fails != (err != nil) || !fails && !strings.Contains(out.Manifest, "s3cret") {
			t.Fatalf("got %v, %v", out, err)
		}
		if got := clean(); got != want || strings.Contains(got, "s3cret") {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	if n := len(prepared.shelf.idle[0].room.texts); len(prepared.shelf.idle) != 1 || n != 0 {
		t.Errorf("%d texts are kept", n)
	}
}

// TestKeptTexts gives tpl more texts than it keeps.
func TestKeptTexts(t *testing.T) {
	t.Parallel()
	const template = `{{ range until 300 }}{{ $x := tpl (printf "{{ define \"x\" }}%d{{ end }}{{ include \"x\" . }}" .) $ }}` +
		`{{ if ne $x (print .) }}{{ fail $x }}{{ end }}{{ end }}{{ range until 3 }}{{ tpl (printf "{{/* %s */}}%d{{ .Release.Name }}" (repeat 300000 "x") .) $ }}{{ end }}`
	out, err := Render(t.Context(), single(t, "kind: "+template), nil, install(t))
	if err != nil || out.Manifests[0].Kind != "0r1r2r" {
		t.Errorf("got %v, %v", out, err)
	}
}

func TestBegan(t *testing.T) {
	t.Parallel()
	var begun []string
	options := install(t)
	options.Began = func(template string) { begun = append(begun, template) }
	if _, err := Render(t.Context(), branches(t), nil, options); err != nil {
		t.Fatal(err)
	}
	if want := "a/charts/two/templates/t.yaml a/charts/one/templates/t.yaml a/templates/t.yaml"; strings.Join(begun, " ") != want {
		t.Errorf("got %v, want %s", begun, want)
	}
}

func TestClock(t *testing.T) {
	t.Parallel()
	options := install(t)
	options.Now = func() time.Time { return time.Date(2031, 2, 3, 4, 5, 6, 0, time.UTC) }
	const template = `{{ now | date "2006" }} {{ date "2006" nil }} {{ htmlDateInZone "x" "UTC" }} {{ dateInZone "15" nil "UTC" }} {{ ago (now | dateModify "-90s") }} {{ ago 1927857600 }} {{ now | unixEpoch }}`
	out, err := Render(t.Context(), single(t, "kind: "+template), nil, options)
	if want := "2031 2031 2031-02-03 04 1m30s 5m6s 1927857906"; err != nil || out.Manifests[0].Kind != want {
		t.Errorf("got %v, %v, want %s", out, err, want)
	}
}

// TestLint holds S24, and that lint looks at charts that cannot be installed.
func TestLint(t *testing.T) {
	t.Parallel()
	c := load(t, &txtar.Archive{Files: []txtar.File{
		{Name: "chart/Chart.yaml", Data: []byte("apiVersion: v2\nname: a\nversion: 0.1.0\nkubeVersion: \">=1.99\"\n")},
		{Name: "chart/templates/t.yaml", Data: []byte(`[{{ required "m" .Values.no }}{{ fail "f" }}{{ required "m" "x" }}{{ lookup "v1" "Pod" "" "" | len }}]`)},
	}})
	options := install(t)
	options.Lint = true
	options.Lookup = func(context.Context, string, string, string, string) (map[string]any, error) {
		return nil, errors.New("asked")
	}
	texts, err := Prepare(c).Texts(t.Context(), nil, options)
	if err != nil || texts["a/templates/t.yaml"] != "[x0]" {
		t.Errorf("got %v, %v", texts, err)
	}
}

func TestSchema(t *testing.T) {
	t.Parallel()
	c := load(t, &txtar.Archive{Files: []txtar.File{
		{Name: "chart/Chart.yaml", Data: []byte("apiVersion: v2\nname: a\nversion: 0.1.0\n")},
		{Name: "chart/values.schema.json", Data: []byte(`{"properties": {"n": {"type": "integer"}}}`)},
	}})
	prepared, wrong := Prepare(c), map[string]any{"n": "x"}
	for range 2 {
		if _, err := prepared.Render(t.Context(), wrong, install(t)); !errors.Is(err, chart.ErrInvalid) || !strings.Contains(err.Error(), "at '/n': got string, want integer") {
			t.Errorf("got %v", err)
		}
	}
	options := install(t)
	options.SkipSchema = true
	if _, err := prepared.Render(t.Context(), wrong, options); err != nil {
		t.Error(err)
	}
}

// TestTypeNames holds a difference: the verb %T tells the engine's own names.
func TestTypeNames(t *testing.T) {
	t.Parallel()
	out, err := Render(t.Context(), single(t, `kind: {{ printf "%T" .Values }} {{ typeOf .Values }}`), nil, install(t))
	if err != nil || out.Manifests[0].Kind != "render.Values common.Values" {
		t.Errorf("got %v, %v", out, err)
	}
}

// TestBuiltins holds that the parser of tpl knows all that text/template does.
func TestBuiltins(t *testing.T) {
	t.Parallel()
	const text = `{{ and 1 2 }}{{ or 1 2 }}{{ not 1 }}{{ len \"a\" }}{{ index (list 1) 0 }}{{ slice (list 1) 0 }}{{ html 1 }}{{ js 1 }}{{ urlquery 1 }}{{ print 1 }}{{ println 1 }}{{ printf \"1\" }}` +
		`{{ eq 1 1 }}{{ ne 1 1 }}{{ lt 1 1 }}{{ le 1 1 }}{{ gt 1 1 }}{{ ge 1 1 }}{{ range list 1 2 }}{{ continue }}{{ break }}{{ end }}{{ if false }}{{ call .x }}{{ end }}`
	if _, err := Render(t.Context(), single(t, fmt.Sprintf(`# {{ tpl "%s" . | sha256sum }}`, text)), nil, install(t)); err != nil {
		t.Error(err)
	}
}

// FuzzRender renders hostile templates: whatever they hold, there is a result or
// a typed error, within the budgets, and the next rendering is as the first.
func FuzzRender(f *testing.F) {
	for _, template := range []string{
		`{{ .Values.m.a }}`, `{{ tpl . . }}`, `{{ include "loop" . }}`, `{{ range until 99999 }}{{ . }}{{ end }}`, `{{ $d := dict }}{{ set $d "d" $d }}`, `{{ define "x" }}{{ template "x" }}{{ end }}{{ template "x" }}`,
		`{{ toYaml . }}{{ toJson . }}`, `{{ .Files.Glob "**" }}`, `{{ set .Values "a" . | toYaml }}`, `{{ printf "%*d" 9999999 1 }}`, `{{ block "b" . }}{{ end }}`, `{{ index . 1 }}`, `{{ fromYaml "a: *b" }}`, "---\n---\na: 1\n",
		`{{ (index .Subcharts "x").y }}`, `{{ regexReplaceAll "" "a" "$0" }}`, `{{ break }}`, `{{ repeat 999999999 "x" }}`, `{{ with $x := . }}{{ $x = 1 }}{{ end }}`, `{{ nil }}`, `{{ .Values.m | toToml }}`, `{{ deepCopy . }}`, `{{ call .Files.Get "f/a.txt" }}`,
	} {
		f.Add(template)
	}
	f.Fuzz(func(t *testing.T, template string) {
		for _, costly := range []string{"gen", "derive", "bcrypt", "htpasswd"} { // time is for a worker to bound
			if strings.Contains(template, costly) {
				t.Skip()
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		options := install(t)
		options.MaxOutput, options.MaxGenerated = 1<<18, 1<<18
		prepared := Prepare(single(t, template))
		out, err := prepared.Render(ctx, nil, options)
		failed, beyond := (*Error)(nil), (*BudgetError)(nil)
		if err != nil && !errors.As(err, &failed) && !errors.As(err, &beyond) && !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("an untyped error: %v", err)
		}
		if out != nil && len(out.Manifest) > 1<<20 {
			t.Fatalf("%d bytes", len(out.Manifest))
		}
	})
}
