package render

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/helm-dm/helm-dm/chart"
)

// BenchmarkRender renders charts that are already prepared, as a worker does.
func BenchmarkRender(b *testing.B) {
	for name, dir := range benchCharts(b) {
		b.Run(name, func(b *testing.B) { benchWarm(b, dir) })
	}
}

// BenchmarkCold loads, parses and renders charts, as a process of its own does.
func BenchmarkCold(b *testing.B) {
	for name, dir := range benchCharts(b) {
		b.Run(name, func(b *testing.B) { benchCold(b, dir) })
	}
}

// BenchmarkFolder renders the charts in the folders that HELM_BENCH_CHARTS lists,
// separated as in PATH.
func BenchmarkFolder(b *testing.B) {
	for _, dir := range filepath.SplitList(os.Getenv("HELM_BENCH_CHARTS")) {
		b.Run(filepath.Base(dir), func(b *testing.B) {
			b.Run("warm", func(b *testing.B) { benchWarm(b, dir) })
			b.Run("cold", func(b *testing.B) { benchCold(b, dir) })
		})
	}
}

func benchWarm(b *testing.B, dir string) {
	b.Helper()
	c, err := chart.LoadDir(dir, chart.Limits{})
	if err != nil {
		b.Fatal(err)
	}
	prepared, options := Prepare(c), install(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := prepared.Render(b.Context(), nil, options); err != nil {
			b.Fatal(err)
		}
	}
}

func benchCold(b *testing.B, dir string) {
	b.Helper()
	options := install(b)
	b.ReportAllocs()
	for b.Loop() {
		c, err := chart.LoadDir(dir, chart.Limits{})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := Render(b.Context(), c, nil, options); err != nil {
			b.Fatal(err)
		}
	}
}

// benchCharts are folders of charts by what they are heavy in.
func benchCharts(b *testing.B) map[string]string {
	b.Helper()
	return map[string]string{
		"hello":          "../examples/charts/hello",
		"umbrella of 20": umbrella(b, 20),
		"tpl":            heavy(b, tplHeavy),
		"include":        heavy(b, includeHeavy),
		"values":         heavy(b, valuesHeavy),
		"crds":           heavy(b, definitionsHeavy),
	}
}

const (
	tplHeavy         = `{{ range $i, $_ := until 300 }}{{ tpl "{{ .Values.name }}-{{ include \"label\" . }}" $ }}-{{ tpl (printf "{{ .Values.name }}-%d" $i) $ }}{{ tpl $.Values.text $ }}{{ end }}`
	includeHeavy     = `{{ range until 1000 }}{{ include "label" $ }}{{ include "outer" $ | nindent 4 }}{{ end }}`
	valuesHeavy      = `{{ range until 20 }}{{ toYaml $.Values | nindent 4 | sha256sum }}{{ get (toYaml $.Values.big | fromYaml) "k1" | toJson }}{{ end }}`
	definitionsHeavy = ""
)

// heavy writes a chart whose one template repeats what is to be measured.
func heavy(b *testing.B, action string) string {
	b.Helper()
	dir := b.TempDir()
	files := []txtar.File{
		{Name: "Chart.yaml", Data: []byte("apiVersion: v2\nname: heavy\nversion: 0.1.0\n")},
		{Name: "values.yaml", Data: bigValues()},
		{Name: "templates/_help.tpl", Data: []byte(`{{ define "label" }}app.kubernetes.io/name: {{ .Chart.Name | trunc 63 | trimSuffix "-" }}{{ end }}{{ define "outer" }}{{ include "label" . }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}{{ end }}`)},
		{Name: "templates/t.yaml", Data: []byte("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: heavy\ndata:{{ define \"work\" }}" + action + "{{ end }}\n  sum: {{ include \"work\" . | sha256sum }}\n")},
	}
	if action == definitionsHeavy {
		files = append(files, txtar.File{Name: "templates/crds.yaml", Data: definitionText(20, 400)})
	}
	for _, f := range files {
		name := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o644); err != nil {
			b.Fatal(err)
		}
	}
	return dir
}

func bigValues() []byte {
	var out bytes.Buffer
	out.WriteString("name: n\ntext: \"{{ .Release.Name }} and {{ .Values.name }}\"\nbig:\n")
	for i := range 100 {
		fmt.Fprintf(&out, "  k%d:\n    enabled: true\n    port: %d\n    image: {repository: example.com/app, tag: \"1.%d\"}\n    args: [--one, \"--two=%d\"]\n    annotations: {}\n", i, 8000+i, i, i)
	}
	return out.Bytes()
}

// definitionText is a template of n custom resource definitions with so many
// properties each.
func definitionText(n, properties int) []byte {
	var out bytes.Buffer
	for i := range n {
		fmt.Fprintf(&out, "---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: things%d.example.com\nspec:\n  versions:\n  - name: v1\n    schema:\n      openAPIV3Schema:\n        properties:\n", i)
		for p := range properties {
			fmt.Fprintf(&out, "          property%d:\n            description: |-\n              %s\n              and more.\n            type: string\n            x-kubernetes-preserve-unknown-fields: true\n", p, strings.Repeat("What it means. ", 5))
		}
	}
	return out.Bytes()
}

// umbrella is a chart with n aliases of the example chart below it.
func umbrella(b *testing.B, n int) string {
	b.Helper()
	dir := b.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "charts", "hello"), os.DirFS("../examples/charts/hello")); err != nil {
		b.Fatal(err)
	}
	var meta bytes.Buffer
	meta.WriteString("apiVersion: v2\nname: umbrella\nversion: 0.1.0\ndependencies:\n")
	for i := range n {
		fmt.Fprintf(&meta, "- {name: hello, version: 0.1.0, alias: hello-%d}\n", i)
	}
	if err := os.WriteFile(filepath.Join(dir, "Chart.yaml"), meta.Bytes(), 0o644); err != nil {
		b.Fatal(err)
	}
	return dir
}
