package yaml

import (
	"strconv"
	"strings"
)

// inline reads a value that begins on the line of its key or dash and moves to
// the next line. indent is the column of the key or dash.
func (r *reader) inline(indent, depth int) any {
	switch c := r.text[r.at]; c {
	case '|', '>':
		return r.lines(indent, c == '|')
	}
	line := r.text[r.at:r.end]
	if strings.IndexByte(line, '\t') >= 0 {
		return r.giveUp()
	}
	value, rest, ok := r.flow(line, false, depth)
	switch {
	case !ok && (line[0] == '"' || line[0] == '\'') && !r.build:
		r.skipQuoted(indent)
		return nil
	case !ok || !isTail(rest):
		return r.giveUp()
	}
	plain := strings.IndexByte(`"'[{`, line[0]) < 0 && rest == ""
	end := r.end
	if r.nextLine(); !r.done && r.indent > indent { // the next line goes on with the value
		if r.build || !plain {
			return r.giveUp()
		}
		r.end = end
		r.skipPlain(indent)
	}
	return value
}

// isTail says whether nothing but a comment follows a value.
func isTail(rest string) bool {
	trimmed := strings.TrimLeft(rest, " ")
	return trimmed == "" || len(trimmed) < len(rest) && trimmed[0] == '#'
}

// flow reads a value on one line and returns what follows it. nested is set
// inside brackets.
func (r *reader) flow(line string, nested bool, depth int) (value any, rest string, ok bool) {
	switch {
	case line == "" || depth > maxDepth:
		return nil, "", false
	case line[0] == '"':
		return doubleQuoted(line)
	case line[0] == '\'':
		return singleQuoted(line)
	case line[0] == '[':
		return r.flowList(line, depth)
	case line[0] == '{':
		return r.flowMap(line, depth)
	}
	return r.plain(line, nested)
}

func doubleQuoted(line string) (value any, rest string, ok bool) {
	end := strings.IndexByte(line[1:], '"') + 1
	if end > 0 && strings.IndexByte(line[1:end], '\\') < 0 {
		return line[1:end], line[end+1:], true
	}
	var out strings.Builder
	for i := 1; i < len(line); i++ {
		switch c := line[i]; {
		case c == '"':
			return out.String(), line[i+1:], true
		case c == '\\' && i+1 < len(line) && strings.IndexByte(`"\nt`, line[i+1]) >= 0:
			i++
			out.WriteByte(strings.NewReplacer("n", "\n", "t", "\t").Replace(line[i : i+1])[0])
		case c == '\\':
			return nil, "", false
		default:
			out.WriteByte(c)
		}
	}
	return nil, "", false
}

func singleQuoted(line string) (value any, rest string, ok bool) {
	for i := 1; i < len(line); i++ {
		if line[i] != '\'' {
			continue
		}
		if i+1 < len(line) && line[i+1] == '\'' {
			i++
			continue
		}
		return strings.ReplaceAll(line[1:i], "''", "'"), line[i+1:], true
	}
	return nil, "", false
}

// plain reads a value without quotes.
func (r *reader) plain(line string, nested bool) (value any, rest string, ok bool) {
	text := line
	if nested {
		text = line[:strings.IndexAny(line+",", ",[]{}")]
		if strings.ContainsAny(text, ":#?") {
			return nil, "", false
		}
	} else if i := strings.Index(line, " #"); i >= 0 {
		text = line[:i]
	}
	text = strings.TrimRight(text, " ")
	rest = line[len(text):]
	if text == "" || strings.IndexByte("?:,[]{}#&*!|>'\"%@`", text[0]) >= 0 || text[0] == '-' && (len(text) == 1 || text[1] == ' ') ||
		strings.Contains(text, ": ") || strings.HasSuffix(text, ":") {
		return nil, "", false
	}
	value, ok = r.resolved(text)
	return value, rest, ok
}

// resolved returns what a plain text means.
func (r *reader) resolved(text string) (value any, ok bool) {
	if !resolves(text) {
		return text, true
	}
	switch text {
	case "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON":
		return true, true
	case "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF":
		return false, true
	case "~", "null", "Null", "NULL":
		return nil, true
	}
	switch {
	case strings.HasPrefix(strings.TrimLeft(text, "+-"), "."):
		return nil, false // JSON has no word for some of these
	case isTime(text) || !isNumber(text):
		return text, true
	case !r.build:
		return nil, true
	}
	if number, err := strconv.ParseInt(strings.ReplaceAll(text, "_", ""), 0, 64); err == nil {
		return float64(number), number < 1<<53 && number > -1<<53
	}
	number, err := strconv.ParseFloat(text, 64)
	return number, err == nil
}
