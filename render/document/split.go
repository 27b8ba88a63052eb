package document

import (
	"iter"
	"strings"
	"unicode"
)

// separator begins a document at the start of a line, whatever follows it.
const separator = "---"

// Split returns the documents of a rendered file that hold more than space,
// without the space before them.
func Split(text string) []string {
	var out []string
	for _, document := range Each(text) {
		out = append(out, document)
	}
	return out
}

// Each yields what Split returns, each document with where it begins in the
// file, in bytes.
func Each(text string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		for begin := 0; ; {
			end := find(text, begin)
			document := strings.TrimLeftFunc(text[begin:end], unicode.IsSpace)
			if document != "" && !yield(end-len(document), document) || end == len(text) {
				return
			}
			begin = end + len(separator)
			begin = len(text) - len(strings.TrimLeft(text[begin:], " \t"))
		}
	}
}

// find returns where the next separator is, the end of the text when there is
// none. Only the beginning of the text and what follows a line feed start a line.
func find(text string, from int) int {
	if from == 0 && strings.HasPrefix(text, separator) {
		return 0
	}
	if i := strings.Index(text[from:], "\n"+separator); i >= 0 {
		return from + i + 1
	}
	return len(text)
}
