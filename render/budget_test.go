package render

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// TestBudgets holds that what takes little and gives much ends at a budget
// before it is made, wherever it stands.
func TestBudgets(t *testing.T) {
	t.Parallel()
	const generated, nesting, output, value = "generated data", "nesting", "output", "nesting of a value"
	double := `{{ $x := "0123456789" }}{{ range until 60 }}{{ $x = %s }}{{ end }}`
	tests := []struct{ template, budget string }{
		{`{{ until 50000000 }}`, generated},
		{`{{ until -50000000 }}`, generated},
		{`{{ until -9223372036854775808 }}`, generated},
		{`{{ untilStep 9223372036854775807 -9223372036854775808 -9223372036854775808 }}{{ untilStep 9223372036854775807 -9223372036854775808 -1 }}`, generated},
		{`{{ untilStep 0 9223372036854775807 1 }}`, generated},
		{`{{ untilStep 0 900000000 9 }}`, generated},
		{`{{ seq 50000000 }}{{ seq 0 1 9223372036854775807 }}`, generated},
		{`{{ repeat 9223372036854775807 "xy" }}`, generated},
		{`{{ repeat 900000000 "x" }}`, generated},
		{`{{ randAlpha 50000000 }}`, generated},
		{`{{ randAlphaNum 50000000 }}{{ randAscii 50000000 }}{{ randNumeric 50000000 }}`, generated},
		{`{{ randBytes 500000000 }}`, generated},
		{`{{ range until 300 }}{{ $_ := derivePassword 1 "long" "a" "b" "c" }}{{ end }}`, generated},
		{`{{ indent 900000000 "x" }}`, generated},
		{`{{ nindent 2000000 (repeat 50 "\n") }}`, generated},
		{`{{ printf "%99999d%99999d" 1 2 | printf "%[1]s%[1]s%[1]s%[1]s%[1]s%[1]s%[1]s%[1]s%[1]s%[1]s%[1]s%[1]s%[1]s%[1]s%[1]s%[1]s%[1]s%[1]s%[1]s" }}`, generated},
		{`{{ range until 100 }}{{ $_ := printf "%*d" 999999 1 }}{{ end }}`, generated},
		{`{{ range until 100 }}{{ $_ := printf "%.999999f" 1.0 }}{{ end }}`, generated},
		{fmt.Sprintf(double, `print $x $x`), generated},
		{fmt.Sprintf(double, `println $x $x`), generated},
		{fmt.Sprintf(double, `printf "%s%s" $x $x`), generated},
		{fmt.Sprintf(double, `cat $x $x`), generated},
		{fmt.Sprintf(double, `quote $x $x`), generated},
		{fmt.Sprintf(double, `squote $x $x`), generated},
		{fmt.Sprintf(double, `join $x (list 1 2 3)`), generated},
		{fmt.Sprintf(double, `b64enc $x | b64enc | b64enc`), generated},
		{fmt.Sprintf(double, `b32enc $x`), generated},
		{fmt.Sprintf(double, `replace "" "xy" $x`), generated},
		{fmt.Sprintf(double, `replace "0" "000" $x`), generated},
		{fmt.Sprintf(double, `regexReplaceAll "." $x "$0$0"`), generated},
		{fmt.Sprintf(double, `regexReplaceAllLiteral "" $x "ab"`), generated},
		{fmt.Sprintf(double, `wrapWith 1 "abc" $x`), generated},
		{fmt.Sprintf(double, `toJson $x`), generated},
		{fmt.Sprintf(double, `toPrettyJson $x`), generated},
		{fmt.Sprintf(double, `html $x $x`), generated},
		{fmt.Sprintf(double, `toString (list $x $x)`), generated},
		{fmt.Sprintf(double, `toYaml (list $x $x)`), generated},
		{fmt.Sprintf(double, `tpl "{{ .x }}{{ .x }}" (dict "x" $x)`), output},
		{`{{ $l := list 1 2 }}{{ range until 60 }}{{ $l = concat $l $l }}{{ end }}`, generated},
		{`{{ $x := repeat 100000 "," }}{{ splitList "," $x }}`, generated},
		{`{{ $x := repeat 100000 "," }}{{ split "," $x }}`, generated},
		{`{{ $x := repeat 100000 "," }}{{ regexSplit "," $x -1 }}{{ regexFindAll "," $x -1 }}`, generated},
		{`{{ $d := dict "k" "ä" }}{{ range until 60 }}{{ $d = dict "a" $d "b" $d }}{{ end }}{{ toYaml $d }}`, generated},
		{`{{ $d := dict "k" 1 }}{{ range until 60 }}{{ $d = dict "a" $d "b" $d }}{{ end }}{{ toYaml $d }}`, generated},
		{`{{ $d := dict "k" 1 }}{{ range until 60 }}{{ $d = dict "a" $d "b" $d }}{{ end }}{{ toJson $d }}`, generated},
		{`{{ $d := dict "k" 1 }}{{ range until 60 }}{{ $d = dict "a" $d "b" $d }}{{ end }}{{ deepCopy $d }}`, generated},
		{`{{ $d := dict "k" 1 }}{{ range until 60 }}{{ $d = dict "a" $d "b" $d }}{{ end }}{{ merge (dict) $d }}`, generated},
		{`{{ $d := dict }}{{ $_ := set $d "self" $d }}{{ toYaml $d }}`, value},
		{`{{ $d := dict }}{{ $_ := set $d "self" $d }}{{ toJson $d }}`, value},
		{`{{ $d := dict }}{{ $_ := set $d "self" $d }}{{ toToml $d }}`, value},
		{`{{ $d := dict }}{{ $_ := set $d "self" $d }}{{ toYamlPretty $d }}`, value},
		{`{{ $d := dict }}{{ $_ := set $d "self" $d }}{{ printf "%v" $d }}`, value},
		{`{{ $d := dict }}{{ $_ := set $d "self" $d }}{{ $d | quote }}`, value},
		{`{{ $d := dict }}{{ $_ := set $d "self" $d }}{{ $d | toString }}`, value},
		{`{{ $d := dict }}{{ $_ := set $d "self" (list $d) }}{{ deepCopy $d }}`, value},
		{`{{ $d := dict }}{{ $_ := set $d "self" $d }}{{ merge $d $d }}{{ mergeOverwrite (dict) $d }}`, value},
		{`{{ $d := dict }}{{ $_ := set $d "self" $d }}{{ $d }}`, value},
		{`{{ $d := dict }}{{ set $d "self" (list $d) }}`, value},
		{`{{ $d := dict }}{{ $_ := set $d "self" $d }}{{ tpl "{{ .self }}" $d }}`, value},
		{`{{ $_ := set .Values "all" . }}{{ . }}`, value},
		{`{{ $t := "{{ tpl .t . }}" }}{{ tpl $t (dict "t" $t) }}`, nesting},
		{`{{ define "e" }}{{ tpl "{{ include \"e\" . }}" . }}{{ end }}{{ include "e" . }}`, nesting},
		{`{{ range until 100000 }}0123456789{{ $.Release.Name }}0123456789{{ end }}`, output},
	}
	for _, test := range tests {
		t.Run(test.template, func(t *testing.T) {
			t.Parallel()
			options := install(t)
			options.MaxOutput = 1 << 20
			options.MaxGenerated = 1 << 20
			template := test.template
			if strings.Contains(template, "define") {
				template = "{{ define \"in\" }}{{ end }}" + template
			} else {
				template = `{{ define "in" }}` + template + `{{ end }}{{ include "in" . }}`
			}
			_, err := Render(t.Context(), single(t, template), nil, options)
			var beyond *BudgetError
			if !errors.As(err, &beyond) || beyond.Budget != test.budget || beyond.Limit == "" || beyond.Chart != "a" || beyond.Template != "a/templates/t.yaml" {
				t.Fatalf("got %v", err)
			}
			if len(err.Error()) > 300 {
				t.Errorf("an error of %d bytes", len(err.Error()))
			}
		})
	}
}

