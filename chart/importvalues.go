package chart

import (
	"fmt"
	"strings"

	"github.com/helm-dm/helm-dm/chart/fault"
	"github.com/helm-dm/helm-dm/chart/values"
)

// importAll completes the defaults of c, and of the charts below it first, with
// what they import from their subcharts (S9).
func (c *Chart) importAll(left *room) (*Chart, error) {
	out := *c
	out.dependencies = make([]*Chart, len(c.dependencies))
	for i, sub := range c.dependencies {
		done, err := sub.importAll(left)
		if err != nil {
			return nil, err
		}
		out.dependencies[i] = done
	}
	if c.metadata.Dependencies == nil {
		return &out, nil
	}
	return &out, out.importValues(left)
}

// importValues replaces the defaults of c, which is the caller's own.
func (c *Chart) importValues(left *room) error {
	filler := values.Filler{KeepNull: true}
	completed := map[string]any{}
	if err := c.complete(completed, filler, ""); err != nil {
		return err
	}
	imported := map[string]any{}
	c.metadata = c.metadata.clone()
	for _, d := range c.metadata.Dependencies {
		var understood []any
		for _, entry := range d.ImportValues {
			child, parent, ok := importPaths(entry)
			if !ok {
				continue
			}
			if strings.Count(parent, ".") > values.MaxNesting {
				return fault.Invalid("dependency %q: import-values: a parent is nested more than %d deep", d.Name, values.MaxNesting)
			}
			understood = append(understood, map[string]any{"child": child, "parent": parent})
			if found, ok := values.Table(completed, d.Name+"."+child); ok {
				if err := left.takeValues(found); err != nil {
					return err
				}
				filler.Fill(imported, values.Nest(parent, values.Copy(found)))
			}
		}
		d.ImportValues = understood
	}
	filler.Fill(completed, imported)
	c.values = completed
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
