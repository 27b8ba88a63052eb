package yaml

import "strings"

// skipPlain moves behind the lines with which a plain text goes on: those
// further right than indent, the column of its key or dash.
func (r *reader) skipPlain(indent int) {
	for r.end < len(r.text) {
		r.begin = r.end + 1
		if !r.measure() {
			return
		}
		line := r.text[min(r.at, len(r.text)):min(r.end, len(r.text))]
		switch {
		case line == "":
			continue
		case r.indent <= indent:
			r.end = r.begin - 1
			r.nextLine()
			return
		case line[0] == '#' || strings.Contains(line, ": ") || strings.HasSuffix(strings.TrimRight(line, " "), ":") ||
			strings.Contains(line, " #") || strings.IndexByte(line, '\t') >= 0:
			r.giveUp()
			return
		}
	}
	r.done = true
}

// skipQuoted moves behind a text between quotes that goes on over several lines,
// all further right than indent, the column of its key or dash.
func (r *reader) skipQuoted(indent int) {
	quote, from := r.text[r.at], r.at+1
	for {
		line := r.text[from:r.end]
		closed, ok := closing(line, quote)
		switch {
		case !ok || strings.IndexByte(line, '\t') >= 0:
			r.giveUp()
			return
		case closed >= 0:
			if !isTail(line[closed+1:]) {
				r.giveUp()
				return
			}
			if r.nextLine(); !r.done && r.indent > indent {
				r.giveUp()
			}
			return
		}
		r.begin = r.end + 1
		if r.begin >= len(r.text) || !r.measure() || r.at < r.end && r.indent <= indent {
			r.giveUp()
			return
		}
		from = r.at
	}
}

// closing returns where on a line a text between quotes ends, -1 when it goes
// on. ok is false for an escape that only the library knows.
func closing(line string, quote byte) (at int, ok bool) {
	for i := 0; i < len(line); i++ {
		switch {
		case line[i] == '\\' && quote == '"':
			i++
			if i < len(line) && strings.IndexByte(`"\ntr0 `, line[i]) < 0 {
				return 0, false
			}
		case line[i] == quote && quote == '\'' && i+1 < len(line) && line[i+1] == quote:
			i++
		case line[i] == quote:
			return i, true
		}
	}
	return -1, true
}
