package chart

import (
	"path"
	"slices"
	"strings"

	"github.com/helm-dm/helm-dm/chart/bundle"
	"github.com/helm-dm/helm-dm/chart/values"
)

// File is one file of a chart.
type File = bundle.File

// Limits bound what loading a chart may cost.
type Limits = bundle.Limits

// Chart is a loaded, validated chart with its subcharts.
type Chart struct {
	metadata     *Metadata
	lock         *Lock
	raw          []File
	templates    []File
	files        []File
	schema       []byte
	values       map[string]any
	dependencies []*Chart
}

// Name is the chart's name or, after Configure, its alias.
func (c *Chart) Name() string { return c.metadata.Name }

// Version is the chart's version, as written.
func (c *Chart) Version() string { return c.metadata.Version }

// Metadata returns a copy of the content of Chart.yaml.
func (c *Chart) Metadata() *Metadata { return c.metadata.clone() }

// IsLibrary says whether the chart only defines templates for others (S20).
func (c *Chart) IsLibrary() bool { return strings.EqualFold(c.metadata.Type, "library") }

// Templates are the files under templates/.
func (c *Chart) Templates() []File { return slices.Clip(c.templates) }

// Files are the files that templates see as .Files: all that have no meaning of
// their own in the format (S4).
func (c *Chart) Files() []File { return slices.Clip(c.files) }

// Raw are all files of the package, as loaded and in the order loaded, those
// of the subcharts included.
func (c *Chart) Raw() []File { return slices.Clip(c.raw) }

// Values returns a fresh copy of the default values, never nil.
func (c *Chart) Values() map[string]any { return values.Copy(c.values) }

// RawValues is the text of values.yaml with its comments, nil when absent.
func (c *Chart) RawValues() []byte { return c.find("values.yaml") }

// Schema is the text of values.schema.json, nil when absent.
func (c *Chart) Schema() []byte { return c.schema }

// Dependencies are the subcharts, by the names of their folders or packages.
// After Configure those that Chart.yaml does not declare come first and the
// declared ones follow in its order (S4, S7).
func (c *Chart) Dependencies() []*Chart { return slices.Clip(c.dependencies) }

// CRDs are this chart's own YAML and JSON files under crds/, in the order
// loaded; those of subcharts are theirs (S45).
func (c *Chart) CRDs() []File {
	var out []File
	for _, f := range c.files {
		if strings.HasPrefix(f.Name, "crds/") && slices.Contains([]string{".yaml", ".yml", ".json"}, strings.ToLower(path.Ext(f.Name))) {
			out = append(out, f)
		}
	}
	return out
}

// Pack returns the package of the chart as loaded. Equal files give equal bytes.
func (c *Chart) Pack() ([]byte, error) { return bundle.Pack(c.Name(), c.raw) }

// PackageName is the file name of the chart's package: NAME-VERSION.tgz.
func (c *Chart) PackageName() string { return c.Name() + "-" + c.Version() + ".tgz" }

func (c *Chart) find(name string) []byte {
	for _, f := range c.raw {
		if f.Name == name {
			return f.Data
		}
	}
	return nil
}
