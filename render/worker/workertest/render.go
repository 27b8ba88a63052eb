package workertest

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/helm-dm/helm-dm/chart/values"
	"github.com/helm-dm/helm-dm/render"
	"github.com/helm-dm/helm-dm/render/worker/job"
)

func rendersAlike(t *testing.T, w job.Worker) {
	data := Pack(t, map[string]string{
		"Chart.yaml":                     "apiVersion: v2\nname: web\nversion: 1.2.3\ndependencies: [{name: sub, version: 0.1.0}]\n",
		"values.yaml":                    "big: 1000000\ncolor: red\n",
		"values.schema.json":             `{"properties": {"color": {"type": "string"}}}`,
		"crds/a.yaml":                    "kind: CustomResourceDefinition\n",
		"charts/sub/Chart.yaml":          "apiVersion: v2\nname: sub\nversion: 0.1.0\n",
		"charts/sub/templates/NOTES.txt": "Also {{ .Chart.Name }}.",
		"templates/NOTES.txt":            "It is {{ .Values.color }}.",
		"templates/a.yaml":               "kind: ConfigMap\napiVersion: v1\nmetadata: {name: a, namespace: b}\ndata: {v: {{ .Values.big }}, s: {{ .Values.small }}, r: {{ .Release.Name }}, k: {{ .Capabilities.KubeVersion }} }\n---\nkind: Namespace\nmetadata: {name: \"\u00e4\"}\n",
		"templates/hook.yaml":            "kind: Job\nmetadata:\n  name: h\n  annotations: {helm.sh/hook: \"pre-install,post-delete\", helm.sh/hook-weight: \"-5\", helm.sh/hook-delete-policy: hook-failed}\n",
		"templates/comment.yaml":         "# only this",
	})
	strict := func(r *job.Request) { r.Parameters = []values.Source{{Kind: values.KindSet, Text: "color=3"}} }
	for name, change := range map[string]func(*job.Request){
		"plain":      func(*job.Request) {},
		"parameters": func(r *job.Request) { r.Parameters = []values.Source{{Kind: values.KindSet, Text: "small=1000000"}} },
		"notes":      func(r *job.Request) { r.Options.SubchartNotes = true },
		"no schema":  func(r *job.Request) { strict(r); r.Options.SkipSchema = true },
		"lint":       func(r *job.Request) { r.Options.Lint = true },
	} {
		r := request(data)
		change(r)
		want, err := direct(t, data, r)
		if err != nil {
			t.Fatal(name, err)
		}
		got, err := w.Render(t.Context(), r)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !reflect.DeepEqual(got.Output, want) {
			t.Errorf("%s: got %+v\nwant %+v", name, got.Output, want)
		}
		if got.Facts.Metadata.Name != "web" || !strings.HasPrefix(string(got.Facts.Values), `{"big":1000000,`) {
			t.Errorf("%s: facts %+v", name, got.Facts)
		}
	}
}

func failsAlike(t *testing.T, w job.Worker) {
	for name, files := range map[string]map[string]string{
		"fail":       {"templates/x.yaml": "a: 1\n{{ fail \"no\nway\" }}"},
		"required":   {"templates/_h.tpl": `{{ define "h" }}{{ required "give x" .Values.x }}{{ end }}`, "templates/x.yaml": `{{ include "h" . }}`},
		"nil":        {"templates/x.yaml": "{{ .Values.a.b.c }}"},
		"parse":      {"templates/x.yaml": "{{ if }}"},
		"yaml":       {"templates/x.yaml": "a: [1"},
		"library":    {"Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.2.3\ntype: library\n"},
		"kube":       {"Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.2.3\nkubeVersion: <1.0\n"},
		"dependency": {"Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.2.3\ndependencies: [{name: sub, version: 1.0.0}]\n"},
	} {
		data := Pack(t, files)
		r := request(data)
		_, want := direct(t, data, r)
		_, got := w.Render(t.Context(), r)
		if want == nil || got == nil || got.Error() != want.Error() {
			t.Errorf("%s: error %v, want %v", name, got, want)
			continue
		}
		wanted, found := (*render.Error)(nil), (*render.Error)(nil)
		if errors.As(want, &wanted) != errors.As(got, &found) {
			t.Errorf("%s: error %#v, want %#v", name, got, want)
			continue
		}
		if wanted == nil {
			wantInvalid(t, got)
		} else if found.Chart != wanted.Chart || found.Template != wanted.Template || found.Line != wanted.Line || found.Message != wanted.Message {
			t.Errorf("%s: error %+v, want %+v", name, found, wanted)
		}
	}
}

func mergesParameters(t *testing.T, w job.Worker) {
	r := Template(t, "# {{ toJson .Values }}")
	r.Parameters = []values.Source{
		{Kind: values.KindValues, Text: "a: 1\nb: {c: 2, d: x}\n"},
		{Kind: values.KindSet, Text: "a=7,b.c=null"},
		{Kind: values.KindSetString, Text: "e=7"},
		{Kind: values.KindSetJSON, Text: `f=[1,{"g":2}]`},
		{Kind: values.KindSetLiteral, Text: "h=a,b\xff"},
		{Kind: values.KindUnset, Text: "b.d"},
	}
	result, err := w.Render(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(result.Values), `{"a":7,"b":{"c":null},"e":"7","f":[1,{"g":2}],"h":"a,b�"}`; got != want {
		t.Errorf("values %s, want %s", got, want)
	}
	result, err = w.Render(t.Context(), Template(t, "a: 1"))
	if err != nil {
		t.Fatal(err)
	}
	if got := string(result.Values); got != "{}" {
		t.Errorf("values of nothing: %s, want {}", got)
	}
}

func refusesParameters(t *testing.T, w job.Worker) {
	for _, source := range []values.Source{
		{Kind: values.KindValues, Text: "password: [hunter2"},
		{Kind: values.KindSet, Text: "a[999999999]=hunter2"},
		{Kind: values.KindSetJSON, Text: "a={hunter2"},
		{Kind: "no such kind", Text: "hunter2"},
	} {
		r := Template(t, "a: 1")
		r.Parameters = []values.Source{source}
		_, err := w.Render(t.Context(), r)
		wantInvalid(t, err)
		if err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("the error tells a value: %v", err)
		}
	}
}

func stops(t *testing.T, w job.Worker) {
	why := errors.New("nobody wants it any more")
	ctx, cancel := context.WithCancelCause(t.Context())
	r := Template(t, `{{ lookup "v1" "Pod" "a" "b" }}`)
	r.Options.Lookup = func(ctx context.Context, _, _, _, _ string) (map[string]any, error) {
		cancel(why)
		return nil, context.Cause(ctx)
	}
	if _, err := w.Render(ctx, r); !errors.Is(err, why) {
		t.Errorf("error %v, want %v", err, why)
	}
	if _, err := w.Render(t.Context(), Template(t, "a: 1")); err != nil {
		t.Errorf("after that: %v", err)
	}
}
