package apply

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/yaml"

	"github.com/helm-dm/helm-dm/kube"
)

// Manifest is one rendered YAML document and the template it came from.
type Manifest struct {
	Path    string
	Content string
}

// Decode reads objects from rendered documents. Empty documents are left out,
// lists are taken apart. All that is wrong is reported at once; the error
// matches ErrInvalid.
func Decode(manifests []Manifest) ([]*unstructured.Unstructured, error) {
	var objects []*unstructured.Unstructured
	var wrong []error
	for _, m := range manifests {
		found, err := decode(m.Content)
		if err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", m.Path, err))
		}
		objects = append(objects, found...)
	}
	if len(wrong) > 0 {
		return nil, fmt.Errorf("%w: %w", ErrInvalid, errors.Join(wrong...))
	}
	return objects, nil
}

func decode(content string) ([]*unstructured.Unstructured, error) {
	text, err := yaml.YAMLToJSON([]byte(content))
	if err != nil {
		return nil, err
	}
	var fields map[string]any
	if err := json.Unmarshal(text, &fields); err != nil { // keeps integers whole
		return nil, errors.New("the document is no object")
	}
	if len(fields) == 0 {
		return nil, nil
	}
	object := &unstructured.Unstructured{Object: fields}
	if !object.IsList() {
		return []*unstructured.Unstructured{object}, check(object)
	}
	var objects []*unstructured.Unstructured
	err = object.EachListItem(func(item runtime.Object) error {
		element, ok := item.(*unstructured.Unstructured)
		if !ok {
			return fmt.Errorf("an item of %s is no object", object.GetKind())
		}
		objects = append(objects, element)
		return check(element)
	})
	return objects, err
}

func check(object *unstructured.Unstructured) error {
	switch {
	case object.GetAPIVersion() == "":
		return errors.New("apiVersion is missing")
	case object.GetKind() == "":
		return errors.New("kind is missing")
	}
	if err := checkText(object, "name"); err != nil {
		return err
	}
	if object.GetName() == "" {
		return fmt.Errorf("%s has no metadata.name", object.GetKind())
	}
	return errors.Join(checkText(object, "namespace"), checkTexts(object, "labels"), checkTexts(object, "annotations"))
}

// checkText wants a metadata field to be text. What is of another type reads as
// absent, and would be lost without a word.
func checkText(object *unstructured.Unstructured, field string) error {
	value, _, _ := unstructured.NestedFieldNoCopy(object.Object, "metadata", field)
	return text(object, field, value)
}

// checkTexts wants the same of all values of a map: one of another type makes
// the whole map read as absent.
func checkTexts(object *unstructured.Unstructured, field string) error {
	value, _, _ := unstructured.NestedFieldNoCopy(object.Object, "metadata", field)
	entries, ok := value.(map[string]any)
	if !ok && value != nil {
		return fmt.Errorf("%s: metadata.%s is no map", kube.RefOf(object), field)
	}
	var wrong []error
	for _, key := range slices.Sorted(maps.Keys(entries)) {
		wrong = append(wrong, text(object, fmt.Sprintf("%s[%q]", field, key), entries[key]))
	}
	return errors.Join(wrong...)
}

func text(object *unstructured.Unstructured, field string, value any) error {
	switch value.(type) {
	case nil, string:
		return nil
	}
	return fmt.Errorf("%s: metadata.%s is no text; quote it", kube.RefOf(object), field)
}
