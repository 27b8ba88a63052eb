package archtest

import (
	"fmt"
	"go/ast"
	"path"
)

// sizes holds files, functions and packages against the law's caps.
func (l law) sizes(t *tree) []string {
	var complaints []string
	for _, f := range t.folders {
		lines := 0
		for _, file := range f.written(false) {
			lines += file.lines
		}
		if lines > l.packageLines {
			complaints = append(complaints, fmt.Sprintf("%s: %d lines, at most %d: a second noun hides here", f.path, lines, l.packageLines))
		}
		for _, file := range append(f.written(false), f.written(true)...) {
			complaints = append(complaints, l.size(t, file)...)
		}
	}
	return complaints
}

func (l law) size(t *tree, f *file) []string {
	var complaints []string
	if f.lines > l.fileLines {
		complaints = append(complaints, fmt.Sprintf("%s: %d lines, at most %d", f.path, f.lines, l.fileLines))
	}
	if path.Base(f.path) == "main.go" && f.lines >= l.mainLines {
		complaints = append(complaints, fmt.Sprintf("%s: %d lines, fewer than %d in a main", f.path, f.lines, l.mainLines))
	}
	for _, declaration := range f.syntax.Decls {
		function, ok := declaration.(*ast.FuncDecl)
		if !ok {
			continue
		}
		lines := t.positions.Position(function.End()).Line - t.positions.Position(function.Pos()).Line + 1
		if lines > l.functionLines {
			complaints = append(complaints, fmt.Sprintf("%s: %s has %d lines, at most %d", t.line(function), function.Name.Name, lines, l.functionLines))
		}
	}
	return complaints
}
