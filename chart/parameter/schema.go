package parameter

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// maxMerge is how many schemas one may be made of through references and allOf.
const maxMerge = 64

// schema is a part of a values.schema.json. The zero value says nothing.
type schema struct {
	node map[string]any
	root map[string]any
	refs []string // followed to get here
	loop bool     // one of them was followed before: it contains itself
}

// readSchema reads a values.schema.json; it says nothing when it is no object.
func readSchema(text []byte) schema {
	var root map[string]any
	if json.Unmarshal(text, &root) != nil {
		return schema{}
	}
	return schema{node: root, root: root}.resolved()
}

// resolved returns s with the local references and the allOf at its top merged
// into it, what stands beside them winning.
func (s schema) resolved() schema {
	room := maxMerge
	return s.merged(&room)
}

func (s schema) merged(room *int) schema {
	out := schema{node: map[string]any{}, root: s.root, refs: slices.Clip(s.refs)}
	if *room--; *room < 0 {
		return out
	}
	if ref, ok := s.node["$ref"].(string); ok {
		out.loop = slices.Contains(out.refs, ref)
		out.refs = append(out.refs, ref)
		out.under(schema{node: s.find(ref), root: s.root, refs: out.refs}.merged(room))
	}
	parts, _ := s.node["allOf"].([]any)
	for _, part := range parts {
		if node, ok := part.(map[string]any); ok {
			out.under(schema{node: node, root: s.root, refs: out.refs}.merged(room))
		}
	}
	properties := out.table("properties")
	maps.Copy(out.node, s.node)
	if len(properties) > 0 {
		properties = maps.Clone(properties)
		maps.Copy(properties, s.table("properties"))
		out.node["properties"] = properties
	}
	return out
}

// under adds what another schema says and s does not.
func (s *schema) under(other schema) {
	for key, value := range other.node {
		if _, ok := s.node[key]; !ok {
			s.node[key] = value
		}
	}
	s.loop = s.loop || other.loop
	for _, ref := range other.refs {
		if !slices.Contains(s.refs, ref) {
			s.refs = append(s.refs, ref)
		}
	}
}

// find returns what a local reference (RFC 6901 in a fragment) leads to.
func (s schema) find(ref string) map[string]any {
	pointer, ok := strings.CutPrefix(ref, "#")
	if !ok {
		return nil
	}
	node := s.root
	for token := range strings.SplitSeq(strings.Trim(pointer, "/"), "/") {
		if token == "" {
			continue
		}
		if decoded, err := url.PathUnescape(token); err == nil {
			token = decoded
		}
		token = strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
		node, _ = node[token].(map[string]any)
	}
	return node
}

// property returns the schema of a key, ok false when there is none.
func (s schema) property(key string) (schema, bool) {
	node, ok := s.table("properties")[key].(map[string]any)
	if !ok {
		node, ok = s.node["additionalProperties"].(map[string]any)
	}
	return s.at(node), ok
}

// items returns the schema of the elements of a list.
func (s schema) items() schema { return s.at(s.table("items")) }

func (s schema) at(node map[string]any) schema {
	if node == nil {
		return schema{root: s.root, refs: s.refs}
	}
	return schema{node: node, root: s.root, refs: s.refs}.resolved()
}

// over returns s completed with what other says.
func (s schema) over(other map[string]any) schema {
	if len(other) == 0 {
		return s
	}
	node := maps.Clone(other)
	maps.Copy(node, s.node)
	return schema{node: node, root: s.root, refs: s.refs, loop: s.loop}
}

func (s schema) table(keyword string) map[string]any {
	table, _ := s.node[keyword].(map[string]any)
	return table
}

func (s schema) text(keyword string) string {
	text, _ := s.node[keyword].(string)
	return text
}

func (s schema) flag(keyword string) bool {
	on, _ := s.node[keyword].(bool)
	return on
}

// requires says whether a key must be there.
func (s schema) requires(key string) bool {
	list, _ := s.node["required"].([]any)
	return slices.Contains(list, any(key))
}
