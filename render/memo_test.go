package render

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
)

// TestMemo holds that what is kept of a template's text never outlives what it
// was made of. Helm 4.3.1, which keeps nothing, prints the same.
func TestMemo(t *testing.T) {
	t.Parallel()
	const helpers = `{{ define "x" }}{{ .Values.x }}{{ .Values.m.a }}{{ end }}{{ define "outer" }}<{{ include "x" . }}>{{ end }}{{ define "list" }}{{ .l | join "" }}{{ end }}{{ define "i" }}{{ .i }}{{ end }}
{{- define "change" }}{{ $_ := set .Values "x" "c" }}{{ end }}{{ define "file" }}{{ .Template.Name }}{{ end }}{{ define "action" }}{{ template "x" . }}{{ end }}{{ define "loop" }}{{ if .n }}{{ .n }}{{ include "loop" (dict "n" (sub .n 1)) }}{{ end }}{{ end }}`
	tests := []struct{ template, want string }{
		{`{{ include "outer" . }}{{ $_ := set .Values "x" 2 }}{{ include "outer" . }}{{ include "x" . }}`, "<1s><2s>2s"},
		{`{{ include "x" . }}{{ $_ := set .Values.m "a" "z" }}{{ include "x" . }}{{ $_ := unset .Values.m "a" }}{{ include "x" . }}`, "1s1z1"},
		{`{{ include "x" . }}{{ $_ := merge .Values (dict "m" (dict "b" 1)) (dict "x" 5) }}{{ include "x" . }}{{ $_ := mergeOverwrite .Values.m (dict "a" 7) }}{{ include "x" . }}`, "1s1s17"},
		{`{{ include "x" . }}{{ include "change" . }}{{ include "x" . }}`, "1scs"},
		{`{{ include "action" . }}{{ tpl "{{ $_ := set .Values \"x\" 9 }}" . }}{{ include "action" . }}`, "1s9s"},
		{`{{ $l := splitList "," "b,a" }}{{ $d := dict "l" $l }}{{ include "list" $d }}{{ $_ := sortAlpha $l }}{{ include "list" $d }}`, "baab"},
		{`{{ range until 3000 }}{{ if ne (include "i" (dict "i" .)) (print .) }}no{{ end }}{{ end }}{{ range until 3 }}{{ include "i" (dict "i" .) }}{{ end }}`, "012"},
		{`{{ $d := dict "i" 1 }}{{ range until 3 }}{{ include "i" $d }}{{ $_ := set $d "i" (add1 .) }}{{ end }}`, "112"},
		{`{{ include "loop" (dict "n" 3) }}{{ include "loop" (dict "n" 3) }}`, "321321"},
		{`{{ $_ := tpl "{{ define \"x\" }}own{{ end }}{{ include \"x\" . }}" . }}{{ include "x" . }}{{ tpl "{{ define \"x\" }}own{{ end }}{{ include \"x\" . }}{{ include \"outer\" . }}" . }}{{ include "outer" . }}`, "1sown<own><1s>"},
		{`{{ with .Values }}{{ range list 1 2 }}{{ include "i" (dict "i" $) | len | lt 0 }}{{ end }}{{ end }}`, "truetrue"},
		{`{{ include "file" . | base }}`, "t.yaml"},
	}
	for _, test := range tests {
		t.Run(test.template, func(t *testing.T) {
			t.Parallel()
			c := load(t, &txtar.Archive{Files: []txtar.File{
				{Name: "chart/Chart.yaml", Data: []byte("apiVersion: v2\nname: a\nversion: 0.1.0\n")},
				{Name: "chart/values.yaml", Data: []byte("x: 1\nm: {a: s}\n")},
				{Name: "chart/templates/_h.tpl", Data: []byte(helpers)},
				{Name: "chart/templates/t.yaml", Data: []byte(`kind: "` + test.template + `"`)},
				{Name: "chart/templates/z.yaml", Data: []byte(`apiVersion: {{ include "file" . | base }}{{ include "outer" . }}`)},
			}})
			prepared := Prepare(c)
			for range 2 {
				out, err := prepared.Render(t.Context(), nil, install(t))
				if err != nil || len(out.Manifests) != 2 {
					t.Fatalf("got %v, %v", out, err)
				}
				for _, m := range out.Manifests {
					if m.Path == "a/templates/t.yaml" && m.Kind != test.want || m.Path == "a/templates/z.yaml" && m.APIVersion != "z.yaml<1s>" {
						t.Errorf("got %s", m.Content)
					}
				}
			}
		})
	}
}

// TestMemoOfChance holds that what may differ each time is asked each time.
func TestMemoOfChance(t *testing.T) {
	t.Parallel()
	for _, function := range []string{
		"randAlpha 20", "randAlphaNum 20", "randNumeric 20", "randAscii 20", "randBytes 20", "uuidv4", "htpasswd \"a\" \"b\"", "bcrypt \"a\"", "encryptAES \"a\" \"b\"",
		"shuffle \"abcdefghijklmnopqrstuvwxyz\"", "genPrivateKey \"ed25519\"", "now", "date \"05\" nil", "htmlDate nil", "dateInZone \"05\" nil \"UTC\"", "date_in_zone \"05\" nil \"UTC\"", "htmlDateInZone nil \"UTC\"", "tpl \"{{ uuidv4 }}\" .",
		"(lookup \"v1\" \"Pod\" \"\" \"\").n", "include (print \"un\" \"known\") .",
	} {
		clock, found := time.Unix(0, 0), 0
		options := install(t)
		options.Now = func() time.Time { clock = clock.Add(25 * time.Hour).Add(time.Second); return clock }
		options.Lookup = func(context.Context, string, string, string, string) (map[string]any, error) {
			found++
			return map[string]any{"n": found}, nil
		}
		template := `{{ define "unknown" }}{{ uuidv4 }}{{ end }}{{ define "x" }}{{ if true }}{{ with . }}{{ ` + function + ` | toString }}{{ end }}{{ end }}{{ end }}{{ define "y" }}{{ include "x" . }}{{ end }}{{ define "z" }}{{ template "y" . }}{{ end }}kind: {{ eq (include "z" .) (include "z" .) }}`
		out, err := Render(t.Context(), single(t, template), nil, options)
		if err != nil || !strings.Contains(out.Manifest, "kind: false") {
			t.Errorf("%s: got %v, %v", function, out, err)
		}
	}
}
