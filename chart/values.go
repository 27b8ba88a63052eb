package chart

import (
	"bytes"
	"errors"
	"regexp"
	"strings"

	"sigs.k8s.io/yaml"
)

// quotedValue finds the parts of a YAML error that may be text of the document.
var quotedValue = regexp.MustCompile("`[^`]*`|anchor '[^']*'|key: .*, value: .*")

// ParseValues reads a values file. Later documents override earlier ones as in
// MergeMaps. All numbers become float64 (S5). The result is never nil.
func ParseValues(text []byte) (map[string]any, error) {
	out := map[string]any{}
	documents, err := splitDocuments(bytes.TrimPrefix(text, []byte(byteOrderMark)))
	if err != nil {
		return nil, err
	}
	for _, document := range documents {
		var values map[string]any
		if err := yaml.Unmarshal(document, &values); err != nil {
			return nil, invalid("parsing values: %w", redact(err))
		}
		overlay(out, values)
	}
	return out, nil
}

// MergeMaps returns base with the entries of over laid on top: maps merge,
// everything else, nulls included, replaces. It shares nothing with the arguments.
func MergeMaps(base, over map[string]any) map[string]any {
	out := copyMap(base)
	overlay(out, copyMap(over))
	return out
}

// overlay is MergeMaps in place; over becomes part of into.
func overlay(into, over map[string]any) {
	for k, v := range over {
		below, isMap := into[k].(map[string]any)
		if above, ok := v.(map[string]any); ok && isMap {
			overlay(below, above)
			continue
		}
		into[k] = v
	}
}

// splitDocuments cuts a YAML stream at the lines that begin with three dashes,
// behind which only a comment may stand.
func splitDocuments(text []byte) ([][]byte, error) {
	var documents [][]byte
	var current []byte
	number := 0
	for line := range bytes.Lines(text) {
		number++
		rest, marked := bytes.CutPrefix(line, []byte("---"))
		if !marked {
			current = append(current, line...)
			continue
		}
		if rest = bytes.TrimSpace(rest); len(rest) > 0 && rest[0] != '#' {
			return nil, invalid("parsing values: line %d: only a comment may follow the document separator ---", number)
		}
		documents = append(documents, current)
		current = nil
	}
	return append(documents, current), nil
}

// redact keeps the texts of a document out of the error about it.
func redact(err error) error {
	return errors.New(quotedValue.ReplaceAllString(err.Error(), "a value"))
}

// table returns the map at a dotted path, ok false when there is none.
func table(values map[string]any, path string) (found map[string]any, ok bool) {
	found = values
	for key := range strings.SplitSeq(path, ".") {
		found, ok = found[key].(map[string]any)
		if !ok {
			return nil, false
		}
	}
	return found, true
}

// lookup returns what is at a dotted path unless it is a map.
func lookup(values map[string]any, path string) (any, bool) {
	parent := values
	if i := strings.LastIndex(path, "."); i >= 0 {
		var ok bool
		if parent, ok = table(values, path[:i]); !ok {
			return nil, false
		}
		path = path[i+1:]
	}
	value, ok := parent[path]
	if _, isMap := value.(map[string]any); isMap {
		return nil, false
	}
	return value, ok
}
