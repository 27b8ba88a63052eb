package function

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"text/template"

	"github.com/BurntSushi/toml"
	pretty "go.yaml.in/yaml/v3"

	"github.com/helm-dm/helm-dm/render/yaml"
)

// codecs are the functions between values and texts. Those without must never
// fail for what a value is: to… gives an empty text (toToml the error's), from… a
// value that holds the error's text (S21).
func (h *Host) codecs() template.FuncMap {
	return template.FuncMap{
		"toYaml":        func(value any) (string, error) { return lenient(h.toYAML(value)) },
		"mustToYaml":    h.toYAML,
		"toYamlPretty":  h.toYAMLPretty,
		"fromYaml":      fromYAML,
		"fromYamlArray": fromYAMLArray,
		"toJson":        func(value any) (string, error) { return lenient(h.toJSON(value)) },
		"mustToJson":    h.toJSON,
		"fromJson":      fromJSON,
		"fromJsonArray": fromJSONArray,
		"toToml":        h.toTOML,
		"mustToToml":    h.mustToTOML,
		"fromToml":      fromTOML,
	}
}

// lenient makes an empty text of what cannot be written. A bound stays one.
func lenient(text string, err error) (string, error) {
	if excess := (*Excess)(nil); errors.As(err, &excess) {
		return "", err
	}
	return text, nil
}

func (h *Host) toYAML(value any) (string, error) {
	out, err := yaml.Write(value, h.Limit)
	switch {
	case errors.Is(err, yaml.ErrTooLong):
		return "", h.excess()
	case errors.Is(err, yaml.ErrUnsure):
		if err := h.fits(1, value); err != nil {
			return "", err
		}
		out, err = yaml.Marshal(value)
	}
	return strings.TrimSuffix(string(out), "\n"), err
}

// toYAMLPretty indents lists below their key.
func (h *Host) toYAMLPretty(value any) (string, error) {
	if err := h.fits(2, value); err != nil {
		return "", err
	}
	var out bytes.Buffer
	encoder := pretty.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(value); err != nil {
		return "", nil //nolint:nilerr // S21: an empty text stands for what cannot be written
	}
	return strings.TrimSuffix(out.String(), "\n"), nil
}

func fromYAML(text string) map[string]any {
	out := map[string]any{}
	if err := yaml.Unmarshal(text, &out); err != nil {
		out["Error"] = err.Error()
	}
	return out
}

func fromYAMLArray(text string) []any {
	out := []any{}
	if err := yaml.Unmarshal(text, &out); err != nil {
		return []any{err.Error()}
	}
	return out
}

func (h *Host) toJSON(value any) (string, error) {
	if err := h.fits(2, value); err != nil {
		return "", err
	}
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

func (h *Host) toTOML(value any) (string, error) {
	out, err := h.mustToTOML(value)
	if excess := (*Excess)(nil); err != nil && !errors.As(err, &excess) {
		return err.Error(), nil
	}
	return out, err
}

func (h *Host) mustToTOML(value any) (string, error) {
	if err := h.fits(2, value); err != nil {
		return "", err
	}
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
