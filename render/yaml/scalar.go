package yaml

import (
	"encoding"
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// bestWidth is the column behind which the library breaks a line at a space.
const bestWidth = 80

// maxKey is the length of a key above which the library writes it otherwise.
const maxKey = 128

// scalarNode writes a value that fits on a line, or a text. indent is for the
// lines of the text after the first. It is false when it does not know how.
func (w *writer) scalarNode(value any, indent int) bool {
	switch v := value.(type) {
	case nil:
		w.word("null")
	case string:
		return w.text(v, indent)
	case bool:
		w.word(strconv.FormatBool(v))
	case int:
		w.integer(int64(v))
	case int64:
		w.integer(v)
	case float64:
		return w.float(v)
	default:
		return false
	}
	return true
}

func (w *writer) integer(number int64) {
	w.space()
	w.out = strconv.AppendInt(w.out, number, 10)
}

// float writes what YAML makes of the JSON of a number: one without a fraction
// is an integer. Those beyond the exact ones are left to the library.
func (w *writer) float(number float64) bool {
	size := math.Abs(number)
	if math.IsNaN(number) || size >= 1<<53 {
		return false
	}
	if number == math.Trunc(number) {
		w.integer(int64(number))
		return true
	}
	w.space()
	w.out = strconv.AppendFloat(w.out, number, 'g', -1, 64)
	return true
}

// marshals says whether a value decides itself what it is in JSON.
func marshals(value any) bool {
	switch value.(type) {
	case json.Marshaler, encoding.TextMarshaler:
		return true
	}
	return false
}

// key writes a key and its colon.
func (w *writer) key(text string) bool {
	shape, ok := look(text)
	if !ok || shape.lines || len(text) > maxKey {
		return false
	}
	w.oneLine(text, shape, -1)
	w.out = append(w.out, ':')
	return true
}

// text writes a string in the style that the library chooses for it.
func (w *writer) text(text string, indent int) bool {
	shape, ok := look(text)
	if !ok {
		return false
	}
	w.space()
	if shape.lines && shape.blockFits {
		w.literal(text, indent)
		return true
	}
	w.oneLine(text, shape, indent)
	return true
}

// oneLine writes a text plain or quoted; indent is for where it is folded, -1
// when it must not be.
func (w *writer) oneLine(text string, shape shape, indent int) {
	switch {
	case shape.plainFits && !shape.lines && !resolves(text):
		w.fold(text, indent, 0)
	case shape.quotable && !shape.lines && !resolves(text):
		w.fold(text, indent, '\'')
	default:
		w.escaped(text, indent)
	}
}

// fold writes a text plain, or between quotes when there is a quote.
func (w *writer) fold(text string, indent int, quote byte) {
	if quote != 0 {
		w.out = append(w.out, quote)
	}
	for i := range len(text) {
		c := text[i]
		switch {
		case c == ' ' && w.foldsAt(text, i, indent) && text[i+1] != ' ':
			w.breakLine()
			w.pad(indent)
			continue
		case c == quote:
			w.out = append(w.out, quote)
		}
		w.out = append(w.out, c)
	}
	if quote != 0 {
		w.out = append(w.out, quote)
	}
}

// foldsAt says whether a line may be broken at the space at i: a single one that
// is inside the text, beyond the best width.
func (w *writer) foldsAt(text string, i, indent int) bool {
	return indent >= 0 && len(w.out)-w.line > bestWidth && i > 0 && i < len(text)-1 && text[i-1] != ' '
}

// escaped writes a text between double quotes.
func (w *writer) escaped(text string, indent int) {
	w.out = append(w.out, '"')
	for i := range len(text) {
		switch c := text[i]; {
		case c == ' ' && w.foldsAt(text, i, indent):
			w.breakLine()
			w.pad(indent)
			if text[i+1] == ' ' {
				w.out = append(w.out, '\\')
			}
		case c < ' ' || c == '"' || c == '\\':
			w.escape(c)
		default:
			w.out = append(w.out, c)
		}
	}
	w.out = append(w.out, '"')
}

func (w *writer) escape(c byte) {
	const codes, letters = "\x00\a\b\t\n\v\f\r\x1b\"\\", `0abtnvfre"\`
	if i := strings.IndexByte(codes, c); i >= 0 {
		w.out = append(w.out, '\\', letters[i])
		return
	}
	const hex = "0123456789ABCDEF"
	w.out = append(w.out, '\\', 'x', hex[c>>4], hex[c&15])
}

// literal writes a text of several lines as it is, below a bar.
func (w *writer) literal(text string, indent int) {
	w.out = append(w.out, '|')
	if text[0] == ' ' || text[0] == '\n' {
		w.out = append(w.out, '2')
	}
	switch {
	case !strings.HasSuffix(text, "\n"):
		w.out = append(w.out, '-')
	case text == "\n" || strings.HasSuffix(text, "\n\n"):
		w.out = append(w.out, '+')
	}
	w.breakLine()
	for line := range strings.Lines(text) {
		body, ended := strings.CutSuffix(line, "\n")
		if body != "" {
			w.pad(indent)
			w.out = append(w.out, body...)
		}
		if ended {
			w.breakLine()
		}
	}
}
