package archtest

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// tree is the Go code below one folder, in all of its modules.
type tree struct {
	positions *token.FileSet
	folders   []*folder // sorted by path
}

// folder is a folder with Go files in it.
type folder struct {
	path   string // from the top, with slashes
	module string // the folder of its go.mod; "." for the root module
	files  []*file
}

// file is one parsed Go file.
type file struct {
	path      string
	lines     int
	test      bool
	generated bool
	syntax    *ast.File
}

// load parses what lies in fsys, apart from the folders that the go command
// ignores too and from what is built.
func load(fsys fs.FS) (*tree, error) {
	t := &tree{positions: token.NewFileSet()}
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && ignored(name):
			return fs.SkipDir
		case entry.IsDir() || path.Ext(name) != ".go":
			return nil
		}
		return t.add(fsys, name)
	})
	slices.SortFunc(t.folders, func(a, b *folder) int { return strings.Compare(a.path, b.path) })
	return t, err
}

func ignored(folder string) bool {
	base := path.Base(folder)
	return base != "." && (base[0] == '.' || base[0] == '_' || slices.Contains([]string{"bin", "testdata", "vendor"}, base))
}

func (t *tree) add(fsys fs.FS, name string) error {
	source, err := fs.ReadFile(fsys, name)
	if err != nil {
		return err
	}
	syntax, err := parser.ParseFile(t.positions, name, source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	f := t.folder(fsys, path.Dir(name))
	f.files = append(f.files, &file{
		path:      name,
		lines:     bytes.Count(source, []byte("\n")),
		test:      strings.HasSuffix(name, "_test.go"),
		generated: ast.IsGenerated(syntax),
		syntax:    syntax,
	})
	return nil
}

func (t *tree) folder(fsys fs.FS, name string) *folder {
	for _, f := range t.folders {
		if f.path == name {
			return f
		}
	}
	f := &folder{path: name, module: moduleOf(fsys, name)}
	t.folders = append(t.folders, f)
	return f
}

func moduleOf(fsys fs.FS, folder string) string {
	for ; folder != "."; folder = path.Dir(folder) {
		if _, err := fs.Stat(fsys, path.Join(folder, "go.mod")); err == nil {
			return folder
		}
	}
	return folder
}

// line says where a node of a file begins, as path:line.
func (t *tree) line(node ast.Node) string {
	position := t.positions.Position(node.Pos())
	return fmt.Sprintf("%s:%d", position.Filename, position.Line)
}

// written returns the files that somebody wrote: of the product, or its tests.
func (f *folder) written(test bool) []*file {
	var files []*file
	for _, file := range f.files {
		if file.test == test && !file.generated {
			files = append(files, file)
		}
	}
	return files
}

// imports returns the folders of the project that the folder's files import,
// sorted: those of the product's files, or those of the tests.
func (f *folder) imports(test bool) []string {
	var folders []string
	for _, file := range f.files {
		if file.test != test {
			continue
		}
		for _, spec := range file.syntax.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				continue // the parser took it, so this cannot be
			}
			if ours, found := strings.CutPrefix(name, modulePath+"/"); found {
				folders = append(folders, ours)
			}
		}
	}
	slices.Sort(folders)
	return slices.Compact(folders)
}
