package archtest

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// names refuses the words that say nothing: as a folder, a package or a file.
func (l law) names(t *tree) []string {
	var complaints []string
	for _, f := range t.folders {
		if base := path.Base(f.path); slices.Contains(l.words, base) {
			complaints = append(complaints, fmt.Sprintf("%s: a folder called %s", f.path, base))
		}
		for _, file := range append(f.written(false), f.written(true)...) {
			stem := strings.TrimSuffix(strings.TrimSuffix(path.Base(file.path), ".go"), "_test")
			if slices.Contains(l.words, stem) {
				complaints = append(complaints, fmt.Sprintf("%s: a file called %s", file.path, stem))
			}
			name := strings.TrimSuffix(file.syntax.Name.Name, "_test")
			if slices.Contains(l.words, name) {
				complaints = append(complaints, fmt.Sprintf("%s: a package called %s", file.path, name))
			}
		}
	}
	return complaints
}
