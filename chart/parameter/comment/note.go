package comment

import (
	"maps"
	"regexp"
	"strings"
)

// Note is what a comment says of a parameter.
type Note struct {
	Text      string
	Raw       bool // the line breaks in Text are meant
	Marked    bool // by a sign that somebody wrote it as documentation
	Type      string
	Effective string // what the default amounts to
	Section   string
	Ignored   bool           // it is not to be documented
	Schema    map[string]any // never nil
}

var (
	// markPattern is how a description of helm-docs starts, perhaps with a type.
	markPattern = regexp.MustCompile(`^--(?:\s+|$)(?:\(([^()\s]{1,40})\)\s*)?(.*)$`)
	// oldPattern is how helm-docs wrote it earlier, with the key before it.
	oldPattern = regexp.MustCompile(`^([^\s@]\S*)\s+--\s+(?:\(([^()\s]{1,40})\)\s*)?(.*)$`)
	// tagPattern is a remark of helm-docs to a description.
	tagPattern = regexp.MustCompile(`^@(default|section|notationType|ignored?|raw)\b(?:\s+--)?\s*(.*)$`)
)

// Note reads the comment at the key of a value.
func (o *Outline) Note() Note {
	above, found := takeSchema(o.above)
	n := Note{Schema: found}
	start := -1
	for i, line := range above {
		if strings.HasPrefix(line, "--") && markPattern.MatchString(line) {
			start = i
		}
	}
	if start >= 0 {
		n.describe(above[start:])
	} else {
		n.plain(above)
	}
	n.behind(o.after)
	return n
}

// describe reads a description of helm-docs: its first line and those below it.
func (n *Note) describe(comment []string) {
	n.Marked = true
	var text []string
	match := markPattern.FindStringSubmatch(comment[0])
	if match == nil {
		match = oldPattern.FindStringSubmatch(comment[0])[1:]
	}
	n.Type = word(match[1])
	text = append(text, match[2])
	for _, line := range comment[1:] {
		tag := find(tagPattern, "@", line)
		if tag == nil {
			text = append(text, line)
			continue
		}
		n.remark(tag[1], tag[2])
	}
	n.Text = strings.TrimSpace(strings.Join(text, "\n"))
}

func (n *Note) remark(tag, text string) {
	switch tag {
	case "default":
		n.Effective = text
	case "section":
		n.Section = text
	case "raw":
		n.Raw = true
	case "ignore", "ignored":
		n.Ignored = true
	}
}

// plain reads a comment without any sign.
func (n *Note) plain(comment []string) {
	var rest []string
	for _, line := range comment {
		if tag := find(tagPattern, "@", line); tag != nil {
			n.remark(tag[1], tag[2])
			continue
		}
		rest = append(rest, line)
	}
	n.Text = prose(rest)
}

// behind reads the comment in the line of the value, which counts where there
// is none above.
func (n *Note) behind(comment string) {
	comment, schema := takeInline(comment)
	maps.Copy(n.Schema, schema)
	if n.Text != "" || comment == "" {
		return
	}
	if match := markPattern.FindStringSubmatch(comment); match != nil {
		n.Marked, n.Type, comment = true, word(match[1]), match[2]
	}
	n.Text = strings.TrimSpace(comment)
}

// word returns the word of JSON Schema for a type as helm-docs names it.
func word(kind string) string {
	switch kind {
	case "int":
		return "integer"
	case "bool":
		return "boolean"
	case "list":
		return "array"
	case "map", "dict":
		return "object"
	case "float":
		return "number"
	default:
		return kind
	}
}
