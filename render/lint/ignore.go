package lint

import (
	"strings"

	"github.com/helm-dm/helm-dm/chart/bundle"
)

const ignoreName = ".helmignore"

// ignore finds rules that keep the folder from loading (S3).
func (l *linter) ignore() {
	text, _ := l.file(ignoreName)
	for _, wrong := range bundle.CheckIgnore(text) {
		l.add(Error, ignoreName, wrong.Line, "%s", wrong.Reason())
	}
}

// strangers finds files whose names only look like those that have a meaning.
func (l *linter) strangers() {
	meant := map[string]string{
		"chart.yml": metadataName, "chart.yaml": metadataName,
		"values.yml": valuesName, "values.yaml": valuesName,
		"values.schema.yaml": schemaName, "values.schema.yml": schemaName, "values.schema.json": schemaName,
		"template": "templates", "charts.yaml": metadataName, "chart": "charts", "crd": "crds",
	}
	told := map[string]bool{}
	for _, folder := range []string{templates, "crds", "charts"} {
		if _, isFile := l.file(folder); isFile {
			l.add(Error, folder, 0, "it should be a folder")
		}
	}
	for _, f := range l.Files {
		top, _, _ := strings.Cut(f.Name, "/")
		if name := meant[strings.ToLower(top)]; name != "" && name != top && !told[top] {
			told[top] = true
			l.add(Info, top, 0, "it has no meaning in a chart: was %s meant?", name)
		}
	}
}
