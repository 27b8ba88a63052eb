package lint

import (
	"maps"
	"slices"
	"strings"
)

// headless finds what keeps an object from being sent to Kubernetes at all. Those
// are warnings, since Helm's lint says nothing of them. The lines are those of its
// fields.
func (l *linter) headless(t origin, o map[string]any, line func(...string) int) {
	for _, key := range []string{"apiVersion", "kind"} {
		if o[key] == nil || o[key] == "" {
			l.found(t, Warning, line(key), "%s is missing", key)
		}
	}
	l.texts(t, "", o, line, "apiVersion", "kind")
	metadata, _ := o["metadata"].(map[string]any)
	within := func(keys ...string) int { return line(append([]string{"metadata"}, keys...)...) }
	l.texts(t, "metadata.", metadata, within, "name", "generateName", "namespace")
	for _, key := range []string{"labels", "annotations"} {
		fields, isMap := metadata[key].(map[string]any)
		if metadata[key] != nil && !isMap {
			l.found(t, Warning, within(key), "metadata.%s is of type %s", key, typeOf(metadata[key]))
		}
		below := func(keys ...string) int { return within(append([]string{key}, keys...)...) }
		l.texts(t, "metadata."+key+".", fields, below, slices.Sorted(maps.Keys(fields))...)
	}
}

// texts finds fields of the object at path that have to be texts and are not.
func (l *linter) texts(t origin, path string, o map[string]any, line func(...string) int, keys ...string) {
	for _, key := range keys {
		if _, isText := o[key].(string); !isText && o[key] != nil {
			l.found(t, Warning, line(key), "%s%s is of type %s, and has to be a text: write it in quotes", path, key, typeOf(o[key]))
		}
	}
}

// identify returns what only one object can have in a cluster: group, kind, namespace,
// name. It is empty for hooks, which come and go, and for what has no name yet.
func (l *linter) identify(o map[string]any) string {
	apiVersion, _ := o["apiVersion"].(string)
	kind, _ := o["kind"].(string)
	name, _ := inside(o, "metadata", "name").(string)
	if name == "" || kind == "" || inside(o, "metadata", "annotations", "helm.sh/hook") != nil {
		return ""
	}
	namespace, _ := inside(o, "metadata", "namespace").(string)
	if namespace == "" {
		namespace = l.Namespace
	}
	group, _, grouped := strings.Cut(apiVersion, "/")
	if !grouped {
		group = ""
	}
	return strings.Join([]string{group, kind, namespace, name}, "\x00")
}

// repeated finds an object that came before.
func (l *linter) repeated(t origin, o map[string]any, line int) {
	id := l.identify(o)
	if id == "" {
		return
	}
	if file, again := l.seen[id]; again {
		l.found(t, Warning, line, "the same object comes twice, in %s too: only one of them can be installed", file)
		return
	}
	l.seen[id] = t.file
}
