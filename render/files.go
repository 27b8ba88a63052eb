package render

import (
	"encoding/base64"
	"path"
	"strings"

	"github.com/gobwas/glob"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/render/yaml"
)

// files is what templates see as .Files (S26).
type files map[string][]byte

func newFiles(list []chart.File) files {
	out := make(files, len(list))
	for _, f := range list {
		out[f.Name] = f.Data
	}
	return out
}

// GetBytes returns a file's content, empty when there is no such file.
func (f files) GetBytes(name string) []byte {
	if data, ok := f[name]; ok {
		return data
	}
	return []byte{}
}

// Get is GetBytes as a text.
func (f files) Get(name string) string { return string(f.GetBytes(name)) }

// Glob returns the files whose names match. A malformed pattern matches all.
func (f files) Glob(pattern string) files {
	matcher, err := glob.Compile(pattern, '/')
	if err != nil {
		matcher = glob.MustCompile("**")
	}
	out := files{}
	for name, data := range f {
		if matcher.Match(name) {
			out[name] = data
		}
	}
	return out
}

// AsConfig is the files as the data of a ConfigMap, in YAML, by base name.
func (f files) AsConfig() string {
	return f.data(func(data []byte) string { return string(data) })
}

// AsSecrets is the files as the data of a Secret, in YAML, by base name.
func (f files) AsSecrets() string { return f.data(base64.StdEncoding.EncodeToString) }

func (f files) data(text func([]byte) string) string {
	if f == nil {
		return ""
	}
	out := make(map[string]string, len(f))
	for name, data := range f {
		out[path.Base(name)] = text(data)
	}
	written, _ := yaml.Marshal(out) // maps of texts always can be written
	return strings.TrimSuffix(string(written), "\n")
}

// Lines are the lines of a file, without a line feed at its end.
func (f files) Lines(name string) []string {
	text := f.Get(name)
	if text == "" {
		return []string{}
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}
