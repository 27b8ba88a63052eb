package worker_test

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/render"
	"github.com/helm-dm/helm-dm/render/worker"
	"github.com/helm-dm/helm-dm/render/worker/workertest"
)

// endless is a hundred million turns that write nothing.
const endless = `{{ $l := until 10000 }}{{ range $l }}{{ range $l }}{{ end }}{{ end }}{{ range $l }}{{ range $l }}{{ end }}{{ end }}`

// attack is a chart that wants more than anybody is given. It must fail with an
// error of a kind that its chart is blamed for, and that says what stopped it.
type attack struct {
	name, stopped string
	files         map[string]string
}

func attacks() []attack {
	x := func(text string) map[string]string { return map[string]string{"templates/x.yaml": text} }
	return []attack{
		{"loops without output", "budget of time", x(endless)},
		{"a hundred million turns", "budget of time", x(`{{ $l := until 10000 }}{{ range $l }}{{ range $l }}{{ $x := add 1 2 }}{{ end }}{{ end }}{{ fail "it came through" }}`)},
		{"includes itself", "nested reference name", x(`{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}`)},
		{"includes in a circle", "nested reference name", x(`{{ define "a" }}{{ template "b" . }}{{ end }}{{ define "b" }}{{ include "a" . }}{{ end }}{{ include "a" . }}`)},
		{"template in itself", "maximum template depth", x(`{{ define "a" }}{{ template "a" . }}{{ end }}{{ template "a" . }}`)},
		{"tpl in itself", "budget of nesting (200 tpl)", map[string]string{"values.yaml": "t: '{{ tpl .Values.t . }}'", "templates/x.yaml": `{{ tpl .Values.t . }}`}},
		{"until", "budget of generated data", x(`{{ until 50000000 | len }}{{ fail "it came through" }}`)},
		{"seq", "budget of generated data", x(`{{ seq 1 50000000 | len }}{{ fail "it came through" }}`)},
		{"repeat", "budget of generated data", x(`{{ repeat 2000000000 "x" | len }}{{ fail "it came through" }}`)},
		{"randAlpha", "budget of generated data", x(`{{ randAlpha 50000000 | len }}{{ fail "it came through" }}`)},
		{"genCA in a loop", "budget of time", x(`{{ range until 10000 }}{{ $c := genCA "x" 1 }}{{ end }}`)},
		{"bcrypt in a loop", "budget of time", x(`{{ range until 10000 }}{{ $c := bcrypt "x" }}{{ end }}`)},
		{"a list in itself", "budget of nesting of a value", x(`{{ $d := dict }}{{ $_ := set $d "d" $d }}{{ toYaml $d }}{{ fail "it came through" }}`)},
		{"JSON in itself", "budget of nesting of a value", x(`{{ $d := dict }}{{ $_ := set $d "d" $d }}{{ toJson $d }}{{ fail "it came through" }}`)},
		{"printed in itself", "budget of nesting of a value", x(`{{ $d := dict }}{{ $_ := set $d "d" $d }}{{ printf "%v" $d | len }}`)},
		{"copied in itself", "budget of nesting of a value", x(`{{ $d := dict }}{{ $_ := set $d "d" $d }}{{ deepCopy $d | len }}`)},
		{"doubles a text", "budget of generated data", x(`{{ $s := "xxxxxxxxxxxxxxxx" }}{{ range until 40 }}{{ $s = print $s $s }}{{ end }}{{ len $s }}`)},
		{"doubles a list", "budget of generated data", x(`{{ $l := list 1 2 3 4 }}{{ range until 40 }}{{ $l = concat $l $l }}{{ end }}{{ len $l }}`)},
		{"writes a gigabyte", "budget of generated data", x(`{{ range until 1000000 }}{{ repeat 1000 "x" }}{{ end }}`)},
		{"nests lists", "max depth", map[string]string{"templates/x.yaml": `{{ fromYamlArray (repeat 200000 "[") | toJson | fail }}`}},
		{"nests values", "budget of nesting of a value", map[string]string{"values.yaml": "a: " + strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000) + "\n", "templates/x.yaml": `{{ fail (toYaml .Values) }}`}},
		{"deep output", "max depth", x("a: {{ repeat 200000 \"[\" }}")},
		{"a pattern", "no Kubernetes object", x(`{{ regexMatch "((((((((((x{100}){100}){100}){100}){100}){100}){100}){100}){100}){100})" "x" }}`)},
		{"schema in itself", "again and again", map[string]string{"values.schema.json": `{"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}}`, "templates/x.yaml": `{{ fail "it came through" }}`}},
		{"derived passwords", "budget of time", x(`{{ range until 10000 }}{{ $p := derivePassword 1 "long" "a" "b" "c" }}{{ end }}`)},
		{"conditions, nested", "budget of ", x(`{{ tpl (repeat 1000000 "{{ if 1 }}") . }}`)},
		{"compared to itself", "budget of ", x(`{{ $d := dict }}{{ $_ := set $d "d" $d }}{{ eq $d $d }}`)},
		{"a file", "nothing there", x(`{{ .Files.Get "/etc/passwd" | required "nothing there" }}`)},
		{"the environment", "not defined", x(`{{ env "PATH" }}`)},
		{"a name", "nothing there", x(`{{ getHostByName "localhost" | required "nothing there" }}`)},
	}
}

