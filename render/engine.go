package render

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/template"
	"time"

	"github.com/helm-dm/helm-dm/render/document"
	"github.com/helm-dm/helm-dm/render/function"
)

// Bounds of nesting: S23 has the first; the others keep what recurses under many
// names, or through tpl, from exhausting the stack and the memory of the process.
const (
	maxIncludes = 1000
	maxNested   = 10_000
	maxTexts    = 200
)

// noValue is what text/template prints for a missing key. Helm removes it
// wherever it occurs, in the chart's own text too (S22).
const noValue = "<no value>"

// rendering executes the templates of a program, one after the other.
type rendering struct {
	ctx     context.Context //nolint:containedctx // the functions that templates call get no other
	options Options
	running map[string]int // how often each template is being included
	texts   int            // how many tpl are running
	sinks   []*sink        // those of include and tpl, by depth; in use up to nested
	nested  int            // how many include and tpl are running
	begun   string         // the file being executed
	made    int64          // bytes produced for Output
	memo    memo           // of this file
}

// run executes all units that are not partial and returns their texts by path.
// scopes are the root objects of the charts in the order of the shape.
func (p *program) run(ctx context.Context, scopes []Values, options Options) (texts map[string]string, err error) {
	r := &rendering{ctx: ctx, options: options.withDefaults(), running: map[string]int{}, memo: memo{kept: map[call]kept{}}}
	p.host.Begin(r.options.Now, r.options.MaxGenerated, r.options.Lint)
	p.now = r
	defer func() {
		if panicked := recover(); panicked != nil {
			err = &Error{Chart: document.ChartOf(r.begun), Template: r.begun, Message: "rendering template failed: " + function.Reason(asError(panicked))}
		}
		p.now = nil
		p.room.forget()
	}()
	texts = make(map[string]string, len(p.units))
	for _, u := range p.units {
		if u.partial() {
			continue
		}
		if err := context.Cause(ctx); err != nil {
			return nil, err
		}
		if texts[u.name], err = r.execute(p.room.set, u, scopes[u.chart]); err != nil {
			return nil, err
		}
	}
	return texts, nil
}

// asError is the error with which something panicked, nil when it was none.
func asError(panicked any) error {
	err, _ := panicked.(error)
	return err
}

// withDefaults fills in what was left out.
func (o Options) withDefaults() Options {
	if o.Began == nil {
		o.Began = func(string) {}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.MaxOutput == 0 {
		o.MaxOutput = defaultMaxOutput
	}
	if o.MaxGenerated == 0 {
		o.MaxGenerated = defaultMaxGenerated
	}
	return o
}

func (r *rendering) execute(set *template.Template, u unit, scope Values) (string, error) {
	r.begun = u.name
	r.memo.forget()
	r.options.Began(u.name)
	scope["Template"] = Values{"Name": u.name, "BasePath": u.base}
	out := &page{gate: gate{r.ctx, r.options.MaxOutput - r.made, r.options.MaxOutput}}
	out.text.Grow(len(u.text))
	if err := set.ExecuteTemplate(out, u.name, scope); err != nil {
		return "", r.failure(err)
	}
	r.made += int64(out.text.Len())
	return strings.ReplaceAll(out.text.String(), noValue, ""), nil
}

// failure says why the file being executed failed.
func (r *rendering) failure(err error) error {
	if cause := context.Cause(r.ctx); cause != nil {
		return cause
	}
	if excess := excessIn(err); excess != nil {
		return &BudgetError{Chart: document.ChartOf(r.begun), Template: r.begun, Budget: excess.Budget, Limit: excess.Limit}
	}
	return report(r.begun, err)
}

// include executes the template of that name for another one.
func (r *rendering) include(room *room, name string, data any) (string, error) {
	p := room.program
	key, ok := r.memo.key(name, data)
	if !ok || room != p.room || !p.pure.Of(name) {
		return r.included(room, name, data)
	}
	if text, ok := r.memo.get(key, p.host.Changes()); ok {
		return text, nil
	}
	text, err := r.included(room, name, data)
	if err == nil {
		r.memo.put(key, data, text)
	}
	return text, err
}

// included is include when nothing is known of what it returns.
func (r *rendering) included(room *room, name string, data any) (string, error) {
	if r.running[name] > maxIncludes {
		return "", &function.Told{Err: fmt.Errorf("rendering template has a nested reference name: %s", name)}
	}
	r.running[name]++
	defer func() { r.running[name]-- }()
	out, err := r.nest(func(out *sink) error { return room.set.ExecuteTemplate(out, name, data) })
	if err != nil && room.set.Lookup(name) == nil {
		err = &function.Told{Err: errors.New("there is no template of this name")}
	}
	return out, err
}

// tpl executes a text as a template.
func (r *rendering) tpl(room *room, text string, data any) (string, error) {
	if !strings.Contains(text, "{{") {
		return strings.ReplaceAll(text, noValue, ""), nil
	}
	if r.texts >= maxTexts {
		return "", &function.Excess{Budget: "nesting", Limit: fmt.Sprintf("%d tpl", maxTexts)}
	}
	r.texts++
	defer func() { r.texts-- }()
	parsed, err := room.parsed(text)
	if err != nil {
		return "", insideText(err)
	}
	out, err := r.nest(func(out *sink) error { return parsed.Execute(out, data) })
	return strings.ReplaceAll(out, noValue, ""), insideText(err)
}

// nest executes one template inside another.
func (r *rendering) nest(execute func(*sink) error) (string, error) {
	if r.nested >= maxNested {
		return "", &function.Excess{Budget: "nesting", Limit: fmt.Sprintf("%d include and tpl", maxNested)}
	}
	out := r.enter()
	defer r.leave()
	if err := execute(out); err != nil {
		return "", innermost(err)
	}
	return string(out.bytes), nil
}

// lookup finds objects for the function of that name (S25). Why it cannot is told
// in full: it names the object that the caller was refused.
func (r *rendering) lookup(apiVersion, kind, namespace, name string) (map[string]any, error) {
	if r.options.Lookup == nil || r.options.Lint {
		return map[string]any{}, nil
	}
	found, err := r.options.Lookup(r.ctx, apiVersion, kind, namespace, name)
	switch {
	case err != nil:
		return map[string]any{}, &function.Told{Err: err}
	case found == nil:
		return map[string]any{}, nil
	}
	return found, nil
}

// enter returns an empty sink for the template that begins, leave gives it back.
func (r *rendering) enter() *sink {
	if r.nested == len(r.sinks) {
		r.sinks = append(r.sinks, &sink{gate: gate{r.ctx, r.options.MaxOutput, r.options.MaxOutput}})
	}
	out := r.sinks[r.nested]
	out.bytes = out.bytes[:0]
	r.nested++
	return out
}

func (r *rendering) leave() { r.nested-- }
