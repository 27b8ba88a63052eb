package parameter

import (
	"slices"
	"strings"
)

// maxAllowed is how many allowed values are told.
const maxAllowed = 200

// kind returns the types that s allows, empty when it does not say.
func (s schema) kind() string {
	switch kind := s.node["type"].(type) {
	case string:
		return line(kind)
	case []any:
		var words []string
		for _, word := range kind {
			switch word := word.(type) {
			case string:
				words = append(words, line(word))
			case nil: // null, written in YAML without quotes
				words = append(words, "null")
			}
		}
		return strings.Join(words, "|")
	}
	for _, keyword := range []string{"anyOf", "oneOf"} {
		if kind := s.choices(keyword); kind != "" {
			return kind
		}
	}
	if list, ok := s.node["enum"].([]any); ok {
		return kindsOf(list)
	}
	if len(s.table("properties")) > 0 {
		return "object"
	}
	return ""
}

// choices joins the types of the alternatives of s.
func (s schema) choices(keyword string) string {
	list, _ := s.node[keyword].([]any)
	var words []string
	for _, choice := range list[:min(len(list), maxMerge)] {
		node, _ := choice.(map[string]any)
		kind, _ := s.at(node).node["type"].(string)
		if kind != "" && !slices.Contains(words, kind) {
			words = append(words, line(kind))
		}
	}
	return strings.Join(words, "|")
}

func kindsOf(list []any) string {
	var words []string
	for _, value := range list {
		if kind := kindOf(value); kind != "" && !slices.Contains(words, kind) {
			words = append(words, kind)
		}
	}
	return strings.Join(words, "|")
}

// kindOf returns the type of a value, empty for null.
func kindOf(value any) string {
	switch value := value.(type) {
	case string:
		return "string"
	case bool:
		return "boolean"
	case float64:
		if value == float64(int64(value)) {
			return "integer"
		}
		return "number"
	case int, int64, uint64:
		return "integer"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	default:
		return ""
	}
}

// allowed returns which values s takes.
func (s schema) allowed() Allowed {
	out := Allowed{Range: s.bounds(), Pattern: line(s.text("pattern"))}
	list, _ := s.node["enum"].([]any)
	if value, ok := s.node["const"]; ok {
		list = []any{value}
	}
	for _, value := range list[:min(len(list), maxAllowed)] {
		out.Values = append(out.Values, inJSON(value))
	}
	return out
}

func (s schema) bounds() string {
	low, lowest := s.bound("minimum", "exclusiveMinimum")
	high, highest := s.bound("maximum", "exclusiveMaximum")
	switch {
	case low != "" && high != "" && !lowest && !highest:
		return low + ".." + high
	case low == "" && high == "":
		return ""
	}
	var parts []string
	if low != "" {
		parts = append(parts, sign(">", lowest)+low)
	}
	if high != "" {
		parts = append(parts, sign("<", highest)+high)
	}
	return strings.Join(parts, " and ")
}

func sign(sign string, exclusive bool) string {
	if exclusive {
		return sign + " "
	}
	return sign + "= "
}

// bound returns a limit and whether it is itself outside. Draft 4 has a
// boolean beside the limit where later drafts have a limit of its own.
func (s schema) bound(inclusive, exclusive string) (limit string, outside bool) {
	if kindOf(s.node[exclusive]) == "integer" || kindOf(s.node[exclusive]) == "number" {
		return inJSON(s.node[exclusive]), true
	}
	if kind := kindOf(s.node[inclusive]); kind == "integer" || kind == "number" {
		return inJSON(s.node[inclusive]), s.flag(exclusive)
	}
	return "", false
}
