package render

import (
	"strings"
	"text/template"

	"github.com/helm-dm/helm-dm/render/tree"
)

// textName is what a text given to tpl is called in errors.
const textName = "gotpl"

// maxKept bounds the bytes that texts given to tpl take while they are kept, and
// clonePrice is about what a room of its own takes.
const (
	maxKept    = 4 << 20
	clonePrice = 64 << 10
)

// room is a set of templates that see each other, with include and tpl bound to
// it: those of the chart, or those and what a text given to tpl defines.
type room struct {
	program *program
	set     *template.Template
	texts   map[string]*template.Template // given to tpl in this rendering
	kept    int                           // what they take in bytes
}

func newRoom(p *program, set *template.Template) *room {
	r := &room{program: p, set: set, texts: map[string]*template.Template{}}
	own := template.FuncMap{
		"include": func(name string, data any) (string, error) { return p.now.include(r, name, data) },
		"tpl":     func(text string, data any) (string, error) { return p.now.tpl(r, text, data) },
	}
	set.Funcs(own)
	return r
}

// forget drops what belongs to one rendering.
func (r *room) forget() {
	clear(r.texts)
	r.kept = 0
}

// parsed returns a text given to tpl as a template of the room. What the text
// defines stays within it (S23): then it is one of a room of its own.
func (r *room) parsed(text string) (*template.Template, error) {
	if kept, ok := r.texts[text]; ok {
		return kept, nil
	}
	out, price, err := r.parse(text)
	if err != nil {
		return nil, err
	}
	if r.kept += price; r.kept > maxKept {
		r.forget()
		r.kept = price
	}
	r.texts[text] = out
	return out, nil
}

func (r *room) parse(text string) (out *template.Template, price int, err error) {
	if mayDefine(text) {
		clone, err := r.set.Clone()
		if err != nil {
			return nil, 0, err
		}
		out, err := newRoom(r.program, clone).add(textName, text)
		return out, clonePrice + 8*len(text), err
	}
	trees, err := tree.Parse(textName, text, r.program.known)
	if err != nil {
		return nil, 0, err
	}
	// A template that is not associated with the set sees it and is not seen.
	out = r.set.New(textName)
	out.Tree = trees[textName]
	return out, 8 * len(text), nil
}

// add parses a text as a template of the set, with all that it defines.
func (r *room) add(name, text string) (*template.Template, error) {
	trees, err := tree.Parse(name, text, r.program.known)
	if err != nil {
		return nil, err
	}
	out := r.set.New(name)
	for name, tree := range trees {
		if _, err := out.AddParseTree(name, tree); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// mayDefine says whether a text may define templates, or call itself.
func mayDefine(text string) bool {
	return strings.Contains(text, "define") || strings.Contains(text, "block") || strings.Contains(text, textName)
}
