package repo

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of the texts of a Release, in bytes and in how many there are.
const (
	MaxName = 250 // of names and versions, those of applications included

	maxDescription = 1 << 10
	maxWord        = 100 // of a keyword, of a maintainer
	maxKeywords    = 32
	maxMaintainers = 16
)

// IsName says whether references can hold a text as the name of a chart, and
// addresses as a part of a path that leads nowhere else.
func IsName(text string) bool {
	return len(text) <= MaxName && segmentPattern.MatchString(text) && text != "." && text != ".."
}

// Clean makes what a release says of itself what it promises to be: each text is
// a Line of a bounded length, and no list has empty ones.
func (r *Release) Clean() {
	r.AppVersion = Line(r.AppVersion, MaxName)
	r.Description = Line(r.Description, maxDescription)
	r.Keywords = words(r.Keywords, maxKeywords)
	r.Maintainers = words(r.Maintainers, maxMaintainers)
}

func words(list []string, most int) []string {
	var out []string
	for _, text := range list {
		if text = Line(text, maxWord); text != "" && len(out) < most {
			out = append(out, text)
		}
	}
	return out
}

// Line returns a copy of a text from outside that terminals and logs can bear
// (CVE-2021-21303): all space is a blank, what cannot be printed goes, and so does
// what is behind most bytes. Of a rune that is cut there nothing stays.
func Line(text string, most int) string {
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

// Ascends says whether some server takes a segment of a path, unescaped, for the
// folder above: two dots, also with blanks about them or parameters behind.
func Ascends(segment string) bool {
	segment, _, _ = strings.Cut(segment, ";")
	return strings.Trim(segment, ". ") == "" && strings.Count(segment, ".") > 1
}
