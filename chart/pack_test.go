package chart

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
)

func TestPackIsReproducible(t *testing.T) {
	t.Parallel()
	names := []string{"Chart.yaml", "values.yaml", "templates/b.yaml", "templates/a.yaml", strings.Repeat("long/", 40) + "x"}
	load := func(order []string) *Chart {
		dir := t.TempDir()
		for _, name := range order {
			writeFile(t, filepath.Join(dir, name), []byte(minimal))
		}
		c, err := LoadDir(dir, Limits{})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	first, err := load(names).Pack()
	if err != nil {
		t.Fatal(err)
	}
	second, err := load([]string{names[4], names[3], names[2], names[1], names[0]}).Pack()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, second) {
		t.Error("the same files give different packages")
	}
	if c, err := LoadBytes(first, Limits{}); err != nil || len(c.Raw()) != len(names) {
		t.Errorf("loading the package: %v, %v", c, err)
	}
}
