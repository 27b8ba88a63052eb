package render

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// TestFunctions holds what Helm 4.3.1 printed for the same expressions, in the
// same JSON text (whose escapes hide what would be removed as <no value>).
func TestFunctions(t *testing.T) {
	t.Parallel()
	tests := []struct{ expression, want string }{
		{`{{ toYaml .Values.m }}`, "a: str\nb:\n- 1\n- x: z\nd: 1.5\ne: 1000000\nf: |\n  two\n  lines\ng: \"true\"\nh: <a&b>"},
		{`{{ toYamlPretty (dict "a" (list 1 "x: y" "on")) }}`, "a:\n  - 1\n  - 'x: y'\n  - \"on\""},
		{`{{ toJson .Values.m }}`, `{"a":"str","b":[1,{"x":"z"}],"d":1.5,"e":1000000,"f":"two\nlines\n","g":"true","h":"\u003ca\u0026b\u003e"}`},
		{`{{ toToml (dict "a" 1 "b" (dict "c" "d")) }}`, "a = 1\n\n[b]\n  c = \"d\"\n"},
		{`{{ toYaml (list) }}|{{ toYaml dict }}|{{ toYaml nil }}|{{ toJson nil }}`, "[]|{}|null|null"},
		{`{{ fromYaml "a: 1" | toJson }}{{ fromYamlArray "[1]" | toJson }}{{ fromYaml "" | toJson }}`, `{"a":1}[1]{}`},
		{`{{ hasKey (fromYaml "a: [1") "Error" }}{{ hasKey (fromJson "x") "Error" }}{{ hasKey (fromToml "x") "Error" }}`, "truetruetrue"},
		{`{{ fromJson "{\"a\":1}" | toJson }}{{ fromJsonArray "x" | toJson }}`, `{"a":1}["invalid character 'x' looking for beginning of value"]`},
		{`{{ fromToml "a=1" | toJson }}`, `{"a":1}`},
		{`[{{ getHostByName "localhost" }}]`, "[]"},
		{`{{ required "m" 0 }} {{ required "m" false }} {{ required "m" (list) }}`, "0 false []"},
		{`{{ .Values.no }}|<no value>|{{ "<no value>" }}|{{ .Values.no | quote }}|{{ printf "%v" .Values.no }}`, "<no value>|<no value>|<no value>||<nil>"},
		{`{{ tpl "{{ .Values.m.a }} <no value>{{ .no }}" . }}|{{ tpl "a <no value>" . }}`, "str |a "},
		{`{{ tpl "{{ define \"own\" }}Z{{ end }}{{ include \"own\" . }}" . }}`, "Z"},
		{`{{ tpl "{{ define \"kind\" }}Z{{ end }}{{ include \"kind\" . }}" . }}{{ include "kind" . }}`, "Zmap"},
		{`{{ tpl "{{ .Template.Name }}" . }}|{{ .Template.BasePath }}`, "a/templates/t.yaml|a/templates"},
		{`{{ include "kind" (list 1) }}`, "slice"},
		{`{{ .Values.m.e }} {{ int .Values.m.e }} {{ 1000000 }} {{ .Values.m.d }}`, "1e+06 1000000 1000000 1.5"},
		{`{{ dig "m" "a" "x" .Values.AsMap }} {{ (.Values.Table "m").a }} {{ .Values.PathValue "m.a" }} {{ kindOf .Values }}`, "str str str map"},
		{`{{ .Chart.AppVersion }}|{{ .Chart.Nope }}|{{ .Chart.IsRoot }}|{{ range .Chart.Maintainers }}{{ .Name }}{{ end }}{{ .Chart.Keywords | join "," }}`, "1.1|<no value>|true|mk"},
		{`{{ .Release | toJson }}`, `{"IsInstall":true,"IsUpgrade":false,"Name":"r","Namespace":"default","Revision":1,"Service":"Helm"}`},
		{`{{ .Capabilities.KubeVersion }} {{ .Capabilities.KubeVersion.Major }}.{{ .Capabilities.KubeVersion.Minor }} {{ .Capabilities.KubeVersion.GitVersion }}`, "v1.36.3 1.36 v1.36.3"},
		{`{{ .Capabilities.APIVersions.Has "apps/v1" }} {{ .Capabilities.APIVersions.Has "apps/v1/Deployment" }} {{ semverCompare ">=4" .Capabilities.HelmVersion.Version }}`, "true false true"},
		{`{{ keys . | sortAlpha | join "," }}`, "Capabilities,Chart,Files,Release,Subcharts,Template,Values"},
		{`{{ .Files.Lines "f/a.txt" | toJson }}{{ .Files.Lines "no" | toJson }}{{ .Files.Lines "f/empty.txt" | toJson }}`, `["a","b",""][][]`},
		{`{{ .Files.Get "f/a.txt" | quote }}{{ .Files.Get "no" | quote }}{{ .Files.GetBytes "f/b.bin" | toJson }}`, `"a\nb\n\n""""eA=="`},
		{`{{ range $k, $_ := .Files.Glob "f/*" }}{{ $k }},{{ end }}{{ len (.Files.Glob "*") }}{{ len (.Files.Glob "[") }}`, "f/a.txt,f/b.bin,f/empty.txt,03"},
		{`{{ (.Files.Glob "f/*").AsConfig }}`, "a.txt: |+\n  a\n  b\n\nb.bin: x\nempty.txt: \"\""},
		{`{{ (.Files.Glob "f/*").AsSecrets }}|{{ (.Files.Glob "no").AsSecrets }}`, "a.txt: YQpiCgo=\nb.bin: eA==\nempty.txt: \"\"|{}"},
		{`{{ durationSeconds "1h30m" }} {{ durationMilliseconds 90 }} {{ durationDays "12h" }} {{ durationWeeks 90.5 }} {{ durationNanoseconds "1.5" }}`, "5400 90000 0.5 0.00014963624338624337 1500000000"},
		{`{{ durationMinutes "x" }} {{ durationHours true }} {{ durationMicroseconds " 1s" }} {{ durationSeconds 9999999999999 }} {{ mustToDuration -3.5 }}`, "0 0 1000000 0 -3.5s"},
		{`{{ durationRoundTo "90m" "1h" }} {{ durationTruncateTo "90m" "1h" }} {{ durationRoundTo "2h" "x" }} {{ durationSeconds (mustToDuration "1h") }}`, "2h0m0s 1h0m0s 2h0m0s 3600"},
	}
	for _, test := range tests {
		t.Run(test.expression, func(t *testing.T) {
			t.Parallel()
			c := single(t, `{{ define "x" }}`+test.expression+`{{ end }}kind: {{ include "x" . | toJson }}`)
			out, err := Render(t.Context(), c, nil, install(t))
			if err != nil {
				t.Fatal(err)
			}
			var got string
			if err := json.Unmarshal([]byte(strings.TrimPrefix(out.Manifests[0].Content, "kind: ")), &got); err != nil {
				t.Fatal(err)
			}
			if got != test.want {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

// TestExpressions holds what Helm 4.3.1 printed for many more expressions.
func TestExpressions(t *testing.T) {
	t.Parallel()
	archive, err := txtar.ParseFile("testdata/expressions.txtar")
	if err != nil {
		t.Fatal(err)
	}
	files := &txtar.Archive{}
	for _, part := range archive.Files {
		if strings.HasPrefix(part.Name, "chart/") {
			files.Files = append(files.Files, part)
			continue
		}
		expression, want, _ := strings.Cut(strings.TrimSpace(string(part.Data)), "\n")
		t.Run(part.Name, func(t *testing.T) {
			t.Parallel()
			template := txtar.File{Name: "chart/templates/t.yaml", Data: []byte(`v: {{ define "x" }}` + expression + `{{ end }}{{ include "x" . | toJson }}`)}
			out, err := Render(t.Context(), load(t, &txtar.Archive{Files: append(slices.Clip(files.Files), template)}), nil, install(t))
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.TrimPrefix(strings.TrimSpace(out.Manifests[0].Content), "v: "); got != want {
				t.Errorf("%s\ngot  %s\nwant %s", expression, got, want)
			}
		})
	}
}
