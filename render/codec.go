package render

import (
	"bytes"
	"encoding/json"
	"strings"
	"text/template"

	"github.com/BurntSushi/toml"
	pretty "go.yaml.in/yaml/v3"
	"sigs.k8s.io/yaml"
)

// codecs are the functions between values and texts. Those without must never
// fail: to… gives an empty text (toToml the error's), from… a value that holds
// the error's text (S21).
func codecs() template.FuncMap {
	return template.FuncMap{
		"toYaml":        toYAML,
		"mustToYaml":    mustToYAML,
		"toYamlPretty":  toYAMLPretty,
		"fromYaml":      fromYAML,
		"fromYamlArray": fromYAMLArray,
		"toJson":        toJSON,
		"mustToJson":    mustToJSON,
		"fromJson":      fromJSON,
		"fromJsonArray": fromJSONArray,
		"toToml":        toTOML,
		"mustToToml":    mustToTOML,
		"fromToml":      fromTOML,
	}
}

func toYAML(value any) string {
	out, _ := mustToYAML(value)
	return out
}

func mustToYAML(value any) (string, error) {
	out, err := yaml.Marshal(value)
	if err != nil {
		return "", err
	}
	return strings.TrimSuffix(string(out), "\n"), nil
}

// toYAMLPretty indents lists below their key.
func toYAMLPretty(value any) string {
	var out bytes.Buffer
	encoder := pretty.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(value); err != nil {
		return ""
	}
	return strings.TrimSuffix(out.String(), "\n")
}

func fromYAML(text string) map[string]any {
	out := map[string]any{}
	if err := yaml.Unmarshal([]byte(text), &out); err != nil {
		out["Error"] = err.Error()
	}
	return out
}

func fromYAMLArray(text string) []any {
	out := []any{}
	if err := yaml.Unmarshal([]byte(text), &out); err != nil {
		return []any{err.Error()}
	}
	return out
}

func toJSON(value any) string {
	out, _ := mustToJSON(value)
	return out
}

func mustToJSON(value any) (string, error) {
	out, err := json.Marshal(value)
	return string(out), err
}

func fromJSON(text string) map[string]any {
	out := map[string]any{}
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		out["Error"] = err.Error()
	}
	return out
}

func fromJSONArray(text string) []any {
	out := []any{}
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		return []any{err.Error()}
	}
	return out
}

func toTOML(value any) string {
	out, err := mustToTOML(value)
	if err != nil {
		return err.Error()
	}
	return out
}

func mustToTOML(value any) (string, error) {
	var out bytes.Buffer
	err := toml.NewEncoder(&out).Encode(value)
	return out.String(), err
}

func fromTOML(text string) map[string]any {
	out := map[string]any{}
	if err := toml.Unmarshal([]byte(text), &out); err != nil {
		out["Error"] = err.Error()
	}
	return out
}
