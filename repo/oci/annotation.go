package oci

import (
	"maps"
	"strings"
	"time"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/repo"
)

// annotations are those of a chart's manifest, as Helm 4 writes them: what
// Chart.yaml says, over which its own annotations win, all but name and version.
func annotations(p *repo.Package) map[string]string {
	m := p.Metadata
	out := map[string]string{
		ocispec.AnnotationDescription: m.Description,
		ocispec.AnnotationURL:         m.Home,
		ocispec.AnnotationAuthors:     authors(m.Maintainers),
	}
	if len(m.Sources) > 0 {
		out[ocispec.AnnotationSource] = m.Sources[0]
	}
	if !p.Created.IsZero() {
		out[ocispec.AnnotationCreated] = p.Created.UTC().Format(time.RFC3339)
	}
	maps.DeleteFunc(out, func(_, value string) bool { return value == "" })
	maps.Copy(out, m.Annotations)
	out[ocispec.AnnotationTitle], out[ocispec.AnnotationVersion] = m.Name, m.Version
	return out
}

func authors(maintainers []*chart.Maintainer) string {
	var out []string
	for _, who := range maintainers {
		text := who.Name
		if who.Email != "" {
			text += " (" + who.Email + ")"
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}
