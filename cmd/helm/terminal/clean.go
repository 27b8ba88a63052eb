package terminal

import (
	"strings"
	"unicode"
)

// Clean makes one harmless line of text: white space becomes blanks, and
// control characters and those that turn the direction of text are dropped.
func Clean(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' || r == '\t' || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) {
			return ' '
		}
		return harmless(r)
	}, strings.ToValidUTF8(text, "\uFFFD"))
}

// CleanLines makes text harmless that may have several lines: line feeds and tabs
// stay, and what YAML and Markdown have no use for anyway is dropped.
func CleanLines(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return r
		}
		return harmless(r)
	}, strings.ToValidUTF8(text, "\uFFFD"))
}

// harmless drops control characters, and those that turn the direction of text.
func harmless(r rune) rune {
	if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
		return -1
	}
	return r
}
