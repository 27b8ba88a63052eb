package render

import (
	"context"
	"maps"
	"text/template"

	"github.com/Masterminds/sprig/v3"
)

// functions are those that need nothing of the rendering: sprig's and Helm's
// (S21), without those that read the environment or the network.
func functions() template.FuncMap {
	out := sprig.TxtFuncMap()
	delete(out, "env")
	delete(out, "expandenv")
	out["getHostByName"] = func(string) string { return "" }
	out["required"] = required
	out["fail"] = func(message string) (string, error) { return "", complaint(message) }
	maps.Copy(out, codecs())
	maps.Copy(out, durations())
	return out
}

func required(message string, value any) (any, error) {
	if value == nil || value == "" {
		return nil, complaint(message)
	}
	return value, nil
}

// lookupFunction is the function lookup of templates (S25).
func lookupFunction(ctx context.Context, find Lookup) any {
	return func(apiVersion, kind, namespace, name string) (map[string]any, error) {
		if find == nil {
			return map[string]any{}, nil
		}
		found, err := find(ctx, apiVersion, kind, namespace, name)
		if err != nil || found == nil {
			return map[string]any{}, err
		}
		return found, nil
	}
}
