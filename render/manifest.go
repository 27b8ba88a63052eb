package render

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"sigs.k8s.io/yaml"
)

// separator begins a document: three dashes at the start of a line, whatever
// follows them (S30).
var separator = regexp.MustCompile(`(?m)^---[ \t]*`)

// annotations that make a hook of a manifest (S31, S43, S44).
const (
	hookAnnotation   = "helm.sh/hook"
	weightAnnotation = "helm.sh/hook-weight"
	deleteAnnotation = "helm.sh/hook-delete-policy"
	outputAnnotation = "helm.sh/hook-output-log-policy"
)

const (
	testEvent    = "test"
	oldTestEvent = "test-success" // what Helm 2 called test
)

// head is what decides over a document's place.
type head struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   *struct {
		Name        string            `json:"name"`
		Namespace   any               `json:"namespace"`
		Annotations map[string]string `json:"annotations"`
	} `json:"metadata"`
}

// split returns the documents of a rendered file that hold more than space.
func split(text string) []string {
	var out []string
	for _, document := range separator.Split(text, -1) {
		document = strings.TrimLeftFunc(document, unicode.IsSpace)
		if document != "" {
			out = append(out, document)
		}
	}
	return out
}

// sortOut reads the rendered files and parts manifests from hooks, each in the
// order of kinds.
func sortOut(texts map[string]string) (manifests []Manifest, hooks []Hook, err error) {
	for _, path := range sortedKeys(texts) {
		for _, document := range split(texts[path]) {
			m, annotations, err := readManifest(path, document)
			if err != nil {
				return nil, nil, err
			}
			if _, isHook := annotations[hookAnnotation]; !isHook {
				manifests = append(manifests, m)
			} else if hook, ok := newHook(m, annotations); ok {
				hooks = append(hooks, hook)
			}
		}
	}
	rank := installRanks()
	slices.SortStableFunc(manifests, func(a, b Manifest) int { return compareKinds(rank, a.Kind, b.Kind) })
	slices.SortStableFunc(hooks, func(a, b Hook) int { return compareKinds(rank, a.Kind, b.Kind) })
	return manifests, hooks, nil
}

func readManifest(path, document string) (Manifest, map[string]string, error) {
	m := Manifest{Path: path, Content: document}
	var h head
	if err := yaml.Unmarshal([]byte(document), &h); err != nil {
		return m, nil, &Error{Chart: chartOf(path), Template: path, Message: misread(err)}
	}
	m.APIVersion, m.Kind = h.APIVersion, h.Kind
	if h.Metadata == nil {
		return m, nil, nil
	}
	m.Name = h.Metadata.Name
	m.Namespace, _ = h.Metadata.Namespace.(string)
	return m, h.Metadata.Annotations, nil
}

// misread says in the terms of a manifest why a document has no head.
func misread(err error) string {
	if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) {
		if wrong.Field == "" {
			return "the output is YAML but no Kubernetes object: it is of type " + wrong.Value
		}
		return fmt.Sprintf("the output is YAML but no Kubernetes object: %s is of type %s", strings.Trim(wrong.Field, "."), wrong.Value)
	}
	return "the output is not YAML: " + oneLine(err.Error())
}

// newHook makes a hook of a manifest. One unknown event and the document is
// dropped, as Helm does (S31).
func newHook(m Manifest, annotations map[string]string) (Hook, bool) {
	events := list(annotations[hookAnnotation])
	if len(events) == 0 {
		return Hook{}, false
	}
	for i, event := range events {
		if event == oldTestEvent {
			events[i] = testEvent
		}
		if !isEvent(events[i]) {
			return Hook{}, false
		}
	}
	weight, _ := strconv.Atoi(annotations[weightAnnotation])
	return Hook{
		Manifest:          m,
		Events:            events,
		Weight:            weight,
		DeletePolicies:    list(annotations[deleteAnnotation]),
		OutputLogPolicies: list(annotations[outputAnnotation]),
	}, true
}

func isEvent(name string) bool {
	switch name {
	case "pre-install", "post-install", "pre-delete", "post-delete", "pre-upgrade", "post-upgrade",
		"pre-rollback", "post-rollback", testEvent:
		return true
	}
	return false
}

// list reads a comma-separated annotation.
func list(text string) []string {
	if text == "" {
		return nil
	}
	items := strings.Split(text, ",")
	for i, item := range items {
		items[i] = strings.ToLower(strings.TrimSpace(item))
	}
	return items
}
