package scaffold

import (
	"bytes"
	"fmt"
	"slices"

	yaml3 "go.yaml.in/yaml/v3"
	"sigs.k8s.io/yaml"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/chart/values"
)

// From is New with the parameters of a deployment, the text of a values file,
// among the chart's default values: they replace those of New, and the comments
// stay. The chart has no schema then, because that of New need not fit them.
//
// An error matches chart.ErrInvalid and holds no value.
func From(name string, parameters []byte) ([]chart.File, error) {
	files, err := New(name)
	if err != nil {
		return nil, err
	}
	given, err := values.Parse(parameters)
	if err != nil {
		return nil, fmt.Errorf("reading the parameters for chart %q: %w", name, err)
	}
	files = slices.DeleteFunc(files, func(f chart.File) bool { return f.Name == "values.schema.json" })
	for i, f := range files {
		if f.Name != "values.yaml" {
			continue
		}
		if files[i].Data, err = overlay(f.Data, given); err != nil {
			return nil, fmt.Errorf("writing the values of chart %q: %w", name, err)
		}
	}
	return files, nil
}

// overlay lays values over a values file and keeps its comments.
func overlay(text []byte, given map[string]any) ([]byte, error) {
	if len(given) == 0 {
		return text, nil
	}
	printed, err := yaml.Marshal(given)
	if err != nil {
		return nil, err
	}
	var below, above yaml3.Node
	if err := yaml3.Unmarshal(text, &below); err != nil {
		return nil, err
	}
	if err := yaml3.Unmarshal(printed, &above); err != nil {
		return nil, err
	}
	lay(below.Content[0], above.Content[0])
	var out bytes.Buffer
	encoder := yaml3.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(&below); err != nil {
		return nil, err
	}
	return out.Bytes(), encoder.Close()
}

// lay puts the entries of one mapping over those of another: mappings merge,
// everything else is replaced, and what is new follows at the end.
func lay(below, above *yaml3.Node) {
	for pair := range slices.Chunk(above.Content, 2) {
		key, value := pair[0], pair[1]
		switch at := find(below, key.Value); {
		case at < 0:
			below.Content = append(below.Content, key, value)
		case below.Content[at].Kind == yaml3.MappingNode && value.Kind == yaml3.MappingNode:
			lay(below.Content[at], value)
		default:
			below.Content[at] = value
		}
	}
}

// find returns where in the content of a mapping the value of a key is, or -1.
func find(mapping *yaml3.Node, key string) int {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return i + 1
		}
	}
	return -1
}