func TestHostile(t *testing.T) {
	t.Parallel()
	needsBound(t)
	const memory = 256 << 20
	p := open(t, worker.Config{Workers: 2, Memory: memory, Time: 3 * time.Second})
	good := workertest.Template(t, "a: {{ .Release.Name }}")
	watch(t, p, memory)
	for _, a := range attacks() {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			request := *good
			request.Chart = workertest.Parcel(workertest.Pack(t, a.files))
			began := time.Now()
			_, err := p.Render(t.Context(), &request)
			t.Logf("%v after %v", err, time.Since(began))
			blamed(t, err)
			// On a busy machine, time may be up before anything else is; whether a deep
			// stack or its copies come to their bound first is chance.
			if err == nil || !strings.Contains(err.Error(), a.stopped) && !strings.Contains(err.Error(), "budget of time") {
				t.Errorf("error %v, want it to be stopped by: %s", err, a.stopped)
			}
			result, err := p.Render(t.Context(), good)
			if err != nil || result.Output.Manifests[0].Content != "a: blue" {
				t.Errorf("after it, another chart: %+v, %v", result, err)
			}
		})
	}
}

// blamed makes sure that the error is one of those that a chart is to blame for,
// and says which template if it is of a template.
func blamed(t *testing.T, err error) {
	t.Helper()
	spent, at := (*render.BudgetError)(nil), (*render.Error)(nil)
	switch {
	case errors.As(err, &spent):
		if spent.Template != "" && spent.Chart != "web" || spent.Limit == "" {
			t.Errorf("budget %+v", spent)
		}
	case errors.As(err, &at):
		if at.Template != "web/templates/x.yaml" {
			t.Errorf("error of %q", at.Template)
		}
	case !errors.Is(err, chart.ErrInvalid):
		t.Errorf("error %v", err)
	}
}

// TestBudgets are the bounds that only a process can keep.
func TestBudgets(t *testing.T) {
	t.Parallel()
	needsBound(t)
	for _, c := range []struct {
		name, text, budget string
		time               time.Duration
	}{
		{name: "time", text: endless, budget: "time", time: time.Second},
		{name: "memory", text: `{{ $l := list 1 2 3 4 }}{{ range until 40 }}{{ $l = concat $l $l }}{{ end }}{{ len $l }}`, budget: "memory"},
		{name: "memory at once", text: `{{ $s := repeat 1000000000 "x" }}{{ $s = repeat 1000000000 "x" }}`, budget: "memory"},
		{name: "stack", text: `{{ tpl (repeat 1000000 "{{ if 1 }}") . }}`, budget: "stack"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := open(t, worker.Config{Workers: 1, Time: c.time, Output: 1 << 40})
			if c.name == "memory" {
				watch(t, p, p.Memory)
			}
			_, err := p.Render(t.Context(), workertest.Template(t, c.text))
			spent := (*render.BudgetError)(nil)
			if !errors.As(err, &spent) || spent.Budget != c.budget || spent.Chart != "web" || spent.Template != "web/templates/x.yaml" {
				t.Errorf("error %v: %+v, want a budget of %s", err, spent, c.budget)
			}
		})
	}
}

// TestOthersGoOn renders good charts while bad ones take worker after worker.
func TestOthersGoOn(t *testing.T) {
	t.Parallel()
	needsBound(t)
	p := open(t, worker.Config{Workers: 2, Memory: 192 << 20, Time: 2 * time.Second, Output: 1 << 40})
	good := workertest.Template(t, "a: {{ .Release.Name }}")
	bad := workertest.Template(t, `{{ $l := list 1 2 3 4 }}{{ range until 40 }}{{ $l = concat $l $l }}{{ end }}`)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			_, err := p.Render(t.Context(), bad)
			blamed(t, err)
		})
	}
	for range 40 {
		wg.Go(func() {
			if _, err := p.Render(t.Context(), good); err != nil {
				t.Errorf("a good chart: %v", err)
			}
		})
	}
	wg.Wait()
}

// TestWordy is a chart that says more of its parameters than can be sent.
func TestWordy(t *testing.T) {
	t.Parallel()
	var dependencies, values strings.Builder
	for i := range 40 {
		fmt.Fprintf(&dependencies, "- {name: sub, version: 0.1.0, alias: s%d}\n", i)
	}
	for i := range 1000 {
		fmt.Fprintf(&values, "k%d: %q\n", i, strings.Repeat("x", 1000))
	}
	wordy := workertest.Pack(t, map[string]string{
		"Chart.yaml":            "apiVersion: v2\nname: web\nversion: 1.2.3\ndependencies:\n" + dependencies.String(),
		"charts/sub/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 0.1.0\n", "charts/sub/values.yaml": values.String(),
		"noise": noise(64 << 10),
	})
	p := open(t, worker.Config{Workers: 1})
	_, err := p.Describe(t.Context(), workertest.Parcel(wordy), "helm:a/b")
	blamed(t, err)
	if _, err := p.Describe(t.Context(), workertest.Parcel(workertest.Pack(t, nil)), "helm:a/b"); err != nil {
		t.Errorf("after that: %v", err)
	}
}

// noise is text that cannot be packed small.
func noise(size int) string {
	data := make([]byte, size)
	_, _ = rand.Read(data) // it never fails
	return base64.StdEncoding.EncodeToString(data)
}
