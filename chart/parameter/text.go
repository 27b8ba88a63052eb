package parameter

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxText is how many bytes of a default or of a description are told.
const maxText = 4096

// masked stands for the values of secrets inside of maps and lists.
const masked = "(secret)"

// inJSON prints a value on one line.
func inJSON(value any) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return ""
	}
	return escaped(shortened(strings.TrimSuffix(out.String(), "\n")))
}

// escaped replaces what cannot be printed as JSON would.
func escaped(text string) string {
	if !strings.ContainsFunc(text, unprintable) {
		return text
	}
	var out strings.Builder
	for _, r := range text {
		switch {
		case !unprintable(r):
			out.WriteRune(r)
		case r > 0xffff:
			fmt.Fprintf(&out, `\U%08x`, r)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
	}
	return out.String()
}

// line makes one line of a text.
func line(text string) string {
	return shortened(strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || unprintable(r) }), " "))
}

// lines makes each line of a text printable and keeps the breaks.
func lines(text string) string {
	return shortened(strings.Map(func(r rune) rune {
		if r != '\n' && unprintable(r) {
			return ' '
		}
		return r
	}, text))
}

func shortened(text string) string {
	if len(text) <= maxText {
		return text
	}
	end := maxText
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}
