package values

import "strings"

// Table returns the map at a dotted path, ok false when there is none.
func Table(values map[string]any, path string) (found map[string]any, ok bool) {
	found = values
	for key := range strings.SplitSeq(path, ".") {
		found, ok = found[key].(map[string]any)
		if !ok {
			return nil, false
		}
	}
	return found, true
}

// Lookup returns what is at a dotted path unless it is a map.
func Lookup(values map[string]any, path string) (any, bool) {
	parent := values
	if i := strings.LastIndex(path, "."); i >= 0 {
		var ok bool
		if parent, ok = Table(values, path[:i]); !ok {
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

// Nest returns a map with values at a dotted path, "." being the top.
func Nest(path string, values map[string]any) map[string]any {
	if path == "." {
		return values
	}
	head, rest, nested := strings.Cut(path, ".")
	if nested {
		return map[string]any{head: Nest(rest, values)}
	}
	return map[string]any{head: values}
}
