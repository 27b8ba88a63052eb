package render

import (
	"errors"
	"strings"
	"testing"
)

func TestErrors(t *testing.T) {
	t.Parallel()
	const place = "a/templates/t.yaml"
	tests := []struct{ template, want string }{
		{"\n{{ required \"x is needed\" .Values.x }}", "execution error at (a/templates/t.yaml:2:3): x is needed"},
		{`{{ fail "boo: hoo" }}`, "execution error at (a/templates/t.yaml:1:3): boo: hoo"},
		{`{{ include "said" . }}`, "execution error at (a/templates/t.yaml:1:3): no"},
		{`{{ tpl "{{ fail \"inner\" }}" . }}`, "execution error at (a/templates/t.yaml:1:3): inner"},
		{`{{ .Values.no.no }}`, "execution error at (a/templates/t.yaml:1:10): <.Values.no.no>: nil pointer evaluating interface {}.no"},
		{`{{ include "nil" . }}`, "execution error at (a/templates/_help.tpl:3:10): <.Values.no.no>: nil pointer evaluating interface {}.no (called from a/templates/t.yaml:1)"},
		{`{{ include "no" . }}`, `execution error at (a/templates/t.yaml:1:3): <include "no" .>: error calling include: template: no template "no" associated with template "gotpl"`},
		{`{{ include "loop" . }}`, `execution error at (a/templates/_help.tpl:3:50): <include "loop" .>: error calling include: rendering template has a nested reference name: loop (called from a/templates/t.yaml:1)`},
		{"\n{{ nofunction }}", `parse error at (a/templates/t.yaml:2): function "nofunction" not defined`},
		{`{{ env "HOME" }}`, `parse error at (a/templates/t.yaml:1): function "env" not defined`},
		{`{{ expandenv "$HOME" }}`, `parse error at (a/templates/t.yaml:1): function "expandenv" not defined`},
		{`{{ if }}`, "parse error at (a/templates/t.yaml:1): missing value for if"},
		{`{{ tpl "\n{{ .Values.no.no }}" . }}`, `execution error at (a/templates/t.yaml:1:3): <tpl "\n{{ .Values.no.no }}" .>: error calling tpl: in line 2 of the text: <.Values.no.no>: nil pointer evaluating interface {}.no`},
		{`{{ tpl "{{ if }}" . }}`, `execution error at (a/templates/t.yaml:1:3): <tpl "{{ if }}" .>: error calling tpl: in line 1 of the text: missing value for if`},
		{`{{ include "text" . }}`, `execution error at (a/templates/_more.tpl:2:3): <tpl "\n{{ .Values.no.no }}" .>: error calling tpl: in line 2 of the text: <.Values.no.no>: nil pointer evaluating interface {}.no (called from a/templates/t.yaml:1)`},
		{`{{ tpl "{{ include \"text\" . }}" . }}`, `execution error at (a/templates/_more.tpl:2:3): <tpl "\n{{ .Values.no.no }}" .>: error calling tpl: in line 2 of the text: <.Values.no.no>: nil pointer evaluating interface {}.no (called from a/templates/t.yaml:1)`},
		{`{{ index .Values.m.b 7 }}`, "execution error at (a/templates/t.yaml:1:3): <index .Values.m.b 7>: error calling index: index out of range: 7"},
		{`{{ eq .Values.m .Values.m }}`, "execution error at (a/templates/t.yaml:1:3): <eq .Values.m .Values.m>: error calling eq: non-comparable type this value"},
		{`{{ range $a, $b := .Values.m.a }}{{ end }}`, "execution error at (a/templates/t.yaml:1:26): <.Values.m.a>: range can't iterate over this value"},
		{"a: *str", "execution error at (a/templates/t.yaml): the output is not YAML: error converting YAML to JSON: yaml: unknown anchor a value referenced"},
		{"? [str]\n: b", "execution error at (a/templates/t.yaml): the output is not YAML: error converting YAML to JSON: yaml: invalid map key: a value"},
		{`{{ dig "a" "b" .Values }}`, `execution error at (a/templates/t.yaml:1:3): <dig "a" "b" .Values>: error calling dig: interface conversion: interface {} is render.Values, not map[string]interface {}`},
		{`{{ mustToDuration "x" }}`, `execution error at (a/templates/t.yaml:1:3): <mustToDuration "x">: error calling mustToDuration: could not parse duration "x"`},
		{"a: b: c", "execution error at (a/templates/t.yaml): the output is not YAML: error converting YAML to JSON: yaml: mapping values are not allowed in this context"},
		{"- a", "execution error at (a/templates/t.yaml): the output is YAML but no Kubernetes object: it is of type array"},
		{"metadata: []", "execution error at (a/templates/t.yaml): the output is YAML but no Kubernetes object: metadata is of type array"},
	}
	for _, test := range tests {
		t.Run(test.template, func(t *testing.T) {
			t.Parallel()
			_, err := Render(t.Context(), single(t, test.template), nil, install(t))
			var failed *Error
			if !errors.As(err, &failed) || err.Error() != test.want {
				t.Fatalf("got  %v\nwant %s", err, test.want)
			}
			if failed.Chart != "a" || !strings.HasPrefix(failed.Template, "a/templates/") {
				t.Errorf("got chart %q, template %q, want something like %q", failed.Chart, failed.Template, place)
			}
			if failed.Line == 0 && !strings.Contains(test.want, "the output is") {
				t.Error("no line")
			}
		})
	}
}
