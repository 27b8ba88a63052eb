// Package collection finds charts, and values to try them with, in folders that
// others laid out. It reads names alone and changes nothing.
package collection

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Chart is a folder or a package with a chart in it.
type Chart struct {
	Name   string   // its path below the collection
	Path   string   // its path
	Values []string // paths of values files that belong to it, sorted
}

// Find returns the charts below root, sorted by path: folders with a Chart.yaml,
// and packages. What lies within a chart is part of it, not a chart of its own.
func Find(root string) ([]Chart, error) {
	var out []Chart
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && !isFile(filepath.Join(path, "Chart.yaml")) || !entry.IsDir() && filepath.Ext(path) != ".tgz" {
			return nil
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		chart := Chart{Name: name, Path: path}
		if entry.IsDir() {
			chart.Values, err = valuesFiles(path)
		}
		out = append(out, chart)
		if err == nil && entry.IsDir() {
			return fs.SkipDir
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("looking for charts in %q: %w", root, err)
	}
	return out, nil
}

// valuesFiles finds files in the places where chart-testing, and the habits of
// authors, put them.
func valuesFiles(chart string) ([]string, error) {
	var out []string
	for _, pattern := range []string{"ci/*values*.y*ml", "values-*.y*ml", "values_*.y*ml", "*-values.y*ml", "test-values/*.y*ml"} {
		found, err := filepath.Glob(filepath.Join(chart, pattern))
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
