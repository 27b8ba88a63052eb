package archtest

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
)

// imports holds the folders of the root module against the law's doors, both
// ways, and keeps the other modules out of this one.
func (l law) imports(t *tree) []string {
	var complaints []string
	seen := map[string]bool{}
	for _, f := range t.folders {
		if f.module != "." {
			complaints = append(complaints, strangers(f)...)
			continue
		}
		seen[f.path] = true
		door, known := l.doors[f.path]
		if !known {
			complaints = append(complaints, fmt.Sprintf("%s: no door in the law: say what the folder may import", f.path))
			continue
		}
		complaints = append(complaints, door.check(f)...)
	}
	for _, name := range slices.Sorted(maps.Keys(l.doors)) {
		if !seen[name] {
			complaints = append(complaints, name+": has a door in the law, and no Go files")
		}
	}
	return complaints
}

func (d door) check(f *folder) []string {
	product, tests := f.imports(false), f.imports(true)
	var complaints []string
	for _, name := range without(product, d.product) {
		complaints = append(complaints, fmt.Sprintf("%s: imports %s", f.path, name))
	}
	for _, name := range without(tests, slices.Concat(d.product, d.tests, []string{f.path})) {
		complaints = append(complaints, fmt.Sprintf("%s: its tests import %s", f.path, name))
	}
	for _, name := range without(d.product, product) {
		complaints = append(complaints, fmt.Sprintf("%s: may import %s, and does not", f.path, name))
	}
	for _, name := range without(d.tests, tests) {
		complaints = append(complaints, fmt.Sprintf("%s: its tests may import %s, and do not", f.path, name))
	}
	return complaints
}

// without returns the names that are not among the known ones, in order.
func without(names, known []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return slices.Contains(known, name) })
}

// strangers complains of what a folder of another module imports of ours.
func strangers(f *folder) []string {
	var complaints []string
	for _, name := range slices.Concat(f.imports(false), f.imports(true)) {
		if name != f.module && !strings.HasPrefix(name, f.module+"/") {
			complaints = append(complaints, fmt.Sprintf("%s: imports %s, from another module", f.path, name))
		}
	}
	return complaints
}

// reach complains where the product's files lead from one of two folders that
// the law keeps apart to the other, by however many steps.
func (l law) reach(t *tree) []string {
	next := map[string][]string{}
	for _, f := range t.folders {
		next[f.path] = f.imports(false)
	}
	var complaints []string
	for _, f := range t.folders {
		for _, apart := range l.apart {
			if !slices.ContainsFunc(apart.from, func(from string) bool { return within(f.path, from) }) {
				continue
			}
			for _, to := range apart.to {
				if way := way(next, f.path, to, map[string]bool{}); way != nil {
					complaints = append(complaints, fmt.Sprintf("%s: %s", strings.Join(way, " → "), apart.reason))
				}
			}
		}
	}
	return complaints
}

// way returns a path through next, from one folder to another or below it.
func way(next map[string][]string, from, to string, tried map[string]bool) []string {
	if within(from, to) {
		return []string{from}
	}
	tried[from] = true
	for _, name := range next[from] {
		if tried[name] {
			continue
		}
		if rest := way(next, name, to, tried); rest != nil {
			return append([]string{from}, rest...)
		}
	}
	return nil
}

func within(name, folder string) bool {
	for ; name != "."; name = path.Dir(name) {
		if name == folder {
			return true
		}
	}
	return false
}
