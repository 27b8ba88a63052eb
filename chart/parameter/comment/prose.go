package comment

import (
	"regexp"
	"strings"
)

var (
	// rulePattern is a line that only divides.
	rulePattern = regexp.MustCompile(`^[-=*#~_+.\s]*$`)
	// entryPattern is a line that would be an entry of a map, in a list perhaps.
	entryPattern = regexp.MustCompile(`^(?:- )*["']?([A-Za-z_$][\w./$-]*)["']?:(?:\s+(.*))?$`)
	// stockPattern is what stands at the top of most values files.
	stockPattern = regexp.MustCompile(`^(?:Default values for \S+\.?|This is a YAML-formatted file\.?|Declares? (?:variables|name/value pairs) to be passed into your templates\.?)$`)
	// leadPattern announces an example.
	leadPattern = regexp.MustCompile(`(?i)(?::|example|e\.g\.|i\.e\.)\s*$`)
)

// prose returns what a plain comment says in words, without the entries that are
// commented out in it. Words below such entries count only when those above do
// not announce an example: the entries have the words above them then, and what
// comes last is about the key.
func prose(comment []string) string {
	var text []string
	code := false
	for _, raw := range comment {
		line := strings.TrimSpace(raw)
		switch {
		case rulePattern.MatchString(line), stockPattern.MatchString(line), strings.HasPrefix(line, "@"), strings.HasPrefix(line, "+docs:"):
		case isEntry(line), code && strings.HasPrefix(raw, " "):
			code = true
		case code && !announces(text):
			text, code = []string{line}, false
		default:
			text, code = append(text, line), false
		}
	}
	return strings.Join(text, " ")
}

func announces(text []string) bool {
	return len(text) > 0 && leadPattern.MatchString(text[len(text)-1])
}

// isEntry says whether a line is commented-out YAML rather than a sentence with
// a colon in it.
func isEntry(line string) bool {
	match := entryPattern.FindStringSubmatch(line)
	if match == nil {
		return false
	}
	key, value := match[1], strings.TrimSpace(match[2])
	switch strings.ToLower(key) {
	case "ref", "refs", "note", "notes", "see", "example", "examples", "default", "defaults", "warning", "todo", "important", "deprecated", "e.g", "i.e", "eg", "tip", "hint", "caution", "optional", "required", "supported", "options", "possible", "http", "https":
		return strings.HasPrefix(line, "- ")
	}
	switch {
	case value == "":
		return strings.ToLower(key[:1]) == key[:1]
	case strings.ContainsAny(value[:1], `"'{[|>&*`):
		return true
	}
	return len(strings.Fields(value)) <= 2
}
