package author

import (
	"bufio"
	"io"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/render"
	"github.com/helm-dm/helm-dm/render/document"
)

// printout is what Helm prints of a rendered chart, in that order.
type printout struct {
	manifests []render.Manifest // those of crds/ first
	hooks     []render.Manifest
}

// unsorted prints all that templates yield, by their paths, but for notes.
func unsorted(texts map[string]string) printout {
	var p printout
	for _, path := range slices.Sorted(maps.Keys(texts)) {
		if strings.TrimSpace(texts[path]) != "" && !strings.HasSuffix(path, "NOTES.txt") {
			p.manifests = append(p.manifests, render.Manifest{Path: path, Content: texts[path]})
		}
	}
	return p
}

// write writes the whole of it: Helm trims the end of the manifests, and not that
// of the hooks.
func (p printout) write(to io.Writer) error {
	out := bufio.NewWriterSize(to, 64<<10)
	for i, m := range p.manifests {
		text := m.Text()
		if i == len(p.manifests)-1 {
			text = strings.TrimRightFunc(text, unicode.IsSpace)
		}
		_, _ = out.WriteString(text) // Flush tells of its error, and of those below
	}
	_ = out.WriteByte('\n')
	for _, m := range p.hooks {
		_, _ = out.WriteString(m.Text())
	}
	return out.Flush()
}

// all are the manifests and hooks.
func (p printout) all() []render.Manifest { return slices.Concat(p.manifests, p.hooks) }

// only is what --show-only prints: for each pattern all documents of
// the templates that it matches. Helm cuts the text anew and goes by the first
// comment in a document that names a source, so a document of crds/ without one
// is not found.
func (p printout) only(patterns []string) (string, error) {
	source := regexp.MustCompile(`# Source: [^/]+/(.+)`)
	var whole, chosen strings.Builder
	if err := p.write(&whole); err != nil {
		return "", err
	}
	documents := document.Split(whole.String())
	for _, pattern := range patterns {
		found := false
		for _, text := range documents {
			named := source.FindStringSubmatch(text)
			if named == nil || !matches(pattern, named[1]) {
				continue
			}
			found = true
			chosen.WriteString("---\n" + text + "\n")
		}
		if !found {
			return "", unfound(pattern)
		}
	}
	return chosen.String(), nil
}

// onlyFiles is only for what is written to files.
func (p printout) onlyFiles(patterns []string) ([]render.Manifest, error) {
	if len(patterns) == 0 {
		return p.all(), nil
	}
	var chosen []render.Manifest
	for _, pattern := range patterns {
		before := len(chosen)
		for _, m := range p.all() {
			if _, name, _ := strings.Cut(m.Path, "/"); matches(pattern, name) {
				chosen = append(chosen, m)
			}
		}
		if len(chosen) == before {
			return nil, unfound(pattern)
		}
	}
	return chosen, nil
}

func matches(pattern, name string) bool {
	matched, _ := path.Match(pattern, name)
	return matched
}

func unfound(pattern string) error {
	return fault.NotFound("could not find template %s in chart", pattern).
		Mend("--show-only with a path as after # Source: and the chart's name, such as templates/service.yaml")
}
