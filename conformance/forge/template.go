package forge

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// script writes templates.
type script struct {
	*source
	functions []signature
	helpers   []string // what include and template may call
	variables int      // $v0, $v1 … are set
}

// expression writes something of the wanted kind (see signature), mostly; depth
// bounds how calls nest.
func (s *script) expression(kind byte, depth int) string {
	if s.one(400) {
		kind = pick(s.source, []byte("sinbldv"))
	}
	if depth == 0 || s.one(3) {
		return s.leaf(kind)
	}
	if kind == 'l' && s.one(8) {
		return "(keys " + s.expression('d', depth-1) + " | sortAlpha)"
	}
	fitting := slices.DeleteFunc(slices.Clone(s.functions), func(f signature) bool { return f.give != kind })
	if len(fitting) == 0 {
		return s.leaf(kind)
	}
	return "(" + s.call(pick(s.source, fitting), depth-1) + ")"
}

// call writes a call, now and then with the last argument piped in.
func (s *script) call(f signature, depth int) string {
	args := make([]string, len(f.args))
	for i := range args {
		args[i] = s.expression(f.args[i], depth)
	}
	if last := len(args) - 1; last >= 0 && s.one(4) {
		return strings.TrimSpace(args[last] + " | " + f.name + " " + strings.Join(args[:last], " "))
	}
	return f.name + " " + strings.Join(args, " ")
}

// leaf writes a literal or something that the template was given.
func (s *script) leaf(kind byte) string {
	if kind == 'v' || kind != 'i' && s.one(2) {
		return s.given(kind)
	}
	switch kind {
	case 'i':
		return pick(s.source, []string{"0", "1", "2", "3", "-1", "7", "10"})
	case 'n':
		return pick(s.source, []string{"0.5", "1.0", "-2.25", "1e6", "3", "1e21", "-7"})
	case 'b':
		return pick(s.source, []string{"true", "false"})
	case 'l':
		return pick(s.source, []string{"(list)", "(list 1 2 3)", `(list "b" "a" nil)`, "(list 1.5 true (dict))"})
	case 'd':
		return pick(s.source, []string{"(dict)", `(dict "a" 1)`, "$.Values", `(dict "b" (dict "c" nil) "n" 1e6)`, "$.Values.global"})
	}
	return strconv.Quote(pick(s.source, []string{
		"", "a", "b", "c", "a b", "A-b_C", "1", "1.5", "true", "a,b", "a: 1", "- a", "[1, null]", `{"a": 1}`, "aGk=", "^a.*", "%s", "%d|%v",
		"v1.2.3", ">=1.2", "<&>\"'", "é😀", "a\nb", "\t", "x", "text", "map", "<no value>", "{{ .Release.Name }}", "{{ .Values.a }}", "http://u@h/p?q#f", "n = 1",
	}))
}

// given writes a path into what the template was given, to what is mostly of the
// kind.
func (s *script) given(kind byte) string {
	root := "$"
	if s.one(100) {
		root = "."
	}
	switch {
	case kind == 'v' && s.variables > 0 && s.one(2):
		return "$v" + strconv.Itoa(s.below(s.variables))
	case kind == 'v' && s.one(12):
		return "$.Values" // not the root itself: it holds pointers
	}
	prefix := strings.TrimSuffix(root, ".") + "."
	if kind == 's' && s.one(3) || kind == 'v' && s.one(8) {
		return prefix + pick(s.source, []string{
			"Release.Name", "Chart.Name", "Chart.Version", "Template.Name", "Capabilities.KubeVersion.Version", "Template.BasePath",
		})
	}
	if kind == 'v' && s.one(8) {
		return prefix + pick(s.source, []string{"Chart.Absent", "Values", "Release.IsUpgrade", "Release.Revision", "Chart.IsRoot", "Subcharts"})
	}
	path := prefix + "Values"
	for s.one(4) {
		path += "." + pick(s.source, names('d'))
	}
	return s.careful(kind, path+"."+pick(s.source, names(kind)))
}

