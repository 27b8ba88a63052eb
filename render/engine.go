package render

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"text/template"
)

// Bounds of nesting: S23 has the first; the others keep what recurses under many
// names, or through tpl, from exhausting the stack and the memory of the process.
const (
	maxIncludes = 1000
	maxNested   = 10_000
	maxTexts    = 200
)

// textName is what a text given to tpl is called in errors.
const textName = "gotpl"

// noValue is what text/template prints for a missing key. Helm removes it
// wherever it occurs, in the chart's own text too (S22).
const noValue = "<no value>"

// engine executes the templates of one rendering, one after the other.
type engine struct {
	running  map[string]int // how often each template is being included
	nested   int            // how many include and tpl are running
	texts    int            // how many tpl are running
	template string         // the file being executed
	limit    int64          // bytes that may be produced
	made     int64          // bytes produced for Output
}

// run parses all units, then executes them. It returns texts by path.
func (e *engine) run(ctx context.Context, units []unit, find Lookup) (texts map[string]string, err error) {
	defer func() {
		if panicked := recover(); panicked != nil {
			err = &Error{Chart: chartOf(e.template), Template: e.template, Message: fmt.Sprintf("rendering template failed: %v", panicked)}
		}
	}()
	set, err := e.parse(ctx, units, find)
	if err != nil {
		return nil, err
	}
	texts = make(map[string]string, len(units))
	for _, u := range units {
		if u.partial() {
			continue
		}
		if err := context.Cause(ctx); err != nil {
			return nil, err
		}
		if texts[u.name], err = e.execute(ctx, set, u); err != nil {
			return nil, err
		}
	}
	return texts, nil
}

func (e *engine) parse(ctx context.Context, units []unit, find Lookup) (*template.Template, error) {
	set := template.New(textName).Option("missingkey=zero").Funcs(functions())
	set.Funcs(template.FuncMap{"lookup": lookupFunction(ctx, find)})
	e.bind(ctx, set)
	for _, u := range units {
		e.template = u.name
		if _, err := set.New(u.name).Parse(u.text); err != nil {
			return nil, locate(u.name, err)
		}
	}
	return set, nil
}

// bind gives set its include and tpl, which execute within it.
func (e *engine) bind(ctx context.Context, set *template.Template) {
	set.Funcs(template.FuncMap{
		"include": func(name string, data any) (string, error) { return e.include(ctx, set, name, data) },
		"tpl":     func(text string, data any) (string, error) { return e.tpl(ctx, set, text, data) },
	})
}

func (e *engine) execute(ctx context.Context, set *template.Template, u unit) (string, error) {
	e.template = u.name
	u.scope["Template"] = Values{"Name": u.name, "BasePath": u.base}
	out := newSink(ctx, e.limit-e.made)
	if err := set.ExecuteTemplate(out, u.name, u.scope); err != nil {
		return "", e.failure(ctx, u.name, err)
	}
	e.made += int64(out.Len())
	return strings.ReplaceAll(out.String(), noValue, ""), nil
}

// failure says why the file of that name failed.
func (e *engine) failure(ctx context.Context, name string, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return report(name, err)
}

// include executes the template of that name for another one.
func (e *engine) include(ctx context.Context, set *template.Template, name string, data any) (string, error) {
	if e.running[name] > maxIncludes {
		return "", fmt.Errorf("rendering template has a nested reference name: %s", name)
	}
	e.running[name]++
	defer func() { e.running[name]-- }()
	return e.nest(ctx, func(out *sink) error { return set.ExecuteTemplate(out, name, data) })
}

// tpl executes a text as a template. What the text defines stays within it (S23).
func (e *engine) tpl(ctx context.Context, set *template.Template, text string, data any) (string, error) {
	if !strings.Contains(text, "{{") {
		return strings.ReplaceAll(text, noValue, ""), nil
	}
	if e.texts >= maxTexts {
		return "", fmt.Errorf("tpl is nested more than %d deep", maxTexts)
	}
	e.texts++
	defer func() { e.texts-- }()
	clone, err := set.Clone()
	if err != nil {
		return "", fmt.Errorf("cloning the templates: %w", err)
	}
	e.bind(ctx, clone)
	parsed, err := clone.New(set.Name()).Parse(text)
	if err != nil {
		return "", insideText(err)
	}
	out, err := e.nest(ctx, func(out *sink) error { return parsed.Execute(out, data) })
	return strings.ReplaceAll(out, noValue, ""), insideText(err)
}

// nest executes one template inside another.
func (e *engine) nest(ctx context.Context, execute func(*sink) error) (string, error) {
	if e.nested >= maxNested {
		return "", fmt.Errorf("include and tpl are nested more than %d deep", maxNested)
	}
	e.nested++
	defer func() { e.nested-- }()
	out := newSink(ctx, e.limit)
	if err := execute(out); err != nil {
		return "", innermost(err)
	}
	return out.String(), nil
}

// sink takes the output of one template until its room or the context ends.
type sink struct {
	bytes.Buffer
	stopped func() error
	room    int64
}

func newSink(ctx context.Context, room int64) *sink {
	return &sink{stopped: func() error { return context.Cause(ctx) }, room: room}
}

func (s *sink) Write(p []byte) (int, error) {
	if err := s.stopped(); err != nil {
		return 0, err
	}
	if int64(s.Len()+len(p)) > s.room {
		return 0, errors.New("the templates produce more text than the limit allows")
	}
	return s.Buffer.Write(p)
}
