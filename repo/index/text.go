package index

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// clean returns a copy of a text that terminals and logs can bear
// (CVE-2021-21303): all space is a blank, what cannot be printed goes, and so does
// what is behind most bytes. Of a rune that is cut there nothing stays.
func clean(text string, most int) string {
	return strings.TrimSpace(strings.Clone(strings.Map(printable, text[:min(len(text), most)])))
}

func printable(r rune) rune {
	switch {
	case unicode.IsSpace(r):
		return ' '
	case r == utf8.RuneError, !unicode.IsPrint(r):
		return -1
	}
	return r
}

// words cleans the texts of a list and leaves out the empty ones.
func words(list []string, most int) []string {
	var out []string
	for _, text := range list {
		if text = clean(text, maxWord); text != "" && len(out) < most {
			out = append(out, text)
		}
	}
	return out
}
