package yaml

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// reader reads the YAML that templates and toYaml write: block style in lines of
// keys, dashes, values on one line and blocks of text. Whatever else there may be
// makes it give up.
type reader struct {
	text   string
	begin  int // of the current line
	at     int // what is to be read next on the line
	end    int // of the line, without its line feed
	indent int // column of at
	done   bool
	unsure bool
	wanted []string // the keys at the top whose values are built, nil for all
	build  bool     // the values being read are wanted
}

// read returns what a document holds, or what it holds under the wanted keys at
// its top; nil wants everything. ok is false when it is not certain that the
// library would read the same.
func read(text string, wanted []string) (root any, ok bool) {
	if !familiar(text) {
		return nil, false
	}
	r := &reader{text: text, end: -1, wanted: wanted, build: wanted == nil}
	r.nextLine()
	if r.done {
		return nil, false
	}
	root = r.block(-1, 0)
	return root, !r.unsure && r.done
}

// familiar says whether a text has only characters, and no line, with which YAML
// would do something else than read them.
func familiar(text string) bool {
	lineStart := true
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(text[i:])
			if !plainRune(r) {
				return false
			}
			i += size - 1
		} else if c < ' ' && c != '\n' && c != '\t' || c == 0x7f {
			return false
		}
		if lineStart && (c == '-' && strings.HasPrefix(text[i:], "---") || c == '.' && strings.HasPrefix(text[i:], "...") || c == '%') {
			return false
		}
		lineStart = c == '\n'
	}
	return true
}

func plainRune(r rune) bool {
	switch {
	case r == utf8.RuneError, r < 0xa0, r == 0xfeff, r == '\u2028', r == '\u2029', r > 0xfffd && r < 0x10000:
		return false
	}
	return true
}

// give up and let what was read so far be forgotten.
func (r *reader) giveUp() any {
	r.unsure, r.done = true, true
	return nil
}

// nextLine moves to the first character of the next line that is neither blank
// nor a comment.
func (r *reader) nextLine() {
	for r.end < len(r.text) {
		r.begin = r.end + 1
		if !r.measure() {
			return
		}
		if r.at < r.end && r.text[r.at] != '#' {
			return
		}
	}
	r.done = true
}

// measure finds the end and the first character of the line that starts at
// begin; it is false when a tab is in between.
func (r *reader) measure() bool {
	if r.begin > len(r.text) {
		r.end, r.at = r.begin, r.begin
		return true
	}
	r.end = len(r.text)
	if i := strings.IndexByte(r.text[r.begin:], '\n'); i >= 0 {
		r.end = r.begin + i
	}
	r.at = r.begin
	for r.at < r.end && r.text[r.at] == ' ' {
		r.at++
	}
	r.indent = r.at - r.begin
	if r.at < r.end && r.text[r.at] == '\t' {
		r.giveUp()
		return false
	}
	return true
}

// block reads what begins at the current place, below a key or dash in column
// parent.
func (r *reader) block(parent, depth int) any {
	switch {
	case r.done || depth > maxDepth:
		return r.giveUp()
	case r.onDash():
		return r.list(r.indent, depth)
	case depth == 0 || r.onKey():
		return r.entries(r.indent, depth)
	default:
		return r.inline(parent, depth)
	}
}

// onDash says whether the current place is the beginning of an item.
func (r *reader) onDash() bool {
	return !r.done && r.text[r.at] == '-' && (r.at+1 == r.end || r.text[r.at+1] == ' ')
}

// entries reads the entries of a map whose keys are in column indent.
func (r *reader) entries(indent, depth int) any {
	var out map[string]any
	if r.build || depth == 0 {
		out = map[string]any{}
	}
	for !r.done && r.indent == indent && !r.onDash() {
		key, ok := r.key()
		if !ok {
			return r.giveUp()
		}
		if depth == 0 && r.wanted != nil {
			if r.build = slices.Contains(r.wanted, key); !r.build && r.resembles(key) {
				return r.giveUp()
			}
		}
		value := r.valueOfKey(indent, depth)
		if r.build {
			out[key] = value
		}
	}
	if !r.done && r.indent > indent {
		return r.giveUp()
	}
	return out
}

// resembles says whether a key would be taken for a wanted one.
func (r *reader) resembles(key string) bool {
	return slices.ContainsFunc(r.wanted, func(wanted string) bool { return strings.EqualFold(wanted, key) })
}

// key reads a key with its colon and stops behind the space that follows.
func (r *reader) key() (string, bool) {
	line := r.text[r.at:r.end]
	if line[0] == '"' || line[0] == '\'' {
		return r.quotedKey(line)
	}
	i := 0
	for i < len(line) && isKeyByte(line[i]) {
		i++
	}
	key := line[:i]
	if i == 0 || i > maxKey || i == len(line) || line[i] != ':' || key[0] == '-' || resolves(key) {
		return "", false
	}
	return key, r.behindColon(i)
}

func isKeyByte(c byte) bool {
	return isLetter(c) || isDigit(c) || c == '_' || c == '-' || c == '.' || c == '/'
}

func (r *reader) quotedKey(line string) (string, bool) {
	length := strings.IndexByte(line[1:], line[0])
	if length < 0 || length > maxKey || length+2 >= len(line) || line[length+2] != ':' || strings.IndexByte(line[1:length+1], '\\') >= 0 {
		return "", false
	}
	return line[1 : length+1], r.behindColon(length + 2)
}

// behindColon moves behind the colon that is i bytes ahead.
func (r *reader) behindColon(i int) bool {
	r.at += i + 1
	if r.at < r.end && r.text[r.at] != ' ' {
		return false
	}
	for r.at < r.end && r.text[r.at] == ' ' {
		r.at++
	}
	return true
}

// valueOfKey reads what follows a key in column indent.
func (r *reader) valueOfKey(indent, depth int) any {
	if r.at < r.end && r.text[r.at] != '#' {
		return r.inline(indent, depth)
	}
	r.nextLine()
	switch {
	case r.done || r.indent < indent || r.indent == indent && !r.onDash():
		return nil
	default:
		return r.block(indent, depth+1)
	}
}

// list reads the items of a list whose dashes are in column indent.
func (r *reader) list(indent, depth int) any {
	out := []any{}
	for r.indent == indent && r.onDash() {
		item := r.item(indent, depth)
		if r.build {
			out = append(out, item)
		}
	}
	return out
}

// item reads what follows a dash in column indent.
func (r *reader) item(indent, depth int) any {
	if depth > maxDepth {
		return r.giveUp()
	}
	r.at++
	for r.at < r.end && r.text[r.at] == ' ' {
		r.at++
	}
	r.indent = r.at - r.begin
	switch {
	case r.at == r.end || r.text[r.at] == '#':
		r.nextLine()
		if r.done || r.indent <= indent {
			return nil
		}
		return r.block(indent, depth+1)
	case r.onDash() || r.onKey():
		return r.block(indent, depth+1)
	default:
		return r.inline(indent, depth)
	}
}

// onKey says whether the current place is the beginning of a key.
func (r *reader) onKey() bool {
	at := r.at
	_, ok := r.key()
	r.at = at
	return ok
}
