package render

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/helm-dm/helm-dm/chart"
)

// unit is one template of one chart of the tree.
type unit struct {
	name  string // path from the root chart
	base  string // the path of the chart's templates folder
	text  string
	scope Values // the root object, shared by all templates of the chart (S19)
}

// partial says whether the unit is only parsed, for what it defines (S20).
func (u unit) partial() bool { return strings.HasPrefix(path.Base(u.name), "_") }

// world is what all charts of a tree see alike.
type world struct {
	release      map[string]any
	capabilities *Capabilities
	units        []unit
}

func newWorld(options Options) *world {
	release := options.Release
	capabilities := options.Capabilities
	return &world{
		capabilities: &capabilities,
		release: map[string]any{
			"Name":      release.Name,
			"Namespace": release.Namespace,
			"Revision":  release.Revision,
			"IsInstall": release.IsInstall,
			"IsUpgrade": release.IsUpgrade,
			"Service":   "Helm",
		},
	}
}

// add collects the templates of a chart and its subcharts and returns the
// chart's scope (S17). folder is the path of the chart itself.
func (w *world) add(c *chart.Chart, folder string, values Values, root bool) Values {
	subcharts := map[string]any{}
	scope := Values{
		"Chart":        chartScope(c.Metadata(), root),
		"Files":        newFiles(c.Files()),
		"Release":      w.release,
		"Capabilities": w.capabilities,
		"Values":       values,
		"Subcharts":    subcharts,
	}
	for _, sub := range c.Dependencies() {
		own, _ := values[sub.Name()].(map[string]any)
		if own == nil {
			own = map[string]any{}
		}
		subcharts[sub.Name()] = map[string]any(w.add(sub, folder+"/charts/"+sub.Name(), own, false))
	}
	for _, f := range c.Templates() {
		u := unit{name: path.Join(folder, f.Name), base: folder + "/templates", text: string(f.Data), scope: scope}
		if !c.IsLibrary() || u.partial() {
			w.units = append(w.units, u)
		}
	}
	return scope
}

// sorted returns the units in the order of parsing and executing: the deepest
// first, and among equals the last by name first (S19).
func (w *world) sorted() []unit {
	out := slices.Clone(w.units)
	slices.SortStableFunc(out, func(a, b unit) int {
		return cmp.Or(
			cmp.Compare(strings.Count(b.name, "/"), strings.Count(a.name, "/")),
			cmp.Compare(b.name, a.name),
		)
	})
	return out
}

// chartScope is the metadata as templates see it: by the names that its fields
// have in Go, so that a field that does not exist is merely empty (S17).
func chartScope(m *chart.Metadata, root bool) map[string]any {
	maintainers := make([]any, len(m.Maintainers))
	for i, p := range m.Maintainers {
		maintainers[i] = map[string]any{"Name": p.Name, "Email": p.Email, "URL": p.URL}
	}
	dependencies := make([]any, len(m.Dependencies))
	for i, d := range m.Dependencies {
		dependencies[i] = dependencyScope(d)
	}
	return map[string]any{
		"Name":         m.Name,
		"Home":         m.Home,
		"Sources":      anys(m.Sources),
		"Version":      m.Version,
		"Description":  m.Description,
		"Keywords":     anys(m.Keywords),
		"Maintainers":  maintainers,
		"Icon":         m.Icon,
		"APIVersion":   m.APIVersion,
		"Condition":    m.Condition,
		"Tags":         m.Tags,
		"AppVersion":   m.AppVersion,
		"Deprecated":   m.Deprecated,
		"Annotations":  m.Annotations,
		"KubeVersion":  m.KubeVersion,
		"Dependencies": dependencies,
		"Type":         m.Type,
		"IsRoot":       root,
	}
}

func dependencyScope(d *chart.Dependency) map[string]any {
	return map[string]any{
		"Name":         d.Name,
		"Version":      d.Version,
		"Repository":   d.Repository,
		"Condition":    d.Condition,
		"Tags":         anys(d.Tags),
		"Enabled":      d.Enabled,
		"ImportValues": anys(d.ImportValues),
		"Alias":        d.Alias,
	}
}

func anys[T any](list []T) []any {
	out := make([]any, len(list))
	for i, item := range list {
		out[i] = item
	}
	return out
}
