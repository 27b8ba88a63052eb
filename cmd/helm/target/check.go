package target

import (
	"sigs.k8s.io/yaml"

	"github.com/helm-dm/helm-dm/chart/values"
)

// checkValues reads a document as the manager will.
func checkValues(document string) error {
	_, err := values.Parse([]byte(document))
	if err == nil {
		return nil
	}
	var content any
	if yaml.Unmarshal([]byte(document), &content) == nil {
		if _, ok := content.(map[string]any); !ok {
			return invalid("a document of it does not hold KEY: VALUE pairs")
		}
	}
	return invalid("%w", err)
}
