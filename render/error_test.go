package render

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/helm-dm/helm-dm/render/function"
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
		{`{{ include "no" . }}`, `execution error at (a/templates/t.yaml:1:3): <include "no" .>: error calling include: there is no template of this name`},
		{`{{ include "loop" . }}`, `execution error at (a/templates/_help.tpl:3:50): <include "loop" .>: error calling include: rendering template has a nested reference name: loop (called from a/templates/t.yaml:1)`},
		{"\n{{ nofunction }}", `parse error at (a/templates/t.yaml:2): function "nofunction" not defined`},
		{`{{ env "HOME" }}`, `parse error at (a/templates/t.yaml:1): function "env" not defined`},
		{`{{ expandenv "$HOME" }}`, `parse error at (a/templates/t.yaml:1): function "expandenv" not defined`},
		{`{{ if }}`, "parse error at (a/templates/t.yaml:1): missing value for if"},
		{`{{ tpl "\n{{ .Values.no.no }}" . }}`, `execution error at (a/templates/t.yaml:1:3): <tpl "\n{{ .Values.no.no }}" .>: error calling tpl: in line 2 of the text: <.Values.no.no>: nil pointer evaluating interface {}.no`},
		{`{{ tpl "{{ if }}" . }}`, `execution error at (a/templates/t.yaml:1:3): <tpl "{{ if }}" .>: error calling tpl: in line 1 of the text: missing value for if`},
		{`{{ include "text" . }}`, `execution error at (a/templates/_more.tpl:2:3): <tpl "\n{{ .Values.no.no }}" .>: error calling tpl: in line 2 of the text: <.Values.no.no>: nil pointer evaluating interface {}.no (called from a/templates/t.yaml:1)`},
		{`{{ tpl "{{ include \"text\" . }}" . }}`, `execution error at (a/templates/_more.tpl:2:3): <tpl "\n{{ .Values.no.no }}" .>: error calling tpl: in line 2 of the text: <.Values.no.no>: nil pointer evaluating interface {}.no (called from a/templates/t.yaml:1)`},
		{`{{ index .Values.m.b 7 }}`, "execution error at (a/templates/t.yaml:1:3): <index .Values.m.b 7>: error calling index: index out of range …"},
		{`{{ eq .Values.m .Values.m }}`, "execution error at (a/templates/t.yaml:1:3): <eq .Values.m .Values.m>: error calling eq: non-comparable type …"},
		{`{{ range $a, $b := .Values.m.a }}{{ end }}`, "execution error at (a/templates/t.yaml:1:26): <.Values.m.a>: range can't iterate over this value"},
		{"a: *str", "execution error at (a/templates/t.yaml): the output is not YAML: error converting YAML to JSON: yaml: unknown anchor a value referenced"},
		{"? [str]\n: b", "execution error at (a/templates/t.yaml): the output is not YAML: error converting YAML to JSON: yaml: invalid map key: a value"},
		{`{{ dig "a" "b" .Values }}`, `execution error at (a/templates/t.yaml:1:3): <dig "a" "b" .Values>: error calling dig: interface conversion: interface {} is render.Values, not map[string]interface {}`},
		{`{{ mustToDuration "x" }}`, `execution error at (a/templates/t.yaml:1:3): <mustToDuration "x">: error calling mustToDuration: could not parse duration …`},
		{`{{ urlParse .Values.m.a }}{{ urlParse ":" }}`, `execution error at (a/templates/t.yaml:1:29): <urlParse ":">: error calling urlParse: unable to parse url …`},
		{`{{ semverCompare "1 of" "1.2.3" }}`, `execution error at (a/templates/t.yaml:1:3): <semverCompare "1 of" "1.2.3">: error calling semverCompare: improper constraint …`},
		{`{{ mustRegexMatch "(" "" }}`, `execution error at (a/templates/t.yaml:1:3): <mustRegexMatch "(" "">: error calling mustRegexMatch: error parsing regexp …`},
		{`{{ mustAppend .Values.m.a 1 }}`, `execution error at (a/templates/t.yaml:1:3): <mustAppend .Values.m.a 1>: error calling mustAppend: Cannot push on type string`},
		{`{{ index .Values.m.a "x" }}`, `execution error at (a/templates/t.yaml:1:3): <index .Values.m.a "x">: error calling index: cannot index slice/array with type string`},
		{`{{ len .Values.m.e }}`, `execution error at (a/templates/t.yaml:1:3): <len .Values.m.e>: error calling len: len of type float64`},
		{`{{ trunc "1" "x" }}`, `execution error at (a/templates/t.yaml:1:9): <"1">: expected integer; found "1"`},
		{`{{ upper .Values.m }}`, `execution error at (a/templates/t.yaml:1:16): <.Values.m>: wrong type for value; expected string; got map[string]interface {}`},
		{`{{ .Values.Table "m.n" }}`, `execution error at (a/templates/t.yaml:1:10): <.Values.Table>: error calling Table: there is no table at this path`},
		{`{{ tpl "{{ .Values.m.a.b }}" . }}`, `execution error at (a/templates/t.yaml:1:3): <tpl "{{ .Values.m.a.b }}" .>: error calling tpl: in line 1 of the text: <.Values.m.a.b>: can't evaluate field b in type interface {}`},
		{`{{ tpl "\n{{ x }}" . }}`, `execution error at (a/templates/t.yaml:1:3): <tpl "\n{{ x }}" .>: error calling tpl: in line 2 of the text: function not defined`},
		{`{{ tpl "{{ len 1 }}" . }}`, `execution error at (a/templates/t.yaml:1:3): <tpl "{{ len 1 }}" .>: error calling tpl: in line 1 of the text: error calling len: len of type int`},
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

