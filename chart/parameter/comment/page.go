package comment

import (
	"bytes"
	"strings"

	yaml "go.yaml.in/yaml/v3"
)

// maxPage is how large a values.yaml may be for its comments to be read. Of
// those in the wild the largest has 200 KiB.
const maxPage = 1 << 20

// page is the text of a values.yaml by lines.
type page struct {
	lines []string
	text  map[int]bool // lines, from 0, that are part of a block of text
	keyed map[int]bool // lines that have had their first key
}

// Read reads the comments of a values.yaml: those at the values, in an outline of
// them, and those that may stand anywhere. It knows as much as can be read: a
// text that Helm takes need not be one that this parser takes.
func Read(text []byte) (*Outline, Readme) {
	root := &Outline{}
	if len(text) > maxPage {
		return root, Readme{}
	}
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	p := &page{lines: split(string(text)), text: map[int]bool{}, keyed: map[int]bool{}}
	documents := parse(text)
	for _, document := range documents {
		p.markText(document, 0, 0)
	}
	for _, document := range documents {
		p.outline(root, document.Content[0], 0)
	}
	return root, readReadme(p.comments())
}

// split cuts a text into lines as YAML 1.1 counts them.
func split(text string) []string {
	if strings.ContainsAny(text, "\r\u0085\u2028\u2029") {
		text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n").Replace(text)
	}
	return strings.Split(text, "\n")
}

// parse returns the documents up to the first that is not YAML.
func parse(text []byte) []*yaml.Node {
	var documents []*yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	for {
		var document yaml.Node
		if decoder.Decode(&document) != nil {
			return documents
		}
		documents = append(documents, &document)
	}
}

// maxDepth is how deep an outline goes: as deep as --set reaches, with lists
// between the maps.
const maxDepth = 64

// markText notes the lines of the block scalars at and below n: a # in them
// starts no comment. Their text is indented by least blanks at least.
func (p *page) markText(n *yaml.Node, least, depth int) {
	if depth > maxDepth {
		return
	}
	if n.Kind == yaml.ScalarNode && n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		p.markBlock(n.Line, least)
	}
	if n.Kind == yaml.MappingNode || n.Kind == yaml.SequenceNode {
		least = n.Column // of the first key or dash, counted from 1
	}
	for _, child := range n.Content {
		p.markText(child, least, depth+1)
	}
}

// markBlock marks the lines from first on, up to one that is indented less.
func (p *page) markBlock(first, least int) {
	for i := first; i < len(p.lines); i++ {
		trimmed := strings.TrimLeft(p.lines[i], " ")
		if strings.TrimSpace(trimmed) != "" {
			if width := len(p.lines[i]) - len(trimmed); width < least {
				return
			}
		}
		p.text[i] = true
	}
}

// outline adds what n tells to o, which may know of it from a document before.
func (p *page) outline(o *Outline, n *yaml.Node, depth int) {
	if depth > maxDepth {
		return
	}
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			p.entry(o, n.Content[i], n.Content[i+1], depth)
		}
	case yaml.SequenceNode:
		o.items = nil
		for _, item := range n.Content {
			below := &Outline{}
			p.outline(below, item, depth+1)
			o.items = append(o.items, below)
		}
	}
}

func (p *page) entry(o *Outline, key, value *yaml.Node, depth int) {
	if o.below == nil {
		o.below = map[string]*Outline{}
	}
	name := keyName(key)
	below := o.below[name]
	if below == nil {
		below = &Outline{}
		o.below[name] = below
		o.Keys = append(o.Keys, name)
	}
	if above := p.above(key); len(above) > 0 {
		below.above = above
	}
	for _, comment := range []string{key.LineComment, value.LineComment} {
		if comment != "" {
			below.after = uncommented(comment)
		}
	}
	p.outline(below, value, depth+1)
}

// keyName returns a key as it is in the values. There, y and its like are
// booleans (S5), and all keys are texts.
func keyName(key *yaml.Node) string {
	if key.Style != 0 {
		return key.Value
	}
	switch strings.ToLower(key.Value) {
	case "y", "yes", "on", "true":
		return "true"
	case "n", "no", "off", "false":
		return "false"
	default:
		return key.Value
	}
}

// above returns the comment in the lines directly above a key, if the key is the
// first in its line. What is indented more than the key belongs to what comes
// before.
func (p *page) above(key *yaml.Node) []string {
	own := key.Line - 1
	if own < 0 || own >= len(p.lines) || p.keyed[own] {
		return nil
	}
	p.keyed[own] = true
	first := own
	for first > 0 && p.isComment(first-1) && len(p.lines[first-1])-len(strings.TrimLeft(p.lines[first-1], " \t")) < key.Column {
		first--
	}
	var out []string
	for _, line := range p.lines[first:own] {
		out = append(out, uncommented(line))
	}
	return out
}

// comments returns the comments that stand in lines of their own, those
// together that have no other line between them.
func (p *page) comments() [][]string {
	var out [][]string
	open := false
	for i := range p.lines {
		switch is := p.isComment(i); {
		case is && open:
			out[len(out)-1] = append(out[len(out)-1], uncommented(p.lines[i]))
		case is:
			out = append(out, []string{uncommented(p.lines[i])})
			open = true
		default:
			open = false
		}
	}
	return out
}

func (p *page) isComment(i int) bool {
	return !p.text[i] && strings.HasPrefix(strings.TrimLeft(p.lines[i], " \t"), "#")
}

// uncommented takes the marks off a comment, and one blank behind them.
func uncommented(line string) string {
	line = strings.TrimLeft(strings.TrimLeft(line, " \t"), "#")
	return strings.TrimRight(strings.TrimPrefix(line, " "), " \t")
}
