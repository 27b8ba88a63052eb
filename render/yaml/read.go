package yaml

import (
	library "sigs.k8s.io/yaml"
)

// Unmarshal reads YAML into *out as the library does into a map or a list:
// numbers become float64. What it wants of out is in the library's hands.
func Unmarshal[T map[string]any | []any](text string, out *T) error {
	if root, ok := read(text, nil); ok {
		if found, ok := root.(T); ok {
			*out = found
			return nil
		}
	}
	return library.Unmarshal([]byte(text), out)
}

// Fields returns the values of the given keys at the top of a document, ok false
// when only the library can tell. Then it is uncertain whether text is YAML at
// all; otherwise the library reads it without an error. A key that is absent is
// absent in the result; keys that differ from a wanted one in case alone, which
// JSON would take for it, are for the library too.
func Fields(text string, wanted []string) (found map[string]any, ok bool) {
	root, ok := read(text, wanted)
	found, isMap := root.(map[string]any)
	return found, ok && isMap
}
