package comment

import (
	"maps"
	"regexp"
	"strings"

	"sigs.k8s.io/yaml"
)

// fence begins and ends a schema of several lines in a comment.
const fence = "@schema"

// inlinePattern is a schema in one line: @schema type:string;enum:[a,b]
var inlinePattern = regexp.MustCompile(`@schema\s+(\S.*)$`)

// maxInline is how many keywords a schema in one line may have.
const maxInline = 100

// takeSchema parts the schema that a comment holds from the rest of it.
func takeSchema(comment []string) (rest []string, schema map[string]any) {
	schema = map[string]any{}
	var block []string
	open := ""
	for _, line := range comment {
		mark := strings.TrimSpace(line)
		switch {
		case open != "" && mark == open:
			if open == fence {
				addBlock(schema, block)
			}
			open, block = "", nil
		case open != "":
			block = append(block, line)
		case mark == fence, mark == fence+".root":
			open = mark
		default:
			text, inline := takeInline(line)
			maps.Copy(schema, inline)
			if inline == nil || text != "" {
				rest = append(rest, text)
			}
		}
	}
	return rest, schema
}

// takeInline does the same for one line.
func takeInline(comment string) (rest string, schema map[string]any) {
	if !strings.Contains(comment, fence) {
		return comment, nil
	}
	match := inlinePattern.FindStringSubmatchIndex(comment)
	if match == nil {
		return comment, nil
	}
	schema = map[string]any{}
	for _, part := range strings.SplitN(comment[match[2]:], ";", maxInline) {
		key, text, valued := strings.Cut(strings.TrimSpace(part), ":")
		key = strings.TrimSpace(key)
		switch {
		case key == "":
		case !valued:
			schema[key] = true
		default:
			schema[key] = inlineValue(strings.TrimSpace(text))
		}
	}
	return strings.TrimRight(comment[:match[0]], " #"), schema
}

// inlineValue reads a value of an inline schema; what is not YAML is a text.
func inlineValue(text string) any {
	var value any
	if yaml.Unmarshal([]byte(text), &value) != nil {
		return text
	}
	return value
}

func addBlock(schema map[string]any, block []string) {
	var table map[string]any
	if yaml.Unmarshal([]byte(strings.Join(block, "\n")), &table) == nil {
		maps.Copy(schema, table)
	}
}