// TestWithinBudgets holds that what charts do every day stays within the budgets.
func TestWithinBudgets(t *testing.T) {
	t.Parallel()
	const template = `{{ range until 2000 }}{{ $_ := printf "http://%s:%d/%05d 65535" "host" 8080 7 | quote | nindent 40 }}{{ end }}` +
		`{{ $l := list }}{{ range until 1000 }}{{ $l = append $l . }}{{ end }}{{ len $l }}` +
		`{{ range until 3 }}{{ $_ := genSelfSignedCert "a" nil nil 1 }}{{ end }}{{ regexReplaceAll "x" (repeat 2000000 "-") (repeat 100 "y") | len }}`
	out, err := Render(t.Context(), single(t, "kind: x"+template), nil, install(t))
	if err != nil || out.Manifests[0].Kind != "x10002000000" {
		t.Errorf("got %v, %v", out, err)
	}
}

// TestValueInItself holds that a value may contain itself unless it is walked.
func TestValueInItself(t *testing.T) {
	t.Parallel()
	const template = `{{ $_ := set .Values "root" . }}{{ $d := merge (dict) .Values (dict "x" 1) }}kind: {{ $d.root.Values.root.Release.Name }}{{ $d.x }}`
	if out, err := Render(t.Context(), single(t, template), nil, install(t)); err != nil || out.Manifests[0].Kind != "r1" {
		t.Errorf("got %v, %v", out, err)
	}
}

// TestRecursion takes a road into depth that text/template itself ends.
func TestRecursion(t *testing.T) {
	t.Parallel()
	var failed *Error
	_, err := Render(t.Context(), single(t, `{{ define "d" }}{{ template "d" . }}{{ end }}{{ template "d" . }}`), nil, install(t))
	if !errors.As(err, &failed) || len(err.Error()) > 1000 {
		t.Errorf("got %.1000v", err)
	}
}
