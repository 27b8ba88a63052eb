package lint

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/helm-dm/helm-dm/render/document"
)

// split yields the documents of a text, each with the line where it begins.
func split(text string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		line, counted := 1, 0
		for begin, own := range document.Each(text) {
			line += strings.Count(text[counted:begin], "\n")
			counted = begin
			if !yield(line, own) {
				return
			}
		}
	}
}

// documents looks at what a template yields.
func (l *linter) documents(file, text string) {
	template, _ := l.file(file)
	t := origin{file: file, template: lines(string(template)), yielded: lines(text)}
	l.firstLine(t)
	for i, line := range t.yielded {
		rest, marked := strings.CutPrefix(line, "---")
		if rest = strings.TrimSpace(rest); marked && rest != "" && rest[0] != '#' {
			l.found(t, Error, i+1, "the separator --- should be alone in its line")
		}
	}
	for line, text := range split(text) {
		if l.full() {
			return
		}
		l.document(t, line, text)
	}
}

// firstLine looks at the indent of the first line. It gets lost, other than that
// of the lines below it, when the documents are taken apart.
func (l *linter) firstLine(t origin) {
	i := slices.IndexFunc(t.yielded, func(line string) bool { return line != "" })
	switch {
	case i < 0:
	case t.yielded[i][0] == '\t':
		l.found(t, Error, i+1, "the first line is indented with a tab, which YAML does not allow")
	case t.yielded[i][0] == ' ':
		l.found(t, Warning, i+1, "the first line is indented, and that indent gets lost")
	}
}

// document looks at one document, which begins in line first of what the
// template yields.
func (l *linter) document(t origin, first int, text string) {
	var content any
	if err := yaml.Unmarshal([]byte(text), &content); err != nil {
		l.found(t, Error, first+lineOf([]byte(text), err)-1, "what it yields is no YAML: %s", reason(err))
		return
	}
	o, isMap := content.(map[string]any)
	switch {
	case content == nil:
		return // comments alone
	case !isMap:
		l.found(t, Error, first, "what it yields is no Kubernetes object: it is of type %s", typeOf(content))
		return
	}
	top := parse([]byte(text))
	line := func(keys ...string) int {
		at := top
		for _, key := range keys {
			at = at.field(key)
		}
		return first + max(at.line, 1) - 1
	}
	apiVersion, kind := fmt.Sprint(o["apiVersion"]), fmt.Sprint(o["kind"])
	metadata, isMap := o["metadata"].(map[string]any)
	if o["metadata"] != nil && !isMap {
		l.found(t, Error, line("metadata"), "metadata is of type %s", typeOf(o["metadata"]))
		return
	}
	l.headless(t, o, line)
	l.repeated(t, o, line("metadata", "name"))
	if why := misnamed(kind, metadata); why != "" && kind != "List" {
		l.found(t, Warning, line("metadata", "name"), "%s", why)
	}
	if why := l.outdated(apiVersion, kind); why != "" {
		l.found(t, Warning, line("apiVersion"), "%s", why)
	}
	if needsSelector(kind) && !selects(o) {
		l.found(t, Error, line("spec", "selector"), "a %s needs spec.selector with matchLabels or matchExpressions", kind)
	}
	if strings.HasSuffix(kind, "List") && keepsItems(o) {
		l.found(t, Error, line("items"), "the annotation helm.sh/resource-policy has no effect within a list")
	}
}

func needsSelector(kind string) bool {
	return slices.Contains([]string{"Deployment", "ReplicaSet", "DaemonSet", "StatefulSet"}, kind)
}

// selects says whether a workload says which pods are its own.
func selects(o map[string]any) bool {
	_, labels := inside(o, "spec", "selector", "matchLabels").(map[string]any)
	_, expressions := inside(o, "spec", "selector", "matchExpressions").([]any)
	return labels || expressions
}

// keepsItems says whether an item of a list has a resource policy.
func keepsItems(o map[string]any) bool {
	items, _ := o["items"].([]any)
	return slices.ContainsFunc(items, func(item any) bool {
		return inside(item, "metadata", "annotations", "helm.sh/resource-policy") != nil
	})
}

// inside returns what is at a path of keys, nil where there is nothing.
func inside(value any, path ...string) any {
	for _, key := range path {
		fields, _ := value.(map[string]any)
		value = fields[key]
	}
	return value
}

func typeOf(value any) string {
	switch value.(type) {
	case []any:
		return "list"
	case map[string]any:
		return "map"
	case string:
		return "text"
	case bool:
		return "boolean"
	}
	return "number"
}
