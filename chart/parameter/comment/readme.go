package comment

import (
	"regexp"
	"strings"
)

// directivePattern is a line for the Bitnami readme generator.
var directivePattern = regexp.MustCompile(`^@(param|extra|skip|section)\s+(.*)$`)

// operandPattern is what follows: a path, perhaps modifiers, a description.
var operandPattern = regexp.MustCompile(`^(\S+)\s*(?:\[([^\]]*)\])?\s*(.*)$`)

// Readme are the remarks of a values.yaml that name the key that they are about
// and may stand anywhere in it. Paths are keys joined by dots, as they are and
// without quotes or escapes, and indexes in brackets.
type Readme struct {
	Notes   map[string]Note // by path
	Skipped map[string]bool // paths
	Extras  []string        // paths of what is no part of the values, in order
}

// readReadme reads the comments of a whole values.yaml, each the lines that
// stand together.
func readReadme(comments [][]string) Readme {
	r := Readme{Notes: map[string]Note{}, Skipped: map[string]bool{}}
	section := ""
	for _, comment := range comments {
		for i, text := range comment {
			if match := find(directivePattern, "@", text); match != nil {
				section = r.directive(match[1], match[2], section)
			} else if match := find(oldPattern, "--", text); match != nil {
				r.old(plain(match[1]), comment[i:])
			}
		}
	}
	return r
}

// find is pattern.FindStringSubmatch for a pattern that only matches where the
// mark is: most comments have none.
func find(pattern *regexp.Regexp, mark, text string) []string {
	if !strings.Contains(text, mark) {
		return nil
	}
	return pattern.FindStringSubmatch(text)
}

// directive reads one that stands in a section, and returns the section of
// those that follow.
func (r *Readme) directive(tag, rest, section string) string {
	match := operandPattern.FindStringSubmatch(rest)
	switch {
	case tag == "section" && strings.HasPrefix(rest, "-- "): // of helm-docs, for one key
		return section
	case tag == "section":
		return strings.TrimSpace(rest)
	case match == nil:
		return section
	case tag == "skip":
		r.Skipped[plain(match[1])] = true
		return section
	}
	path := plain(match[1])
	n := Note{Marked: true, Text: strings.TrimSpace(match[3]), Section: section}
	for modifier := range strings.SplitSeq(match[2], ",") {
		n.modify(strings.TrimSpace(modifier))
	}
	if _, known := r.Notes[path]; !known && tag == "extra" {
		r.Extras = append(r.Extras, path)
	}
	r.Notes[path] = n
	return section
}

func (n *Note) modify(modifier string) {
	key, value, _ := strings.Cut(modifier, ":")
	switch key {
	case "default":
		n.Effective = strings.TrimSpace(value)
	case "string", "array", "object", "boolean", "number", "integer":
		n.Type = key
	case "nullable":
		n.Type = strings.TrimPrefix(n.Type+"|null", "|")
	}
}

// old notes a description of helm-docs with its key before it, and the lines
// that go on with it.
func (r *Readme) old(path string, comments []string) {
	if _, known := r.Notes[path]; known {
		return
	}
	end := 1
	for end < len(comments) && !oldPattern.MatchString(comments[end]) && !markPattern.MatchString(comments[end]) {
		end++
	}
	var n Note
	n.describe(comments[:end])
	r.Notes[path] = n
}

// plain takes the quotes and escapes out of a path.
func plain(path string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(`"'\`, r) {
			return -1
		}
		return r
	}, path)
}