// secrets are values of many shapes, each with one of the canaries in it.
func secrets() map[string]any {
	out := map[string]any{
		"map": map[string]any{"k": "s3cret"}, "list": []any{"s3cret", "s3cret"}, "number": 73737373.0, "lists": []any{[]any{"s3cret"}, 1.0},
	}
	for name, text := range map[string]string{
		"word": "s3cret", "url": "postgres://u:s3cret@host:port/%zz", "pattern": "(s3cret[", "quoted": `"s3cret`, "digits": "73737373x", "lines": "s3cret\ns3cret",
		"action": "{{ s3cret }}", "unclosed": `{{ "s3cret`, "called": `{{ mustToDate "s3cret" "s3cret" }}`, "printed": `{{ index .Values.secret.list "s3cret" }}`,
		"template": `{{ template "s3cret" . }}`, "operand": "{{ if s3cret@ }}", "number": "{{ 12s3cret }}", "included": `{{ include "s3cret" . }}`,
		"command": `{{ "s3cret" 1 }}`, "compared": `{{ eq .Values.secret.map (dict "s3cret" 1) }}`, "ranged": `{{ range "s3cret" }}{{ end }}{{ range true }}{{ end }}`,
		"nested": `{{ tpl "{{ s3cret }}" . }}`, "variable": "{{ $s3cret }}", "integer": `{{ upper 73737373 }}`, "defined": `{{ define "s3cret" }}{{ end }}{{ define "s3cret" }}x{{ end }}x`,
		"key": "-----BEGIN s3cret-----\ns3cr\n-----END s3cret-----\n", "json": `{"s3cret": s3cret}`, "yaml": "s3cret: *s3cret",
	} {
		out["text-"+name] = text
	}
	return out
}

func leaks(err error) bool {
	return strings.Contains(err.Error(), "s3cr") || strings.Contains(err.Error(), "7373")
}

// TestErrorsKeepSecrets holds that no function that charts can call brings the
// text of a value into an error, whatever it is given.
func TestErrorsKeepSecrets(t *testing.T) {
	t.Parallel()
	names := []string{"include", "tpl", "lookup", "index", "slice", "len", "call", "eq", "ne", "lt", "le", "gt", "ge", "and", "or", "not",
		".Values.Table", ".Values.PathValue", ".Files.Get", ".Files.Lines", ".Files.Glob", ".Capabilities.APIVersions.Has"}
	for name := range function.Map(&function.Host{}) {
		switch name {
		case "fail", "required": // what a chart says is verbatim
		case "derivePassword", "genPrivateKey", "htpasswd", "bcrypt": // slow, and never fail
		default:
			names = append(names, name)
		}
	}
	const certificate = "%s $v (list $v) (list) 365"
	forms := []string{"%s $v", "%s $v $v", "%s $v $v $v", "%s 1 $v", "%s $v .", certificate}
	failures, all, options := 0, secrets(), install(t)
	for _, name := range names {
		text := "{{ $v := .Values.v }}"
		for i, form := range forms {
			if form == certificate || !strings.HasPrefix(name, "gen") { // making keys takes long
				text += fmt.Sprintf("\n{{ if eq .Values.form %d }}{{ $_ := %s }}{{ end }}", i, fmt.Sprintf(form, name))
			}
		}
		prepared := Prepare(single(t, text))
		for i, form := range forms {
			for shape, secret := range all {
				_, err := prepared.Render(t.Context(), map[string]any{"form": i, "v": secret, "secret": all}, options)
				if err == nil {
					continue
				}
				if failures++; leaks(err) {
					t.Errorf("%s of %s: %v", fmt.Sprintf(form, name), shape, err)
				}
			}
		}
	}
	if failures < 5_000 {
		t.Errorf("only %d calls failed", failures)
	}
}

// TestErrorsOfTemplatesKeepSecrets is the same for what is no call.
func TestErrorsOfTemplatesKeepSecrets(t *testing.T) {
	t.Parallel()
	all, options := secrets(), install(t)
	for _, template := range []string{
		"{{ range .Values.v }}{{ end }}", "{{ range $a, $b := .Values.v }}{{ end }}", "{{ .Values.v.x }}", "{{ .Values.v.x.y }}", "{{ (index .Values.v 0).x }}",
		"{{ with .Values.v }}{{ .x.y }}{{ end }}", "{{ .Values.v 1 }}", "{{ template \"none\" .Values.v }}", "a: {{ .Values.v }}", "{{ .Values.v }}", "a: [{{ .Values.v }}",
		"{{ include \"kind\" .Values.v | int | index .Values.v }}", "{{ tpl (index .Values.v 0) . }}", "{{ tpl \"{{ tpl .Values.v . }}\" . }}", "{{ include (printf \"%s.x\" .Values.v) . }}",
		"{{ semverCompare (print .Values.v \">: \") \"1.2.3\" }}",
	} {
		prepared := Prepare(single(t, template))
		for shape, secret := range all {
			_, err := prepared.Render(t.Context(), map[string]any{"v": secret, "secret": all}, options)
			if err != nil && leaks(err) {
				t.Errorf("%s of %s: %v", template, shape, err)
			}
		}
	}
}
