package render

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/helm-dm/helm-dm/render/document"
)

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

// sortOut reads the rendered files and parts manifests from hooks, each in the
// order of kinds.
func sortOut(texts map[string]string) (manifests []Manifest, hooks []Hook, err error) {
	for _, path := range sortedKeys(texts) {
		for _, text := range document.Split(texts[path]) {
			head, err := document.ReadHead(text)
			if err != nil {
				return nil, nil, &Error{Chart: document.ChartOf(path), Template: path, Message: err.Error()}
			}
			m := Manifest{path, text, head.APIVersion, head.Kind, head.Name, head.Namespace}
			if _, isHook := head.Annotations[hookAnnotation]; !isHook {
				manifests = append(manifests, m)
			} else if hook, ok := newHook(m, head.Annotations); ok {
				hooks = append(hooks, hook)
			}
		}
	}
	order := document.InstallOrder()
	slices.SortStableFunc(manifests, func(a, b Manifest) int { return order.Compare(a.Kind, b.Kind) })
	slices.SortStableFunc(hooks, func(a, b Hook) int { return order.Compare(a.Kind, b.Kind) })
	return manifests, hooks, nil
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

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
