package parameter

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/helm-dm/helm-dm/chart/parameter/comment"
)

// deprecatedPattern is how descriptions say so.
var deprecatedPattern = regexp.MustCompile(`^\W*(?i:deprecated)\b|\bDEPRECATED\b|\bDeprecated: `)

// parameter puts together what the schema, the comment and the value tell. The
// schema has the first word.
func (r *room) parameter(at spot, n comment.Note) Parameter {
	p := Parameter{
		Name:        at.name,
		Type:        first(at.schema.kind(), line(n.Type), kindOf(at.value)),
		Effective:   line(n.Effective),
		Description: first(line(at.schema.text("description")), text(n), line(at.schema.text("title"))),
		Allowed:     at.schema.allowed(),
		Section:     line(n.Section),
		Required:    at.required || at.schema.flag("required"),
		Secret:      at.secret,
	}
	p.Deprecated = at.schema.flag("deprecated") || isDeprecated(p.Description)
	if at.unset == 0 || at.value != nil {
		rest := maxText + 2
		p.Default = inJSON(r.open(at, &rest))
	}
	if at.secret {
		p.conceal(at.value)
	}
	return p
}

func isDeprecated(description string) bool {
	return strings.Contains(strings.ToLower(description), "deprecated") && deprecatedPattern.MatchString(description)
}

// text returns the words of a note on one line, or on those that are meant.
func text(n comment.Note) string {
	if n.Raw {
		return lines(n.Text)
	}
	return line(n.Text)
}

func first(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// conceal takes out of p what tells a secret, unless there is none to tell.
func (p *Parameter) conceal(value any) {
	text, isText := value.(string)
	if value == nil || isText && text == "" {
		return
	}
	p.Default, p.Allowed = "", Allowed{}
	if !isText || strings.Contains(p.Effective, line(text)) {
		p.Effective = ""
	}
}

// open returns a value in which the secrets are replaced, as far as it is going
// to be told: each part of a value takes two bytes of room at least.
func (r *room) open(at spot, room *int) any {
	switch value := at.value.(type) {
	case map[string]any:
		out := map[string]any{}
		for _, key := range slices.Sorted(maps.Keys(value)) {
			if *room -= 2; *room < 0 {
				break
			}
			below := spot{place: at.key(key, r.prefix), value: value[key], outline: at.outline.Key(key), schema: r.property(at, key), secret: at.secret}
			below.schema = below.schema.over(r.note(below).Schema)
			below.secret = r.secret(below)
			out[key] = r.open(below, room)
		}
		return out
	case []any:
		out := []any{}
		for i, child := range value {
			if *room -= 2; *room < 0 {
				break
			}
			out = append(out, r.open(spot{place: at.item(i), value: child, outline: at.outline.Item(i), schema: at.schema.items(), secret: at.secret}, room))
		}
		return out
	case string:
		if at.secret && value != "" {
			return masked
		}
		return value[:min(len(value), maxText+utf8.UTFMax)]
	default:
		if at.secret && value != nil {
			return masked
		}
		return value
	}
}
