package archtest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// top is where the project begins, seen from here.
const top = "../.."

func TestHouse(t *testing.T) {
	t.Parallel()
	tree, err := load(os.DirFS(top))
	if err != nil {
		t.Fatal(err)
	}
	for name, rule := range house().rules() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, complaint := range rule(tree) {
				t.Error(complaint)
			}
		})
	}
}

// TestRules gives each rule a tree that breaks it in every way. The comment of
// the archive is what the rule must say, a complaint a line.
func TestRules(t *testing.T) {
	t.Parallel()
	for name, rule := range model().rules() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(filepath.Join("testdata", name+".txtar"))
			if err != nil {
				t.Fatal(err)
			}
			files := fstest.MapFS{}
			for _, file := range archive.Files {
				files[file.Name] = &fstest.MapFile{Data: file.Data}
			}
			tree, err := load(files)
			if err != nil {
				t.Fatal(err)
			}
			want := strings.Split(strings.TrimSpace(string(archive.Comment)), "\n")
			if diff := cmp.Diff(want, rule(tree)); diff != "" {
				t.Errorf("complaints (-want +got):\n%s", diff)
			}
		})
	}
}

// model is a small law for the small trees in testdata.
func model() law {
	return law{
		doors: map[string]door{
			"bread":       {product: []string{"flour", "salt"}},
			"bread/taste": {},
			"flour":       {tests: []string{"salt", "water"}},
			"oven":        {},
			"salt":        {},
		},
		apart:         []apart{{from: []string{"bread", "oven"}, to: []string{"salt"}, reason: "too much of it"}},
		fileLines:     12,
		mainLines:     4,
		functionLines: 3,
		packageLines:  14,
		commentLength: 40,
		words:         []string{"common", "helpers"},
	}
}
