package lint

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"sigs.k8s.io/yaml"
)

// separator begins a document, whatever follows it (S30).
var separator = regexp.MustCompile(`(?m)^---[ \t]*`)

// document is a part of what a template yields.
type document struct {
	text string
	line int // where it begins in the whole, from 1
}

// split returns the documents that hold more than space.
func split(text string) []document {
	var out []document
	start := 0
	for _, at := range append(separator.FindAllStringIndex(text, -1), []int{len(text), len(text)}) {
		own := strings.TrimRightFunc(text[start:at[0]], unicode.IsSpace)
		trimmed := strings.TrimLeftFunc(own, unicode.IsSpace)
		if trimmed != "" {
			begin := start + len(own) - len(trimmed)
			out = append(out, document{trimmed, 1 + strings.Count(text[:begin], "\n")})
		}
		start = at[1]
	}
	return out
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
	for _, d := range split(text) {
		if l.full() {
			return
		}
		l.document(t, d)
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

func (l *linter) document(t origin, d document) {
	var content any
	if err := yaml.Unmarshal([]byte(d.text), &content); err != nil {
		l.found(t, Error, d.line+lineOf([]byte(d.text), err)-1, "what it yields is no YAML: %s", reason(err))
		return
	}
	o, isMap := content.(map[string]any)
	switch {
	case content == nil:
		return // comments alone
	case !isMap:
		l.found(t, Error, d.line, "what it yields is no Kubernetes object: it is of type %s", typeOf(content))
		return
	}
	top := parse([]byte(d.text))
	line := func(keys ...string) int {
		at := top
		for _, key := range keys {
			at = at.field(key)
		}
		return d.line + max(at.line, 1) - 1
	}
	apiVersion, kind := fmt.Sprint(o["apiVersion"]), fmt.Sprint(o["kind"])
	metadata, isMap := o["metadata"].(map[string]any)
	if o["metadata"] != nil && !isMap {
		l.found(t, Error, line("metadata"), "metadata is of type %s", typeOf(o["metadata"]))
		return
	}
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
