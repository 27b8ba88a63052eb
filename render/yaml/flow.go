package yaml

import "strings"

// flowList reads a list in brackets.
func (r *reader) flowList(line string, depth int) (value any, rest string, ok bool) {
	out := []any{}
	rest = strings.TrimLeft(line[1:], " ")
	if strings.HasPrefix(rest, "]") {
		return out, rest[1:], true
	}
	for {
		item, behind, ok := r.flow(rest, true, depth+1)
		behind = strings.TrimLeft(behind, " ")
		if !ok || behind == "" {
			return nil, "", false
		}
		out = append(out, item)
		switch behind[0] {
		case ']':
			return out, behind[1:], true
		case ',':
			rest = strings.TrimLeft(behind[1:], " ")
		default:
			return nil, "", false
		}
	}
}

// flowMap reads a map in braces.
func (r *reader) flowMap(line string, depth int) (value any, rest string, ok bool) {
	out := map[string]any{}
	rest = strings.TrimLeft(line[1:], " ")
	if strings.HasPrefix(rest, "}") {
		return out, rest[1:], true
	}
	for {
		key, behind, ok := flowKey(rest)
		if !ok {
			return nil, "", false
		}
		item, behind, ok := r.flow(behind, true, depth+1)
		behind = strings.TrimLeft(behind, " ")
		if !ok || behind == "" {
			return nil, "", false
		}
		out[key] = item
		switch behind[0] {
		case '}':
			return out, behind[1:], true
		case ',':
			rest = strings.TrimLeft(behind[1:], " ")
		default:
			return nil, "", false
		}
	}
}

// flowKey reads a key in braces, with its colon and the spaces that follow.
func flowKey(line string) (key, rest string, ok bool) {
	length, quotes := 0, 0
	if line != "" && (line[0] == '"' || line[0] == '\'') {
		length, quotes = strings.IndexByte(line[1:], line[0]), 2
		if length < 0 || strings.IndexByte(line[1:length+1], '\\') >= 0 {
			return "", "", false
		}
		key = line[1 : length+1]
	} else {
		for length < len(line) && isKeyByte(line[length]) {
			length++
		}
		key = line[:length]
		if key == "" || key[0] == '-' || resolves(key) {
			return "", "", false
		}
	}
	if length > maxKey || !strings.HasPrefix(line[length+quotes:], ": ") {
		return "", "", false
	}
	return key, strings.TrimLeft(line[length+quotes+1:], " "), true
}
