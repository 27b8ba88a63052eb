package catalog

import (
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// rank says how well something matches; the lower, the better.
type rank int

const (
	exact    rank = iota // it is the name
	begins               // the name begins with it
	named                // the name holds it
	wordly               // a word is it, or begins with it
	anywhere             // something holds it
	similar              // the name, or a part of it, almost is it
	none
)

// rankOf ranks a word by a lowercased text that begins with a name of so many
// bytes.
func rankOf(text string, name int, word string) rank {
	at := strings.Index(text, word)
	switch {
	case at < 0:
		return none
	case at == 0 && len(word) == name:
		return exact
	case at == 0 && len(word) < name:
		return begins
	case at+len(word) <= name:
		return named
	}
	for from := 0; at >= 0; {
		if before, _ := utf8.DecodeLastRuneInString(text[:from+at]); !wordRune(before) {
			return wordly
		}
		from += at + len(word)
		at = strings.Index(text[from:], word)
	}
	return anywhere
}

// rankGlob ranks a name, or a whole reference, by a pattern. A malformed one
// matches nothing.
func rankGlob(name, pattern string) rank {
	if ok, err := path.Match(pattern, name); err != nil || !ok {
		return none
	}
	return begins
}

func wordRune(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// near says whether a name, or a part of it between hyphens and the like, is a
// word but for a slip or two: letters that are missing, added, wrong or swapped.
func near(name, word string) bool {
	slips := 1
	switch {
	case len(word) < 4 || len(word) > maxNear:
		return false
	case len(word) > 7:
		slips = 2
	}
	if distance(name, word, slips) <= slips {
		return true
	}
	for part := range strings.FieldsFuncSeq(name, func(r rune) bool { return !wordRune(r) }) {
		if distance(part, word, slips) <= slips {
			return true
		}
	}
	return false
}

// maxNear bounds the words that are compared letter by letter.
const maxNear = 64

// distance is how many bytes have to be put in, taken out, changed or swapped
// with their neighbour to make one text the other; more than most stands for
// anything more.
func distance(a, b string, most int) int {
	if len(a) > maxNear+most || len(a)-len(b) > most || len(b)-len(a) > most {
		return most + 1
	}
	var rows [3][maxNear + 1]int
	last, before := &rows[0], &rows[1]
	current := &rows[2]
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		current[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			current[j] = min(last[j]+1, current[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				current[j] = min(current[j], before[j-2]+1)
			}
		}
		before, last, current = last, current, before
	}
	return last[len(b)]
}
