package lint

import (
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

// definitions looks at the files of crds/, which are no templates.
func (l *linter) definitions() {
	for _, f := range l.below("crds") {
		if !slices.Contains([]string{".yaml", ".yml", ".json"}, strings.ToLower(path.Ext(f.Name))) {
			continue
		}
		for line, text := range split(string(f.Data)) {
			l.definition(f.Name, line, text)
		}
	}
}

func (l *linter) definition(file string, first int, text string) {
	var o map[string]any
	if err := yaml.Unmarshal([]byte(text), &o); err != nil {
		l.add(Error, file, first+lineOf([]byte(text), err)-1, "%s", misread(err))
		return
	}
	if o == nil {
		return
	}
	apiVersion, _ := o["apiVersion"].(string)
	if kind, _ := o["kind"].(string); kind != "CustomResourceDefinition" || !strings.HasPrefix(apiVersion, "apiextensions.k8s.io/") {
		l.add(Error, file, first, "only CustomResourceDefinitions belong into crds/: what has to be there first is a hook, the rest a template")
	}
}
