package render

import (
	"errors"
	"strings"

	"github.com/helm-dm/helm-dm/render/function"
	"github.com/helm-dm/helm-dm/render/yaml"
)

// Values is the type of a template's root object, of .Values and of .Template.
// It is a type of its own because charts call its methods: sprig's dig, for
// one, takes .Values.AsMap only.
type Values map[string]any

// AsMap is v as a plain map, never nil.
func (v Values) AsMap() map[string]any {
	if v == nil {
		return map[string]any{}
	}
	return v
}

// YAML is v as YAML text.
func (v Values) YAML() (string, error) {
	out, err := yaml.Marshal(v)
	return string(out), err
}

// Table returns the map at a dotted path.
func (v Values) Table(path string) (Values, error) {
	found := map[string]any(v)
	for key := range strings.SplitSeq(path, ".") {
		next, ok := found[key].(map[string]any)
		if !ok {
			return nil, &function.Told{Err: errors.New("there is no table at this path")}
		}
		found = next
	}
	return found, nil
}

// PathValue returns what is at a dotted path unless it is a map.
func (v Values) PathValue(path string) (any, error) {
	parent, key := v, path
	if i := strings.LastIndex(path, "."); i >= 0 {
		found, err := v.Table(path[:i])
		if err != nil {
			return nil, err
		}
		parent, key = found, path[i+1:]
	}
	value, ok := parent[key]
	if _, isMap := value.(map[string]any); !ok || isMap {
		return nil, &function.Told{Err: errors.New("there is no value at this path")}
	}
	return value, nil
}
