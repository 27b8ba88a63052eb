package author

import (
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

// vacant refuses a place where a file is to be written and something else is
// already. mine says whether what a file there holds may be replaced.
func vacant(name string, mine func(io.Reader) bool) error {
	info, err := os.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil && info.Mode().IsRegular() {
		f, err := os.Open(name)
		if err != nil {
			return fmt.Errorf("writing %q: %w", name, err)
		}
		defer f.Close()
		if mine(f) {
			return nil
		}
	}
	if err != nil {
		return fmt.Errorf("writing %q: %w", name, err)
	}
	return fault.Conflict("%q exists and is something else", name).Mend("--force, to replace it")
}

// place writes a file whole or not at all: under another name in its folder,
// which is then renamed.
func place(name string, data []byte) error {
	part := filepath.Join(filepath.Dir(name), "."+filepath.Base(name)+"."+rand.Text())
	err := write(part, data)
	if err == nil {
		err = os.Rename(part, name)
	}
	if err != nil {
		_ = os.Remove(part) // it may never have been made
		return fmt.Errorf("writing %q: %w", name, err)
	}
	return nil
}

// write writes a new file.
func write(name string, data []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}
