package chart

import (
	"fmt"
	"strings"
)

// importAll completes the defaults of c, and of the charts below it first, with
// what they import from their subcharts (S9).
func (c *Chart) importAll() (*Chart, error) {
	out := *c
	out.dependencies = make([]*Chart, len(c.dependencies))
	for i, sub := range c.dependencies {
		done, err := sub.importAll()
		if err != nil {
			return nil, err
		}
		out.dependencies[i] = done
	}
	if c.metadata.Dependencies == nil {
		return &out, nil
	}
	return &out, out.importValues()
}

// importValues replaces the defaults of c, which is the caller's own.
func (c *Chart) importValues() error {
	merge := coalescer{keepNull: true}
	values := map[string]any{}
	if err := merge.chart(c, values, ""); err != nil {
		return err
	}
	imported := map[string]any{}
	c.metadata = c.metadata.clone()
	for _, d := range c.metadata.Dependencies {
		for i, entry := range d.ImportValues {
			child, parent, ok := importPaths(entry)
			if !ok {
				continue
			}
			if strings.Count(parent, ".") > maxNesting {
				return invalid("dependency %q: import-values: a parent is nested more than %d deep", d.Name, maxNesting)
			}
			if _, isMap := entry.(map[string]any); !isMap {
				d.ImportValues[i] = map[string]any{"child": child, "parent": parent}
			}
			if found, ok := table(values, d.Name+"."+child); ok {
				merge.tables(imported, nest(parent, copyMap(found)))
			}
		}
	}
	merge.tables(values, imported)
	c.values = values
	return nil
}

// importPaths reads an entry of import-values: where the values are in the
// child, and where they go in the parent.
func importPaths(entry any) (child, parent string, ok bool) {
	switch entry := entry.(type) {
	case map[string]any:
		return fmt.Sprint(entry["child"]), fmt.Sprint(entry["parent"]), true
	case string:
		return "exports." + entry, ".", true
	default:
		return "", "", false
	}
}

// nest returns a map with values at a dotted path, "." being the top.
func nest(path string, values map[string]any) map[string]any {
	if path == "." {
		return values
	}
	head, rest, nested := strings.Cut(path, ".")
	if nested {
		return map[string]any{head: nest(rest, values)}
	}
	return map[string]any{head: values}
}
