package forge

import (
	"encoding/json"
	"fmt"
	"strings"
)

// names are the keys that values have and templates ask for, by the kind of what
// they mostly hold (see signature). Few of them, so that they meet; among them
// the names of subcharts.
func names(kind byte) []string {
	switch kind {
	case 's':
		return []string{"text", "a"}
	case 'i', 'n':
		return []string{"n"}
	case 'b':
		return []string{"enabled"}
	case 'l':
		return []string{"list"}
	case 'd':
		return []string{"map", "one", "two", "exports"}
	}
	return []string{"text", "a", "n", "enabled", "list", "map", "one", "two", "exports", "b", "c"}
}

// scalars are written as they stand into YAML.
func scalars(kind byte) []string {
	switch kind {
	case 's':
		return []string{
			"text", `""`, `"a b"`, "'it''s'", `"1"`, `"true"`, `"{{ .Release.Name }}"`, `"<no value>"`, `"a\nb\n"`, `" pad "`, "2001-01-01", `"<&>"`, "é",
		}
	case 'i', 'n':
		return []string{"0", "-1", "3", "1000000", "1e6", "0.5", "1.0", "12345678901234567890", "0755", "0x1f", "1:30"}
	case 'b':
		return []string{"true", "false", "yes", "off"}
	case 'l':
		return []string{"[]", "[1, two, null]", "[a, b]", "[{a: 1}, [x]]"}
	case 'd':
		return []string{"{}", "{a: 1, n: null}"}
	}
	return []string{"null", "~", "true", "text", "1000000", "[]", "{}", `"1"`, "1.0"}
}

// kindOf is the kind that a name mostly holds.
func kindOf(name string) byte {
	for _, kind := range []byte("snbld") {
		for _, other := range names(kind) {
			if name == other {
				return kind
			}
		}
	}
	return 'v'
}

// tree writes a map of values, in flow style, at most depth deep.
func (s *source) tree(depth int) string {
	var parts []string
	for _, name := range some(s, names('v')) {
		parts = append(parts, name+": "+s.value(kindOf(name), depth))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func (s *source) value(kind byte, depth int) string {
	if s.one(20) {
		kind = 'v'
	}
	if kind == 'd' && depth > 0 && !s.one(8) {
		return s.tree(depth - 1)
	}
	return pick(s, scalars(kind))
}

// top writes the value of a name at the top of a file: what configures a subchart
// is a map, or nothing else would be seen than the refusal.
func (s *source) top(name string) string {
	if name == "one" || name == "two" || name == "global" || s.one(2) && kindOf(name) == 'd' {
		return s.tree(2)
	}
	return s.value(kindOf(name), 2)
}

// values writes a file of values: most of the names, with globals and tags now
// and then.
func (s *source) values() string {
	text := ""
	for _, name := range names('v') {
		if !s.one(6) {
			text += name + ": " + s.top(name) + "\n"
		}
	}
	if s.one(2) {
		text += "global: " + s.tree(1) + "\n"
	}
	if s.one(6) {
		text += "tags: {front: " + pick(s, []string{"true", "false", "null", "text"}) + "}\n"
	}
	if s.one(12) {
		text += "---\nmap: " + s.tree(1) + "\n"
	}
	return text
}

// override writes a file of values that a user gives, of a few names.
func (s *source) override() string {
	text := ""
	for _, name := range some(s, append(names('v'), "global")) {
		if s.one(2) {
			text += name + ": " + s.top(name) + "\n"
		}
	}
	return text
}

// set writes arguments of the --set family.
func (s *source) set() []string {
	var args []string
	for range s.below(3) {
		path := ""
		for s.one(2) {
			path += pick(s, names('d')) + "."
		}
		name := pick(s, names('v'))
		path += name
		value := pick(s, []string{"1", "null", "true", "text", "{x,y}", "", "007", "1.5", "{}", "1000000", "a\\,b"})
		switch kind := kindOf(name); {
		case kind == 'd':
			args = append(args, "--set", path+"."+pick(s, names('v'))+"="+value)
		case kind == 'l' && s.one(2):
			args = append(args, "--set", path+"[1]="+value)
		case s.one(5):
			args = append(args, "--set-string", path+"="+value)
		case s.one(6):
			text, err := json.Marshal(map[string]any{"v": value, "n": nil, "l": []any{1, 1.5}})
			if err == nil {
				args = append(args, "--set-json", fmt.Sprintf("%s=%s", path, text))
			}
		default:
			args = append(args, "--set", path+"="+value)
		}
	}
	return args
}
