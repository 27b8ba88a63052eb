package lint

import (
	"slices"

	"sigs.k8s.io/yaml"

	"github.com/helm-dm/helm-dm/chart"
)

// present is the chart without the declarations of dependencies that are not in
// charts/, so that the rest of it can be rendered, as Helm's lint does.
func present(files []chart.File, c *chart.Chart) (*chart.Chart, error) {
	absent := func(name any) bool {
		return !slices.ContainsFunc(c.Dependencies(), func(sub *chart.Chart) bool { return sub.Name() == name })
	}
	if !slices.ContainsFunc(c.Metadata().Dependencies, func(d *chart.Dependency) bool { return absent(d.Name) }) {
		return c, nil
	}
	files = slices.Clone(files)
	for i, f := range files {
		if f.Name != metadataName && f.Name != requirementsName {
			continue
		}
		var content map[string]any
		if err := yaml.Unmarshal(f.Data, &content); err != nil {
			return nil, err
		}
		declared, _ := content["dependencies"].([]any)
		content["dependencies"] = slices.DeleteFunc(declared, func(d any) bool { return absent(inside(d, "name")) })
		data, err := yaml.Marshal(content)
		if err != nil {
			return nil, err
		}
		files[i].Data = data
	}
	return chart.LoadFiles(files, chart.Limits{})
}
