package workertest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/helm-dm/helm-dm/render"
	"github.com/helm-dm/helm-dm/render/worker/job"
)

func answersLookups(t *testing.T, w job.Worker) {
	r := Template(t, `{{ $o := lookup "v1" "Pod" "ns" "p" -}}
# {{ $o.spec.int }} {{ $o.spec.float }} {{ kindOf $o.spec.whole }} {{ kindOf $o.spec.int }} {{ index $o.spec.list 1 }} {{ $o.spec.large }}
# {{ lookup "v1" "Pod" "ns" "" | toJson }} {{ lookup "v1" "Secret" "ns" "q" | toJson }}`)
	r.Options.Lookup = func(_ context.Context, apiVersion, kind, namespace, name string) (map[string]any, error) {
		switch apiVersion + kind + namespace + name {
		case "v1Podnsp":
			return map[string]any{"spec": map[string]any{
				"int": int64(1000000), "float": 1e6, "whole": float64(3), "list": []any{nil, int64(9007199254740993)}, "large": int64(-1 << 63),
			}}, nil
		case "v1Podns":
			return map[string]any{"items": []any{}, "kind": "PodList"}, nil
		}
		return nil, nil
	}
	want := "# 1000000 1e+06 float64 int64 9007199254740993 -9223372036854775808\n# {\"items\":[],\"kind\":\"PodList\"} {}"
	if got := rendered(t, w, r); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	r.Options.Lookup = nil
	r.Chart = Template(t, `# {{ lookup "v1" "Pod" "ns" "p" | toJson }}`).Chart
	if got := rendered(t, w, r); got != "# {}" {
		t.Errorf("without lookups: %s", got)
	}
}

func saysWhyNotFound(t *testing.T, w job.Worker) {
	why := errors.New("ada may not get pods")
	r := Template(t, "a: 1\n{{ lookup \"v1\" \"Pod\" \"ns\" \"p\" }}")
	r.Options.Lookup = func(context.Context, string, string, string, string) (map[string]any, error) {
		return nil, fmt.Errorf("asking: %w", why)
	}
	_, err := w.Render(t.Context(), r)
	at := (*render.Error)(nil)
	if !errors.Is(err, why) || !errors.As(err, &at) || at.Template != "web/templates/x.yaml" || at.Line != 2 {
		t.Errorf("error %v, want a *render.Error that is %v", err, why)
	}
	if err == nil || !strings.Contains(err.Error(), "asking: ada may not get pods") {
		t.Errorf("error %v does not say why", err)
	}
}

// keepsApart renders what changes all that a template can reach, twice over.
func keepsApart(t *testing.T, w job.Worker) {
	files := map[string]string{
		"values.yaml":      "list: [1]\ndeep: {a: 1}\n",
		"templates/_h.tpl": `{{ define "seen" }}first{{ end }}`,
		"templates/x.yaml": `# before: {{ toJson .Values }} {{ toJson .Chart }} {{ len .Capabilities.APIVersions }} {{ toJson .Release }} {{ .Files.Get "note" }} {{ include "seen" . }}
{{- $_ := set .Values "stolen" "x" }}{{ $_ := set .Values.deep "a" "changed" }}{{ $_ := set .Chart "Name" "changed" }}{{ $_ := set .Release "Name" "changed" }}
{{- $_ := set .Template "Name" "changed" }}{{ $_ := set .Subcharts "k" "changed" }}
{{- $_ := tpl "{{ define \"seen\" }}second{{ end }}{{ include \"seen\" . }}" . }}{{ $_ := mustAppend .Values.list 2 }}
# after: {{ toJson .Values }} {{ toJson .Chart }}`,
		"note":       "text",
		"Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.2.3\nannotations: {k: v}\n",
	}
	data := Pack(t, files)
	first := rendered(t, w, request(data))
	if !strings.Contains(first, "stolen") || !strings.Contains(first, "first") {
		t.Fatalf("the chart does not do what it should: %s", first)
	}
	for range 4 {
		if again := rendered(t, w, request(data)); again != first {
			t.Errorf("rendered anew: %s\nat first: %s", again, first)
		}
	}
}

// answersEach renders for many at once; each has a lookup of its own.
func answersEach(t *testing.T, w job.Worker) {
	data := Template(t, `# {{ range until 20 }}{{ (lookup "v1" "Pod" "ns" "p").who }}{{ end }} {{ .Values.who }} {{ .Release.Name }}`)
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Go(func() {
			who := string(rune('a' + i))
			r := &job.Request{Chart: data.Chart, Options: data.Options}
			r.Options.Release.Name = who
			r.Options.Lookup = func(context.Context, string, string, string, string) (map[string]any, error) {
				return map[string]any{"who": who}, nil
			}
			if got, want := rendered(t, w, r), "# "+strings.Repeat(who, 20)+"  "+who; got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
	wg.Wait()
}
