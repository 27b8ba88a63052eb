package chart

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/helm-dm/helm-dm/chart/bundle"
	"github.com/helm-dm/helm-dm/chart/fault"
	"github.com/helm-dm/helm-dm/chart/values"
)

// Load reads a chart from a folder or from a package file.
func Load(path string, limits Limits) (*Chart, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	switch {
	case info.IsDir():
		return LoadDir(path, limits)
	case !info.Mode().IsRegular():
		return nil, fault.Invalid("%q is neither a folder nor a package", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return LoadArchive(f, limits)
}

// LoadDir reads a chart from a folder, leaving out what its .helmignore names.
// Symbolic links are followed within the folder; one that leads out of it is an
// error.
func LoadDir(path string, limits Limits) (*Chart, error) {
	l := newLoader(limits)
	files, err := l.folder(path)
	if err != nil {
		return nil, err
	}
	return l.assemble(files)
}

// ReadDir reads the files that LoadDir would make a chart of.
func ReadDir(path string, limits Limits) ([]File, error) { return newLoader(limits).folder(path) }

// LoadFiles makes a chart of files, which become part of it. Of limits those on
// packages within it count.
func LoadFiles(files []File, limits Limits) (*Chart, error) {
	return newLoader(limits).assemble(slices.Clone(files))
}

// LoadArchive reads a chart from a package, a gzipped tar file. It reads no
// further than Limits allow and does not close r.
func LoadArchive(r io.Reader, limits Limits) (*Chart, error) {
	l := newLoader(limits)
	files, err := l.reader.Archive(r)
	if err != nil {
		return nil, err
	}
	return l.assemble(files)
}

// LoadBytes is LoadArchive for a package in memory.
func LoadBytes(data []byte, limits Limits) (*Chart, error) {
	return LoadArchive(bytes.NewReader(data), limits)
}

// loader makes charts of files, all within one budget.
type loader struct {
	reader *bundle.Reader
	limits Limits
	depth  int // charts open around the present one
}

func newLoader(limits Limits) *loader {
	return &loader{reader: bundle.NewReader(limits), limits: limits.Defaults()}
}

func (l *loader) folder(path string) ([]File, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return l.reader.Folder(root)
}

// assemble gives each file its place in the chart (S4) and loads the subcharts.
func (l *loader) assemble(files []File) (*Chart, error) {
	if l.depth >= l.limits.Depth {
		return nil, fault.TooLarge("charts are nested more than %d deep", l.limits.Depth)
	}
	c := &Chart{raw: files}
	if err := c.readMetadata(); err != nil {
		return nil, err
	}
	for _, f := range files {
		if err := c.place(f); err != nil {
			return nil, err
		}
	}
	if err := describe(c.metadata, c.metadata.Validate()); err != nil {
		return nil, err
	}
	l.depth++
	defer func() { l.depth-- }()
	if err := l.subcharts(c); err != nil {
		return nil, err
	}
	return c, nil
}

func (c *Chart) readMetadata() error {
	text := c.find(metadataName)
	if text == nil {
		return fault.Invalid("%s is missing", metadataName)
	}
	c.metadata = &Metadata{}
	if err := yaml.Unmarshal(text, c.metadata); err != nil {
		return fault.Invalid("reading %s: %w", metadataName, err)
	}
	if c.metadata.APIVersion == "" {
		c.metadata.APIVersion = "v1" // S1
	}
	if err := c.readRequirements(); err != nil {
		return err
	}
	c.metadata.sanitize()
	return nil
}

// readRequirements adds the file in which v1 keeps dependencies. Like Helm it
// lets that file say anything that Chart.yaml may say.
func (c *Chart) readRequirements() error {
	text := c.find("requirements.yaml")
	if text == nil {
		return nil
	}
	if err := yaml.Unmarshal(text, c.metadata); err != nil {
		return fault.Invalid("reading requirements.yaml: %w", err)
	}
	return nil
}

func (c *Chart) place(f File) (err error) {
	old := c.metadata.APIVersion == "v1"
	switch {
	case f.Name == metadataName:
	case f.Name == "values.yaml":
		c.values, err = values.Parse(f.Data)
		if err != nil {
			return fault.Invalid("reading values.yaml: %w", err)
		}
	case f.Name == "values.schema.json":
		c.schema = f.Data
	case f.Name == "Chart.lock", f.Name == "requirements.lock":
		c.lock = &Lock{}
		if err := yaml.Unmarshal(f.Data, c.lock); err != nil {
			return fault.Invalid("reading %s: %w", f.Name, err)
		}
		if old && f.Name == "requirements.lock" {
			c.files = append(c.files, f)
		}
	case f.Name == "requirements.yaml":
		if old {
			c.files = append(c.files, f)
		}
	case strings.HasPrefix(f.Name, "templates/"):
		c.templates = append(c.templates, f)
	case strings.HasPrefix(f.Name, "charts/") && path.Ext(f.Name) != ".prov":
	default:
		c.files = append(c.files, f)
	}
	return nil
}

// subcharts loads the charts under charts/, be they folders or packages.
func (l *loader) subcharts(c *Chart) error {
	groups := map[string][]File{}
	for _, f := range c.raw {
		rest, ok := strings.CutPrefix(f.Name, "charts/")
		if !ok || path.Ext(rest) == ".prov" {
			continue
		}
		folder, name, _ := strings.Cut(rest, "/")
		if !strings.HasPrefix(folder, "_") && !strings.HasPrefix(folder, ".") {
			groups[folder] = append(groups[folder], File{Name: name, Data: f.Data})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		sub, err := l.subchart(name, groups[name])
		if err != nil {
			return fmt.Errorf("loading subchart %q of %q: %w", name, c.Name(), err)
		}
		c.dependencies = append(c.dependencies, sub)
	}
	return nil
}

func (l *loader) subchart(name string, files []File) (*Chart, error) {
	if path.Ext(name) != ".tgz" {
		// A stray file beside the charts has no name within its "chart".
		return l.assemble(slices.DeleteFunc(files, func(f File) bool { return f.Name == "" }))
	}
	if len(files) != 1 || files[0].Name != "" {
		return nil, fault.Invalid("a folder must not be named like a package")
	}
	unpacked, err := l.reader.Archive(bytes.NewReader(files[0].Data))
	if err != nil {
		return nil, err
	}
	return l.assemble(unpacked)
}
