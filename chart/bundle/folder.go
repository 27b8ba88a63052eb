package bundle

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"syscall"

	"github.com/helm-dm/helm-dm/chart/fault"
)

// Folder reads the files of a chart's folder, leaving out what its .helmignore
// names. Symbolic links are followed within the folder; one that leads out of it
// is an error.
func (r *Reader) Folder(root *os.Root) ([]File, error) {
	rules, err := r.readIgnore(root)
	if err != nil {
		return nil, err
	}
	w := &walk{Reader: r, root: root, rules: rules}
	if err := w.into("."); err != nil {
		return nil, err
	}
	return w.files, nil
}

func (r *Reader) readIgnore(root *os.Root) (ignoreRules, error) {
	text, err := r.readFile(root, ignoreName)
	if errors.Is(err, fs.ErrNotExist) {
		return parseIgnore(nil)
	}
	if err != nil {
		return nil, err
	}
	return parseIgnore(text)
}

// walk collects the files below a root, following links inside it.
type walk struct {
	*Reader
	root  *os.Root
	rules ignoreRules
	open  []fs.FileInfo // the folders being walked, to find links in a circle
	files []File
}

func (w *walk) into(folder string) error {
	self, err := w.root.Stat(folder)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(w.open, func(above fs.FileInfo) bool { return os.SameFile(above, self) }) {
		return fault.Invalid("folder %q is a link to a folder that holds it", folder)
	}
	entries, err := fs.ReadDir(w.root.FS(), folder)
	if err != nil {
		return err
	}
	w.open = append(w.open, self)
	defer func() { w.open = w.open[:len(w.open)-1] }()
	for _, entry := range entries {
		if err := w.visit(path.Join(folder, entry.Name()), entry); err != nil {
			return err
		}
	}
	return nil
}

func (w *walk) visit(name string, entry fs.DirEntry) error {
	info, err := entry.Info()
	if err != nil {
		return err
	}
	if w.rules.ignores(name, info) {
		return nil
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		info, err = w.root.Stat(name)
		if err != nil {
			return fault.Invalid("%q is a link that leads nowhere or out of the chart's folder: %v", name, err)
		}
		if w.rules.ignores(name, info) {
			return nil
		}
	}
	switch {
	case info.IsDir():
		if err := w.enter(name, 0); err != nil {
			return err
		}
		return w.into(name)
	case info.Mode().IsRegular():
		return w.add(name)
	default:
		return fault.Invalid("%q is neither a file nor a folder", name)
	}
}

func (w *walk) add(name string) error {
	if err := checkName(name); err != nil {
		return err
	}
	data, err := w.readFile(w.root, name)
	if err != nil {
		return err
	}
	w.files = append(w.files, File{Name: name, Data: data})
	return nil
}

// readFile reads a regular file within the limits. It does not wait for a pipe,
// whatever the name has become since it was looked at.
func (r *Reader) readFile(root *os.Root, name string) ([]byte, error) {
	f, err := root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
		return nil, err
	case err != nil:
		return nil, fault.Invalid("%q cannot be opened within the chart's folder: %w", name, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fault.Invalid("%q is no file", name)
	}
	data, err := io.ReadAll(io.LimitReader(f, r.limits.File+1))
	if err != nil {
		return nil, fmt.Errorf("reading %q: %w", name, err)
	}
	if err := r.enter(name, int64(len(data))); err != nil {
		return nil, err
	}
	return bytes.TrimPrefix(data, []byte(byteOrderMark)), nil
}
