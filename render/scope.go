package render

import "github.com/helm-dm/helm-dm/chart"

// scopes are the root objects of a tree of charts, parents before subcharts.
type scopes struct {
	release      map[string]any
	capabilities *Capabilities
	files        []files
	list         []Values
}

// newScopes returns the root objects (S17) of a configured chart and its
// subcharts, fresh ones because templates may change them. files are theirs.
func newScopes(c *chart.Chart, files []files, values Values, options Options) []Values {
	release, capabilities := options.Release, options.Capabilities
	s := &scopes{
		files:        files,
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
	s.add(c, values)
	return s.list
}

// add appends the scopes of a chart and its subcharts and returns the chart's.
func (s *scopes) add(c *chart.Chart, values Values) Values {
	subcharts := map[string]any{}
	scope := Values{
		"Chart":        chartScope(c.Metadata(), len(s.list) == 0),
		"Files":        s.files[len(s.list)],
		"Release":      s.release,
		"Capabilities": s.capabilities,
		"Values":       values,
		"Subcharts":    subcharts,
	}
	s.list = append(s.list, scope)
	for _, sub := range c.Dependencies() {
		own, _ := values[sub.Name()].(map[string]any)
		if own == nil {
			own = map[string]any{}
		}
		subcharts[sub.Name()] = map[string]any(s.add(sub, own))
	}
	return scope
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
