package yaml

import "strings"

// lines reads the block of text below a bar or an angle. indent is the column of
// its key or dash. Folded text is only skipped.
func (r *reader) lines(indent int, literal bool) any {
	header, comment, _ := strings.Cut(r.text[r.at+1:r.end], " ")
	if header != "" && header != "-" && header != "+" || strings.Trim(comment, " ") != "" || r.build && !literal {
		return r.giveUp()
	}
	first := min(r.end+1, len(r.text))
	column, ok := r.blockColumn(first, indent)
	if !ok {
		return r.giveUp()
	}
	last := r.skipBlock(first, column)
	if r.unsure || !r.build {
		return nil
	}
	return blockText(r.text[first:last], column, header)
}

// blockColumn finds the column of a block's text, which begins with the first
// line that is not blank. column is 0 for a block without text.
func (r *reader) blockColumn(from, indent int) (column int, ok bool) {
	widest := 0
	for from < len(r.text) {
		line := r.text[from:]
		if i := strings.IndexByte(line, '\n'); i >= 0 {
			line = line[:i]
		}
		spaces := len(line) - len(strings.TrimLeft(line, " "))
		if spaces < len(line) {
			if line[spaces] == '\t' || spaces <= indent && widest > 0 {
				return 0, false
			}
			if spaces <= indent {
				return 0, true
			}
			return spaces, widest <= spaces
		}
		widest = max(widest, spaces)
		from += len(line) + 1
	}
	return 0, widest == 0
}

// skipBlock moves to the line behind a block and returns where its text ends.
func (r *reader) skipBlock(from, column int) int {
	for from < len(r.text) {
		r.begin = from
		next := len(r.text)
		if i := strings.IndexByte(r.text[from:], '\n'); i >= 0 {
			next = from + i + 1
		}
		line := strings.TrimSuffix(r.text[from:next], "\n")
		spaces := len(line) - len(strings.TrimLeft(line, " "))
		if spaces < len(line) && (spaces < column || column == 0) {
			r.end = from - 1
			r.nextLine()
			return from
		}
		from = next
	}
	r.done = true
	return len(r.text)
}

// blockText is what the lines of a literal block say, its end cut as asked.
func blockText(text string, column int, chomp string) any {
	var out strings.Builder
	breaks := 0 // line feeds that nothing followed yet
	for line := range strings.Lines(text) {
		body, ended := strings.CutSuffix(line, "\n")
		if len(body) > column && column > 0 {
			for ; breaks > 0; breaks-- {
				out.WriteByte('\n')
			}
			out.WriteString(body[column:])
		}
		if ended {
			breaks++
		}
	}
	switch {
	case chomp == "-":
		breaks = 0
	case chomp == "" && out.Len() == 0:
		breaks = 0
	case chomp == "":
		breaks = min(breaks, 1)
	}
	return out.String() + strings.Repeat("\n", breaks)
}
