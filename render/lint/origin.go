package lint

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// origin finds the lines of a template that lines of what it yields are from.
type origin struct {
	file              string
	template, yielded []string
}

// lines cuts a text into lines, without the space at their ends.
func lines(text string) []string {
	out := strings.Split(text, "\n")
	for i, line := range out {
		out[i] = strings.TrimRightFunc(line, unicode.IsSpace)
	}
	return out
}

// line is the template's line that the line of that number is from: the only
// one that holds the same text or, if there is none, whose text before its first
// action begins it. It is 0 when there is no such line, or more than one.
func (o origin) line(number int) int {
	if number < 1 || number > len(o.yielded) {
		return 0
	}
	text := strings.TrimSpace(o.yielded[number-1])
	same, begins := 0, 0
	for i, line := range o.template {
		line = strings.TrimSpace(line)
		literal, _, acts := strings.Cut(line, "{{")
		switch {
		case text == "" || line == "":
		case line == text && same != 0:
			return 0
		case line == text:
			same = i + 1
		case !acts || strings.TrimSpace(literal) == "" || !strings.HasPrefix(text, literal):
		case begins != 0:
			begins = -1
		default:
			begins = i + 1
		}
	}
	if same != 0 {
		return same
	}
	return max(begins, 0)
}

// found adds a finding about a line of what a template yields. It is told by the
// template's line, and by its own where that is another; what is wrong with a
// line of a template that is rendered many times is told once.
func (l *linter) found(o origin, severity Severity, number int, format string, args ...any) {
	line := o.line(number)
	message := fmt.Sprintf(format, args...)
	same := func(f Finding) bool {
		return f.File == o.file && f.Line == line && strings.HasPrefix(f.Message, message)
	}
	if line > 0 && slices.ContainsFunc(l.findings, same) {
		return
	}
	if line != number {
		message += fmt.Sprintf(" (line %d of the output)", number)
	}
	l.add(severity, o.file, line, "%s", message)
}

func atoi(text string) int {
	number, _ := strconv.Atoi(text)
	return number
}
