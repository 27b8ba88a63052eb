package index

import (
	"bytes"
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/helm-dm/helm-dm/render/yaml"
	"github.com/helm-dm/helm-dm/repo/index/outline"
)

// errStyle says that an index cannot be changed in this way.
var errStyle = errors.New("the index is written otherwise")

// editLines changes the lines of an index that have to change.
func editLines(old []byte, a *addition) ([]byte, error) {
	o := &sketch{addition: a, column: -1}
	if err := outline.Split(bytes.NewReader(old), o.part); err != nil {
		return nil, err
	}
	edits, err := o.edits()
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(edits, func(a, b edit) int { return cmp.Compare(a.from, b.from) })
	var out bytes.Buffer
	at := int64(0)
	for _, e := range edits {
		out.Write(old[at:e.from])
		if written := out.Bytes(); len(written) > 0 && written[len(written)-1] != '\n' {
			out.WriteByte('\n')
		}
		out.WriteString(e.text)
		at = e.to
	}
	out.Write(old[at:])
	return out.Bytes(), nil
}

// edit puts whole lines in the place of others.
type edit struct {
	from, to int64
	text     string
}

// sketch is what editing an index takes to know of its parts.
type sketch struct {
	*addition

	last      outline.Part  // at the top
	entries   *outline.Part // the section
	inline    bool          // its value is on its line
	generated *outline.Part
	column    int            // of the charts
	chart     *outline.Part  // the one of the addition
	behind    *outline.Part  // the first one behind which the addition does not go
	item      *outline.Part  // the first version of the chart
	same      []outline.Part // those of the version of the addition
}

func (o *sketch) part(p outline.Part) error {
	text := p.Text
	p.Text = nil
	switch {
	case p.Kind == outline.Section:
		o.last = p
		switch p.Key {
		case "entries":
			o.entries, o.inline = &p, text != nil
		case "generated":
			o.generated = &p
		}
	case p.Kind == outline.Chart:
		o.column = p.Column
		if p.Key == o.name {
			o.chart = &p
		} else if p.Key > o.name && o.behind == nil {
			o.behind = &p
		}
	case p.Key == o.name:
		if o.item == nil {
			o.item = &p
		}
		p.Text = text
		value, err := new(reading).decode(p)
		if p.Text = nil; err == nil && lookup(value, "version") == o.version {
			o.same = append(o.same, p)
		}
	}
	return nil
}

func (o *sketch) edits() ([]edit, error) {
	generated, err := yaml.Marshal(map[string]any{"generated": o.now})
	if err != nil {
		return nil, err
	}
	e := edit{from: o.last.To, to: o.last.To, text: shift(string(generated), o.last.Column)}
	if o.generated != nil {
		e.from, e.to = o.generated.From, o.generated.To
	}
	edits, err := o.versions()
	return append(edits, e), err
}

// versions puts the entry where it belongs.
func (o *sketch) versions() ([]edit, error) {
	switch {
	case o.chart == nil:
		return o.newChart()
	case !o.chart.Bare:
		return nil, errStyle
	}
	column, at := o.chart.Column, o.chart.To
	if o.item != nil {
		column = o.item.Column
	}
	text, err := yaml.Marshal([]any{o.entry})
	if err != nil {
		return nil, err
	}
	edits := []edit{{from: at, to: at, text: shift(string(text), column)}}
	for i, p := range o.same {
		if i == 0 {
			edits[0].from, edits[0].to = p.From, p.To
		} else { // the first one counts, and would not for others
			edits = append(edits, edit{from: p.From, to: p.To})
		}
	}
	return edits, nil
}

// newChart puts the entry below a key of its own.
func (o *sketch) newChart() ([]edit, error) {
	text, err := yaml.Marshal(map[string]any{o.name: []any{o.entry}})
	if err != nil {
		return nil, err
	}
	switch {
	case o.entries == nil:
		body := shift("entries:\n"+shift(string(text), 2), o.last.Column)
		return []edit{{from: o.last.To, to: o.last.To, text: body}}, nil
	case o.inline:
		body := shift("entries:\n"+shift(string(text), 2), o.entries.Column)
		return []edit{{from: o.entries.From, to: o.entries.To, text: body}}, nil // refused afterwards if it held charts
	case o.column < 0:
		o.column = o.entries.Column + 2
	}
	at := o.entries.To
	if o.behind != nil {
		at = o.behind.From
	}
	return []edit{{from: at, to: at, text: shift(string(text), o.column)}}, nil
}

// shift indents the lines of a text that are not blank.
func shift(text string, column int) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		if line != "\n" {
			out.WriteString(strings.Repeat(" ", column))
		}
		out.WriteString(line)
	}
	return out.String()
}
