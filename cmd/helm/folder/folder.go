// Package folder writes the files that a command makes: whole or not at all, and
// never in the place of something else unless that was asked for.
package folder

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/helm-dm/helm-dm/cmd/helm/fault"
)

// Modes of what is written, before the umask.
const (
	Mode     = 0o755 // of folders
	fileMode = 0o644
)

// Folder is a folder to write files below. No link in it leads what is written
// out of it (CVE-2025-53547). Names are relative to it, with slashes.
type Folder struct {
	*os.Root
	force bool // a file replaces whatever has its name
}

// Open opens a folder, which is made if it is missing.
func Open(path string, force bool) (*Folder, error) {
	if err := os.MkdirAll(path, Mode); err != nil {
		return nil, fault.Because("making the folder %q: %w", path, err)
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, fault.Because("opening the folder %q: %w", path, err)
	}
	return &Folder{root, force}, nil
}

// Path is where a file is, for people.
func (f *Folder) Path(name string) string { return filepath.Join(f.Name(), name) }

// Vacant refuses a name that something else than a file with this content has.
func (f *Folder) Vacant(name string, content []byte) error {
	info, err := f.Lstat(name)
	switch {
	case f.force, errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("writing %q: %w", f.Path(name), err)
	}
	if info.Mode().IsRegular() {
		there, err := f.Open(name)
		if err != nil {
			return fmt.Errorf("writing %q: %w", f.Path(name), err)
		}
		defer there.Close()
		found, err := io.ReadAll(io.LimitReader(there, int64(len(content))+1))
		if err == nil && bytes.Equal(found, content) {
			return nil
		}
	}
	return fault.Conflict("%q exists and is something else", f.Path(name)).Mend("--force, to replace it")
}

// Place writes a file whole or not at all, with the folders above it: under
// another name beside it, which then becomes its own. A name that is taken in the
// meantime is refused as by Vacant.
func (f *Folder) Place(name string, content []byte) error {
	beside := filepath.Dir(name)
	part := filepath.Join(beside, PartName())
	defer f.Remove(part) // gone by then if it was renamed
	err := f.MkdirAll(beside, Mode)
	if err == nil {
		err = f.write(part, content)
	}
	if err == nil && !f.force {
		if f.Link(part, name) == nil { // which replaces nothing
			return nil
		}
		if err := f.Vacant(name, content); err != nil {
			return err
		}
	}
	if err == nil {
		err = f.Rename(part, name)
	}
	if err != nil {
		return fmt.Errorf("writing %q: %w", f.Path(name), Bare(err))
	}
	return nil
}

// Bare is an error about a file without the file's name, which may be that of
// what is not whole yet.
func Bare(err error) error {
	var one *fs.PathError
	var two *os.LinkError
	for errors.As(err, &one) {
		err = one.Err
	}
	if errors.As(err, &two) {
		err = two.Err
	}
	return err
}

// write writes a new file.
func (f *Folder) write(name string, data []byte) error {
	file, err := f.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	return errors.Join(err, file.Close())
}

// PartName is a name for what is not whole yet: short, since that of the whole
// may be as long as a name can be.
func PartName() string { return ".helm-" + rand.Text() }

// Write writes one file, in a folder that is there, whole or not at all. What
// else has its name is replaced by force alone.
func Write(path string, content []byte, force bool) error {
	root, err := os.OpenRoot(filepath.Dir(path))
	if err != nil {
		return fault.Usage("writing %q: %w", path, Bare(err))
	}
	f := &Folder{root, force}
	defer f.Close()
	name := filepath.Base(path)
	if err := f.Vacant(name, content); err != nil {
		return err
	}
	return f.Place(name, content)
}
