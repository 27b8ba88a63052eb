package document

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	library "sigs.k8s.io/yaml"

	"github.com/helm-dm/helm-dm/render/yaml"
)

// Head is what decides over a document's place.
type Head struct {
	APIVersion  string
	Kind        string // empty for a document of comments only (S30)
	Name        string
	Namespace   string // as written, empty when it is no text
	Annotations map[string]string
}

// ReadHead reads the head of a document. Errors say in the terms of a manifest
// why it has none.
func ReadHead(document string) (Head, error) {
	if found, ok := quickHead(document); ok {
		return found, nil
	}
	return fullHead(document)
}

// fullHead lets the library read the document.
func fullHead(document string) (Head, error) {
	var read struct {
		APIVersion string `json:"apiVersion"`
		Kind       string `json:"kind"`
		Metadata   *struct {
			Name        string            `json:"name"`
			Namespace   any               `json:"namespace"`
			Annotations map[string]string `json:"annotations"`
		} `json:"metadata"`
	}
	if err := library.Unmarshal([]byte(document), &read); err != nil {
		return Head{}, misread(err)
	}
	out := Head{APIVersion: read.APIVersion, Kind: read.Kind}
	if m := read.Metadata; m != nil {
		out.Name, out.Annotations = m.Name, m.Annotations
		out.Namespace, _ = m.Namespace.(string)
	}
	return out, nil
}

// misread says in the terms of a manifest why a document has no head.
func misread(err error) error {
	if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) {
		if wrong.Field == "" {
			return errors.New("the output is YAML but no Kubernetes object: it is of type " + wrong.Value)
		}
		return fmt.Errorf("the output is YAML but no Kubernetes object: %s is of type %s", strings.Trim(wrong.Field, "."), wrong.Value)
	}
	return errors.New("the output is not YAML: " + strings.Join(strings.Fields(shown.ReplaceAllString(err.Error(), "${1}${2}a value")), " "))
}

// shown finds the parts of a YAML error that may be text of the document, which
// may be secret.
var shown = regexp.MustCompile("(?s)`[^`]*`|(anchor )'[^']*'|(?:key: .*, value: .*)|(map key: ).*")

// quickHead reads a document in the form that almost all have, ok false when it
// is another.
func quickHead(document string) (out Head, ok bool) {
	found, ok := yaml.Fields(document, []string{"apiVersion", "kind", "metadata"})
	if !ok || !isText(found["apiVersion"], &out.APIVersion) || !isText(found["kind"], &out.Kind) {
		return Head{}, false
	}
	metadata, isMap := found["metadata"].(map[string]any)
	if !isMap {
		return out, found["metadata"] == nil
	}
	for key := range metadata {
		if resembles(key, "name", "namespace", "annotations") {
			return Head{}, false
		}
	}
	out.Namespace, _ = metadata["namespace"].(string)
	return out, isText(metadata["name"], &out.Name) && areTexts(metadata["annotations"], &out.Annotations)
}

// resembles says whether JSON would take a key for one of names, which it is not.
func resembles(key string, names ...string) bool {
	return !slices.Contains(names, key) && slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(name, key) })
}

// isText stores a text, and says whether value is one or absent.
func isText(value any, to *string) bool {
	text, ok := value.(string)
	*to = text
	return ok || value == nil
}

// areTexts is isText for a map of them.
func areTexts(value any, to *map[string]string) bool {
	texts, ok := value.(map[string]any)
	if !ok {
		return value == nil
	}
	*to = make(map[string]string, len(texts))
	for key, text := range texts {
		if (*to)[key], ok = text.(string); !ok {
			return false
		}
	}
	return true
}
