package lint

import (
	"encoding/json"
	"errors"
	"strings"
)

// misread words an error of the YAML library.
func misread(err error) string {
	if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) {
		if wrong.Field == "" {
			return "it should hold keys and values, and is of type " + wrong.Value
		}
		return strings.Trim(wrong.Field, ".") + " is of the wrong type: " + wrong.Value
	}
	return "it is no YAML: " + reason(err)
}

// reason is what an error of the YAML library says, without the line and without
// texts of the document, which may be secret.
func reason(err error) string {
	text := err.Error()
	if i := strings.LastIndex(text, "yaml: "); i >= 0 {
		text = text[i+len("yaml: "):]
	}
	text = linePrefix.ReplaceAllString(text, "")
	switch {
	case strings.HasPrefix(text, "invalid map key"):
		return "a key is a map or a list: braces have to be in quotes"
	case strings.Contains(text, "anchor"):
		return "it refers to an anchor that is not there, or to itself"
	case strings.Contains(text, "cannot unmarshal"):
		return "it should hold keys and values"
	}
	return text
}

// blame is the line of the field that an error is about, else the error's own.
func blame(text []byte, top place, err error) int {
	wrong := (*json.UnmarshalTypeError)(nil)
	if !errors.As(err, &wrong) {
		return lineOf(text, err)
	}
	at := top
	for key := range strings.SplitSeq(strings.Trim(wrong.Field, "."), ".") {
		at = at.field(key)
	}
	return at.line
}