// careful makes sure that what path leads to is of the kind, but not always.
func (s *script) careful(kind byte, path string) string {
	if s.one(40) {
		return path
	}
	if parts := strings.Split(path, "."); len(parts) > 3 { // nothing within nothing is no failure
		path = strings.Repeat("(", len(parts)-3) + parts[0] + "." + parts[1] + "." + parts[2]
		for _, part := range parts[3:] {
			path += ")." + part
		}
	}
	switch kind {
	case 's':
		return "(toString " + path + ")"
	case 'l':
		return "(ternary " + path + ` (list) (kindIs "slice" ` + path + "))"
	case 'd':
		return "(ternary " + path + ` (dict) (kindIs "map" ` + path + "))"
	}
	return path
}

// text writes what a template is made of: at most depth blocks within blocks.
func (s *script) text(depth int) string {
	var out strings.Builder
	outer := s.variables
	for range 1 + s.below(5) {
		out.WriteString(s.piece(depth))
	}
	s.variables = outer // a variable ends with its block
	return out.String()
}

func (s *script) piece(depth int) string {
	if depth > 0 && s.one(3) {
		return s.block(depth - 1)
	}
	open, shut := pick(s.source, []string{"{{ ", "{{- "}), pick(s.source, []string{" }}", " -}}"})
	switch s.below(9) {
	case 0:
		return pick(s.source, []string{"plain\n", " ", "\n\n", "<no value>", "# comment\n", "{{/* nothing */}}", "\t", "a: \"b\"\n"})
	case 1:
		value := s.expression(pick(s.source, []byte("sildv")), 2)
		s.variables++
		return fmt.Sprintf("%s$v%d := %s%s", open, s.variables-1, value, shut)
	case 2:
		return fmt.Sprintf("%sinclude %q %s%s\n", open, pick(s.source, s.helpers), s.context(), shut)
	case 3:
		return fmt.Sprintf("%stemplate %q %s%s\n", open, pick(s.source, s.helpers), s.context(), shut)
	case 4:
		return fmt.Sprintf("%stpl %s %s%s\n", open, s.tpl(), s.context(), shut)
	case 5:
		name := pick(s.source, names('v'))
		return fmt.Sprintf("%sset %s %q %s | len%s\n", open, pick(s.source, []string{"$.Values", "$.Values", "$.Chart", "$.Release"}),
			name, s.expression(kindOf(name), 1), shut)
	case 6:
		if s.one(20) {
			return fmt.Sprintf("%srequired %q %s%s", open, "a message", s.given('v'), shut)
		}
	}
	return fmt.Sprintf("x: %s%s%s\n", open, s.expression(pick(s.source, []byte("sinbldvs")), 3), shut)
}

// block writes an if, with or range.
func (s *script) block(depth int) string {
	kind := pick(s.source, []string{"if", "with", "range"})
	var condition string
	if kind == "range" {
		condition = s.expression(pick(s.source, []byte("ld")), 1)
		if s.one(3) {
			s.variables += 2
			condition = fmt.Sprintf("$v%d, $v%d := %s", s.variables-2, s.variables-1, condition)
			defer func(n int) { s.variables = n - 2 }(s.variables)
		}
	} else {
		condition = s.expression(pick(s.source, []byte("bbvs")), 2)
	}
	out := "{{- " + kind + " " + condition + " }}" + s.text(depth)
	if s.one(3) {
		out += "{{- else }}" + s.text(depth)
	}
	return out + "{{- end }}"
}

// context is what an include or tpl is mostly given.
func (s *script) context() string {
	return pick(s.source, []string{"$", "$", "$", "$", "$", "$", "(merge (dict \"extra\" 1) $)"})
}

// tpl writes the text of a tpl: one of the values, or a template in quotes.
func (s *script) tpl() string {
	if s.one(3) {
		return "(toString " + s.given('s') + ")"
	}
	outer := s.variables
	s.variables = 0 // those outside are not seen
	defer func() { s.variables = outer }()
	text := s.text(0)
	if s.one(4) {
		text = `{{ define "inner" }}` + text + `{{ end }}{{ include "inner" . }}`
	}
	return strconv.Quote(text)
}
