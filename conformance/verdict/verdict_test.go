package verdict_test

import (
	"errors"
	"testing"

	"github.com/helm-dm/helm-dm/conformance/program"
	"github.com/helm-dm/helm-dm/conformance/verdict"
)

// did is what a program did that printed text and succeeded.
func did(text string) program.Result { return program.Result{Stdout: []byte(text)} }

// refused is what a program did that failed with text.
func refused(text string) program.Result { return program.Result{Stderr: []byte(text), Code: 1} }

func TestJudge(t *testing.T) {
	t.Parallel()
	const failed = "Error: execution error at (a/templates/x.yaml:3:4): two\n\nlines\n\nUse --debug flag to render out invalid YAML\n"
	const chain = "Error: a/templates/x.yaml:2:3\n  executing \"a/templates/x.yaml\" at <include \"h\" .>:\n" +
		"    error calling include:\na/templates/_h.tpl:7:1\n  executing \"h\" at <.a.b>:\n    nil pointer evaluating interface {}.b\n"
	for name, c := range map[string]struct {
		ours, theirs program.Result
		second       string // what theirs prints when it runs again
		want         verdict.Verdict
	}{
		"identical":           {did("a: 1\n"), did("a: 1\n"), "", verdict.Identical},
		"ours fails":          {refused("no"), did("a"), "", verdict.OursFails},
		"theirs fails":        {did("a"), refused("no"), "", verdict.TheirsFails},
		"order":               {did("---\na: 1\n---\nb: 1\n"), did("---\nb: 1\n---\na: 1\n"), "---\nb: 1\n---\na: 1\n", verdict.Order},
		"whitespace":          {did("a: 1\n\n"), did("a:  1\n"), "a:  1\n", verdict.Whitespace},
		"number":              {did("a: 1000000\nb: x"), did("a: 1e+06\nb: x"), "a: 1e+06\nb: x", verdict.Number},
		"null":                {did("a: null\n"), did("a:\n"), "a:\n", verdict.Null},
		"content":             {did("a: x\n"), did("a: y\n"), "a: y\n", verdict.Content},
		"chance":              {did("p: abc\nb: 1"), did("p: def\nb: 1"), "p: ghi\nb: 1", verdict.ByChance},
		"chance and more":     {did("p: abc\nb: 2"), did("p: def\nb: 1"), "p: ghi\nb: 1", verdict.Unsettled},
		"chance, other key":   {did("q: abc\n"), did("p: def\n"), "p: ghi\n", verdict.Unsettled},
		"chance, more lines":  {did("p: abc\nq: 1\n"), did("p: def\n"), "p: ghi\n", verdict.Unsettled},
		"address":             {did("p: 0xc000123456\n"), did("p: 0xc000999999\n"), "p: 0xc000888888\n", verdict.ByChance},
		"armour":              {did(pem("a\nb")), did(pem("c\nd\ne")), pem("f"), verdict.ByChance},
		"said":                {refused("execution error at (a/templates/x.yaml:3:4): two; lines"), refused(failed), "", verdict.SameFailure},
		"said elsewhere":      {refused("execution error at (a/templates/x.yaml:9:4): two; lines"), refused(failed), "", verdict.ErrorText},
		"said otherwise":      {refused("execution error at (a/templates/x.yaml:3:4): two"), refused(failed), "", verdict.ErrorText},
		"innermost":           {refused("error at (a/templates/_h.tpl:7:1): nil pointer"), refused(chain), "", verdict.SameFailure},
		"outermost":           {refused("error at (a/templates/x.yaml:2:3): nil pointer"), refused(chain), "", verdict.ErrorText},
		"subject":             {refused("chart \"x\" is a library"), refused("Error: library charts are not installable"), "", verdict.SameFailure},
		"another subject":     {refused("no such file"), refused("Error: library charts are not installable"), "", verdict.ErrorText},
		"subject with detail": {refused("dependencies are missing: redis"), refused("Error: missing in charts/ directory: mariadb"), "", verdict.ErrorText},
		"unknown":             {refused("something"), refused("Error: something"), "", verdict.ErrorText},
		"crash":               {refused("no"), program.Result{Code: 2, Stderr: []byte("fatal error\n\ngoroutine 1 [running]:\n")}, "", verdict.Crash},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := verdict.Judge(c.ours, c.theirs, func() (program.Result, error) { return did(c.second), nil })
			if err != nil || got != c.want {
				t.Errorf("judged %q, want %q: %v", got, c.want, err)
			}
		})
	}
}

func pem(body string) string {
	return "key: |\n  -----BEGIN RSA PRIVATE KEY-----\n" + body + "\n  -----END RSA PRIVATE KEY-----\nend: 1\n"
}

// TestJudgeBroken tells that the oracle could not be asked again.
func TestJudgeBroken(t *testing.T) {
	t.Parallel()
	gone := errors.New("gone")
	got, err := verdict.Judge(did("a"), did("b"), func() (program.Result, error) { return program.Result{}, gone })
	if got != verdict.Broken || !errors.Is(err, gone) {
		t.Errorf("judged %q with %v, want %q with %v", got, err, verdict.Broken, gone)
	}
}
