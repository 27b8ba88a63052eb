package render

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/helm-dm/helm-dm/chart"
)

// Defaults of Options.
const (
	defaultMaxOutput    = 64 << 20
	defaultMaxGenerated = 64 << 20
)

// Options are the circumstances of one rendering. The zero value renders for a
// nameless release on a cluster of unknown version.
type Options struct {
	Release      Release
	Capabilities Capabilities
	// Lookup answers the lookup function; nil finds nothing, as offline (S25).
	Lookup Lookup
	// SubchartNotes adds the notes of subcharts to Output.Notes.
	SubchartNotes bool
	// SkipSchema renders values that the charts' schemas refuse.
	SkipSchema bool
	// Lint makes required and fail yield an empty text and lookup find nothing,
	// so that one missing value does not hide the next fault (S24).
	Lint bool
	// Began is told the path of each template when its execution begins; nil
	// tells nobody.
	Began func(template string)
	// Now is the clock of now and ago; nil is time.Now.
	Now func() time.Time
	// MaxOutput bounds the bytes that all templates together produce, and what
	// one include or tpl returns; default 64 MiB.
	MaxOutput int64
	// MaxGenerated bounds the bytes that one function returns and that all
	// together make out of counts, as until, repeat and randAlpha do; a key or
	// certificate counts as 256 KiB. Default 64 MiB.
	MaxGenerated int64
}

// Release is what templates see as .Release.
type Release struct {
	Name      string
	Namespace string
	Revision  int
	IsInstall bool
	IsUpgrade bool
}

// Lookup finds one object or, when name is empty, a list object with items. It
// returns nil without an error when there is none; an error fails the rendering.
type Lookup func(ctx context.Context, apiVersion, kind, namespace, name string) (map[string]any, error)

// Output is a rendered chart.
type Output struct {
	Manifests []Manifest // in install order (S32), hooks excluded
	Hooks     []Hook     // in the order of their kinds, as Helm stores them
	CRDs      []Manifest // whole files of crds/, untemplated, parents first; only Path and Content are set
	Notes     string
	// Manifest is Manifests as Helm's release format stores them: each
	// document as "---\n# Source: PATH\nCONTENT\n".
	Manifest string
}

// Manifest is one YAML document.
type Manifest struct {
	Path       string // the template, from the root chart: hello/templates/x.yaml
	Content    string // the document without its separator
	APIVersion string
	Kind       string // empty for a document of comments only (S30)
	Name       string
	Namespace  string // as written, mostly empty
}

// Text is the document as Helm prints and stores it.
func (m Manifest) Text() string { return "---\n# Source: " + m.Path + "\n" + m.Content + "\n" }

// Hook is a document that runs at events of the release's life (S31, S43, S44).
type Hook struct {
	Manifest
	Events            []string // pre-install …, in lower case; test-success becomes test
	Weight            int      // 0 when absent or malformed
	DeletePolicies    []string // before-hook-creation … ; empty when not given
	OutputLogPolicies []string
}

// Render configures the chart's subcharts, coalesces values over the chart's
// defaults and executes all templates. Values are what the user supplied, as
// values.Merge returns them; neither they nor c are changed.
//
// A failing template yields an *Error, one that goes beyond a bound a
// *BudgetError, an unfit chart or unfit values an error that matches
// chart.ErrInvalid, an ended context its cause.
func Render(ctx context.Context, c *chart.Chart, values map[string]any, options Options) (*Output, error) {
	return Prepare(c).Render(ctx, values, options)
}

// checkRoot refuses what cannot be installed: a library (S6), or a chart made
// for other versions of Kubernetes. The version is compared without what a
// distribution appends to it, which Helm does not do for a live cluster (S28).
// Lint looks at both kinds.
func checkRoot(c *chart.Chart, options Options) error {
	if options.Lint {
		return nil
	}
	if c.IsLibrary() {
		return refusal(fmt.Sprintf("chart %q is a library: it has nothing to install by itself", c.Name()))
	}
	wanted, version := c.Metadata().KubeVersion, options.Capabilities.KubeVersion
	if wanted == "" || version.Version == "" || chart.Satisfies(version.String(), wanted) {
		return nil
	}
	return refusal(fmt.Sprintf("chart requires kubeVersion: %s which is incompatible with Kubernetes %s", wanted, version.Version))
}

// takeNotes removes all notes from texts and returns those that are shown (S29).
func takeNotes(texts map[string]string, root string, subcharts bool) string {
	var notes []string
	for _, path := range sortedKeys(texts) {
		if !strings.HasSuffix(path, "NOTES.txt") {
			continue
		}
		if subcharts || path == root {
			notes = append(notes, texts[path])
		}
		delete(texts, path)
	}
	return strings.Join(notes, "\n")
}

// definitions are the files of crds/ of a chart, then of its subcharts (S45).
func definitions(c *chart.Chart, folder string) []Manifest {
	var out []Manifest
	for _, f := range c.CRDs() {
		out = append(out, Manifest{Path: folder + "/" + f.Name, Content: string(f.Data)})
	}
	for _, sub := range c.Dependencies() {
		out = append(out, definitions(sub, folder+"/charts/"+sub.Name())...)
	}
	return out
}

// join writes manifests as Helm's release format has them (S34).
func join(manifests []Manifest) string {
	var out strings.Builder
	size := 0
	for _, m := range manifests {
		size += len(m.Path) + len(m.Content) + len("---\n# Source: \n\n")
	}
	out.Grow(size)
	for _, m := range manifests {
		for _, part := range []string{"---\n# Source: ", m.Path, "\n", m.Content, "\n"} {
			out.WriteString(part)
		}
	}
	return out.String()
}
