package scaffold

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"

	"github.com/helm-dm/helm-dm/chart"
)

// placeholder stands for the chart's name in the files that charts are made
// from: in ours, and in the starters that people keep for themselves.
const placeholder = "<CHARTNAME>"

//go:embed all:chart
var files embed.FS

// New returns the files of a new chart, in the order of their names. An error
// matches chart.ErrInvalid.
func New(name string) ([]chart.File, error) {
	if err := check(name); err != nil {
		return nil, err
	}
	var out []chart.File
	err := fs.WalkDir(files, "chart", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := files.ReadFile(path)
		out = append(out, chart.File{Name: strings.TrimPrefix(path, "chart/"), Data: data})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("writing chart %q: %w", name, err)
	}
	return Fill(out, name), nil
}

// Fill returns copies of files in whose contents the chart's name stands for
// every <CHARTNAME>.
func Fill(files []chart.File, name string) []chart.File {
	out := make([]chart.File, len(files))
	for i, f := range files {
		text := strings.ReplaceAll(string(f.Data), placeholder, name)
		out[i] = chart.File{Name: f.Name, Data: []byte(text)}
	}
	return out
}
