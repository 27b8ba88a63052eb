package values

import (
	"bytes"
	"errors"
	"regexp"

	"sigs.k8s.io/yaml"

	"github.com/helm-dm/helm-dm/chart/fault"
)

const byteOrderMark = "\xef\xbb\xbf"

// maxDocuments bounds a stream: each document costs some KiB to read.
const maxDocuments = 10_000

// quotedValue finds the parts of a YAML error that may be text of the document.
var quotedValue = regexp.MustCompile("`[^`]*`|anchor '[^']*'|(?s:invalid map key: .*)|(?s:key: .*, value: .*)")

// Parse reads a values file. Later documents override earlier ones as in
// Overlay. All numbers become float64 (S5). The result is never nil.
func Parse(text []byte) (map[string]any, error) {
	out := map[string]any{}
	documents, err := splitDocuments(bytes.TrimPrefix(text, []byte(byteOrderMark)))
	if err != nil {
		return nil, err
	}
	for _, document := range documents {
		var values map[string]any
		if err := yaml.Unmarshal(document, &values); err != nil {
			return nil, fault.Invalid("parsing values: %w", redact(err))
		}
		lay(out, values)
	}
	return out, nil
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
			return nil, fault.Invalid("parsing values: line %d: only a comment may follow the document separator ---", number)
		}
		if documents = append(documents, current); len(documents) > maxDocuments {
			return nil, fault.TooLarge("parsing values: line %d: there are more than %d documents", number, maxDocuments)
		}
		current = nil
	}
	return append(documents, current), nil
}

// redact keeps the texts of a document out of the error about it.
func redact(err error) error {
	return errors.New(quotedValue.ReplaceAllString(err.Error(), "a value"))
}
