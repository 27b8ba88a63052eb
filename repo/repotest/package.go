package repotest

import (
	"testing"
	"time"

	"sigs.k8s.io/yaml"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/chart/bundle"
	"github.com/helm-dm/helm-dm/repo"
)

// Chart is the metadata of a chart that repositories can tell something of.
func Chart(name, version string) *chart.Metadata {
	return &chart.Metadata{
		APIVersion:  "v2",
		Name:        name,
		Version:     version,
		AppVersion:  "8.1",
		Description: "Serves " + name,
		Keywords:    []string{"web", name},
		Maintainers: []*chart.Maintainer{{Name: "Ada", Email: "ada@example.com"}},
	}
}

// Pack packs a chart of one template, which says note: equal arguments give
// equal packages.
func Pack(t testing.TB, m *chart.Metadata, note string) *repo.Package {
	t.Helper()
	described, err := yaml.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	data, err := bundle.Pack(m.Name, []bundle.File{
		{Name: "Chart.yaml", Data: described},
		{Name: "templates/note.yaml", Data: []byte("kind: ConfigMap\napiVersion: v1\nmetadata: {name: note}\ndata: {note: \"" + note + "\"}\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return &repo.Package{Metadata: m, Data: data, Created: created()}
}

// created is when all packages were packed.
func created() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }
