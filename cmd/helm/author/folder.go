package author

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
	folderMode = 0o755
	fileMode   = 0o644
)

// folder is a folder to write files below. No link in it leads what is written
// out of it (CVE-2025-53547). Names are relative to it, with slashes.
type folder struct {
	*os.Root
	force bool // a file replaces whatever has its name
}

// openFolder opens a folder, which is made if it is missing.
func openFolder(path string, force bool) (*folder, error) {
	if err := os.MkdirAll(path, folderMode); err != nil {
		return nil, fault.Because("making the folder %q: %w", path, err)
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, fault.Because("opening the folder %q: %w", path, err)
	}
	return &folder{root, force}, nil
}

// path is where a file is, for people.
func (f *folder) path(name string) string { return filepath.Join(f.Name(), name) }

// vacant refuses a name that something else than a file with this content has.
func (f *folder) vacant(name string, content []byte) error {
	info, err := f.Lstat(name)
	switch {
	case f.force, errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("writing %q: %w", f.path(name), err)
	}
	if info.Mode().IsRegular() {
		there, err := f.Open(name)
		if err != nil {
			return fmt.Errorf("writing %q: %w", f.path(name), err)
		}
		defer there.Close()
		found, err := io.ReadAll(io.LimitReader(there, int64(len(content))+1))
		if err == nil && bytes.Equal(found, content) {
			return nil
		}
	}
	return fault.Conflict("%q exists and is something else", f.path(name)).Mend("--force, to replace it")
}

// place writes a file whole or not at all, with the folders above it: under
// another name beside it, which then becomes its own. A name that is taken in the
// meantime is refused as by vacant.
func (f *folder) place(name string, content []byte) error {
	beside := filepath.Dir(name)
	part := filepath.Join(beside, partName())
	defer f.Remove(part) // gone by then if it was renamed
	err := f.MkdirAll(beside, folderMode)
	if err == nil {
		err = f.write(part, content)
	}
	if err == nil && !f.force {
		if f.Link(part, name) == nil { // which replaces nothing
			return nil
		}
		if err := f.vacant(name, content); err != nil {
			return err
		}
	}
	if err == nil {
		err = f.Rename(part, name)
	}
	if err != nil {
		return fmt.Errorf("writing %q: %w", f.path(name), bare(err))
	}
	return nil
}

// bare is an error about a file without the file's name, which may be that of
// what is not whole yet.
func bare(err error) error {
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
func (f *folder) write(name string, data []byte) error {
	file, err := f.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	return errors.Join(err, file.Close())
}

// partName is a name for what is not whole yet: short, since that of the whole
// may be as long as a name can be.
func partName() string { return ".helm-" + rand.Text() }
