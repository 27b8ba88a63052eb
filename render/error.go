package render

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"text/template"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/render/document"
	"github.com/helm-dm/helm-dm/render/function"
)

// Error says which template failed and why, for the chart's author. Its text is
// one line unless the chart's own message has more.
type Error struct {
	Chart    string // name of the chart that the template belongs to
	Template string // path from the root chart: hello/templates/x.yaml
	Line     int    // 0 when unknown
	Column   int    // 0 when unknown
	Message  string
	Err      error // what the template ran into, nil when there is nothing to look into
	parsing  bool
}

func (e *Error) Unwrap() error { return e.Err }

func (e *Error) Error() string {
	what := "execution error"
	if e.parsing {
		what = "parse error"
	}
	return fmt.Sprintf("%s at (%s): %s", what, e.position(), e.Message)
}

func (e *Error) position() string {
	out := e.Template
	for _, number := range []int{e.Line, e.Column} {
		if number > 0 {
			out += ":" + strconv.Itoa(number)
		}
	}
	return out
}

// refusal is an error about the chart as a whole.
type refusal string

func (r refusal) Error() string { return string(r) }

func (r refusal) Unwrap() error { return chart.ErrInvalid }

// excessIn returns the bound that err is about, nil when it is about none.
func excessIn(err error) *function.Excess {
	excess := (*function.Excess)(nil)
	errors.As(err, &excess)
	return excess
}

// fault matches how text/template begins its errors: the file, the line and,
// once it executes, the column, the template and the expression.
var fault = regexp.MustCompile(`(?s)^template: (.*?):(\d+):(?:(\d+): executing ".*?" at (<.*?>):)? (.*)$`)

// calling matches how text/template begins the error of a function.
var calling = regexp.MustCompile(`^error calling \w+: `)

// locate turns an error of text/template into an *Error that names the innermost
// place. template is where to blame when the error does not say.
func locate(template string, err error) *Error {
	if inner := (*Error)(nil); errors.As(err, &inner) {
		return inner
	}
	parts := fault.FindStringSubmatch(err.Error())
	if parts == nil {
		return &Error{Chart: document.ChartOf(template), Template: template, Message: oneLine(err.Error()), Err: err}
	}
	out := &Error{Chart: document.ChartOf(parts[1]), Template: parts[1], Err: err, parsing: parts[3] == ""}
	out.Line, _ = strconv.Atoi(parts[2])
	out.Column, _ = strconv.Atoi(parts[3])
	if said := function.Complaint(""); errors.As(err, &said) {
		out.Message = string(said)
		return out
	}
	given := parts[1] == textName
	out.Message = oneLine(reason(parts[5], err, given))
	if parts[4] != "" && (!given || keys.MatchString(parts[4])) {
		out.Message = parts[4] + ": " + out.Message
	}
	return out
}

// keys matches an expression that is a path of keys and nothing else.
var keys = regexp.MustCompile(`^<[$.][\w$.]*>$`)

// reason is text, what err says apart from its place, without values. Where the
// template was given to tpl all of it may be one.
func reason(text string, err error, given bool) string {
	failed := template.ExecError{}
	errors.As(err, &failed)
	if inner := errors.Unwrap(failed.Err); inner != nil { // a function's
		call, ok := strings.CutSuffix(text, inner.Error())
		if given || !ok {
			call = calling.FindString(call)
		}
		return call + told(inner)
	}
	if !given {
		return shown.ReplaceAllString(text, "$1 this value")
	}
	if plain, ok := function.Plain(text); ok {
		return plain
	}
	return "it is no template that can be executed"
}

// told is what may be told of the error of a function.
func told(err error) string {
	if inner := (*textFault)(nil); errors.As(err, &inner) {
		return inner.Error()
	}
	return function.Reason(err)
}

// innermost returns what include or tpl hands to the template that called it:
// the place of the error if it has one, so that the texts of the callers do not
// pile up around it, and the complaint of a chart without its place.
//
// A complaint is reported where the template that Helm executes was, not in the
// helper that said it.
func innermost(err error) error {
	if excess := excessIn(err); excess != nil {
		return excess
	}
	if said := function.Complaint(""); errors.As(err, &said) {
		return said
	}
	located := (*Error)(nil)
	if errors.As(err, &located) && located.Template != textName {
		return located
	}
	parts := fault.FindStringSubmatch(err.Error())
	if inner := (*textFault)(nil); errors.As(err, &inner) && (parts == nil || parts[1] == textName) {
		return inner
	}
	if parts != nil || located != nil {
		return locate("", err)
	}
	return err
}

// textFault is an error within a text given to tpl.
type textFault struct {
	line    int
	message string
}

func (f *textFault) Error() string {
	return fmt.Sprintf("in line %d of the text: %s", f.line, f.message)
}

// insideText moves an error within a text given to tpl to where tpl was called.
// Of texts within texts only the innermost is told of.
func insideText(err error) error {
	if excess := excessIn(err); excess != nil {
		return excess
	}
	inner := (*Error)(nil)
	if errors.As(err, &inner) && inner.Template != textName {
		return err
	}
	if deeper := (*textFault)(nil); errors.As(err, &deeper) {
		return deeper
	}
	if inner == nil && err != nil && fault.MatchString(err.Error()) {
		inner = locate("", err)
	}
	if inner == nil || inner.Template != textName {
		return err
	}
	return &textFault{inner.Line, inner.Message}
}

// report is locate for the template that was being executed: an error inside a
// helper also says where the helper was called.
func report(template string, err error) *Error {
	inner := locate(template, err)
	parts := fault.FindStringSubmatch(err.Error())
	if parts == nil || inner.Template == template || parts[1] != template {
		return inner
	}
	out := *inner
	out.Message += fmt.Sprintf(" (called from %s:%s)", template, parts[2])
	return &out
}

// shown finds the parts of text/template's own errors that print a value.
var shown = regexp.MustCompile(`(?s)(range can't iterate over|if/with can't use|can't use) .*`)

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
