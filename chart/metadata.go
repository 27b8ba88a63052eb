package chart

import (
	"maps"
	"slices"

	"github.com/helm-dm/helm-dm/chart/values"
)

// Metadata is the content of Chart.yaml. Its JSON is that of Helm's release
// format (S40).
type Metadata struct {
	Name         string            `json:"name,omitempty"`
	Home         string            `json:"home,omitempty"`
	Sources      []string          `json:"sources,omitempty"`
	Version      string            `json:"version,omitempty"`
	Description  string            `json:"description,omitempty"`
	Keywords     []string          `json:"keywords,omitempty"`
	Maintainers  []*Maintainer     `json:"maintainers,omitempty"`
	Icon         string            `json:"icon,omitempty"`
	APIVersion   string            `json:"apiVersion,omitempty"`
	Condition    string            `json:"condition,omitempty"`
	Tags         string            `json:"tags,omitempty"`
	AppVersion   string            `json:"appVersion,omitempty"`
	Deprecated   bool              `json:"deprecated,omitempty"`
	Annotations  map[string]string `json:"annotations,omitempty"`
	KubeVersion  string            `json:"kubeVersion,omitempty"`
	Dependencies []*Dependency     `json:"dependencies,omitempty"`
	Type         string            `json:"type,omitempty"`
}

// Maintainer is a person or organisation that looks after a chart.
type Maintainer struct {
	Name  string `json:"name,omitempty"`
	Email string `json:"email,omitempty"`
	URL   string `json:"url,omitempty"`
}

// Dependency is one entry of dependencies in Chart.yaml (or, in v1 charts, of
// requirements.yaml).
type Dependency struct {
	Name       string   `json:"name"`
	Version    string   `json:"version,omitempty"` // exact or a range
	Repository string   `json:"repository"`
	Condition  string   `json:"condition,omitempty"` // comma-separated value paths
	Tags       []string `json:"tags,omitempty"`
	Enabled    bool     `json:"enabled,omitempty"`
	// ImportValues holds strings (an export of the child) and maps with the
	// string keys child and parent.
	ImportValues []any  `json:"import-values,omitempty"`
	Alias        string `json:"alias,omitempty"`
}

// clone returns a copy that shares nothing with m.
func (m *Metadata) clone() *Metadata {
	out := *m
	out.Sources = slices.Clone(m.Sources)
	out.Keywords = slices.Clone(m.Keywords)
	out.Annotations = maps.Clone(m.Annotations)
	out.Maintainers = cloneAll(m.Maintainers, func(m *Maintainer) {})
	out.Dependencies = cloneDependencies(m.Dependencies)
	return &out
}

func cloneDependencies(list []*Dependency) []*Dependency {
	return cloneAll(list, func(d *Dependency) {
		d.Tags = slices.Clone(d.Tags)
		d.ImportValues = values.CopyList(d.ImportValues)
	})
}

func cloneAll[T any](list []*T, deepen func(*T)) []*T {
	if list == nil {
		return nil
	}
	out := make([]*T, len(list))
	for i, item := range list {
		if item != nil {
			copied := *item
			deepen(&copied)
			out[i] = &copied
		}
	}
	return out
}
