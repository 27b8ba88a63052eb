package archtest

import (
	"fmt"
	"go/ast"
	"go/token"
	"strings"
)

// variables refuses init functions and package variables, apart from those that
// nobody changes: see constant.
func (l law) variables(t *tree) []string {
	var complaints []string
	for _, f := range t.folders {
		for _, file := range append(f.written(false), f.written(true)...) {
			for _, declaration := range file.syntax.Decls {
				complaints = append(complaints, variable(t, file, declaration)...)
			}
		}
	}
	return complaints
}

func variable(t *tree, f *file, declaration ast.Decl) []string {
	switch d := declaration.(type) {
	case *ast.FuncDecl:
		if d.Name.Name == "init" && d.Recv == nil {
			return []string{t.line(d) + ": an init function"}
		}
	case *ast.GenDecl:
		if d.Tok != token.VAR {
			return nil
		}
		var complaints []string
		for _, spec := range d.Specs {
			value, ok := spec.(*ast.ValueSpec)
			if ok && !constant(f, d, value) {
				complaints = append(complaints, fmt.Sprintf("%s: a package variable, %s", t.line(value), value.Names[0].Name))
			}
		}
		return complaints
	}
	return nil
}

// constant tells whether a package variable is one in name only: an assertion
// about a type, an error to compare with, a compiled pattern, an embedded file,
// a flag of a test, or a word that the linker sets.
func constant(f *file, d *ast.GenDecl, v *ast.ValueSpec) bool {
	comment := comment(d.Doc) + comment(v.Doc)
	switch {
	case strings.Contains(comment, "//go:embed "):
		return true
	case f.syntax.Name.Name == "main" && len(v.Values) == 0 && isString(v.Type):
		return strings.Contains(comment, "-X main."+v.Names[0].Name+"=")
	case len(v.Values) != len(v.Names):
		return false
	}
	for i, name := range v.Names {
		if name.Name != "_" && !fixed(f, v.Values[i]) {
			return false
		}
	}
	return true
}

// fixed tells whether an expression makes a value that has no way to change.
func fixed(f *file, value ast.Expr) bool {
	call, ok := value.(*ast.CallExpr)
	if !ok {
		return false
	}
	selector, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	from, ok := selector.X.(*ast.Ident)
	if !ok {
		return false
	}
	switch from.Name + "." + selector.Sel.Name {
	case "errors.New", "regexp.MustCompile":
		return true
	}
	return f.test && from.Name == "flag"
}

func isString(e ast.Expr) bool {
	name, ok := e.(*ast.Ident)
	return ok && name.Name == "string"
}

// comment returns a comment as it is written, directives included.
func comment(group *ast.CommentGroup) string {
	var text strings.Builder
	if group != nil {
		for _, c := range group.List {
			text.WriteString(c.Text + "\n")
		}
	}
	return text.String()
}
