package embedded

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// The programs.
const (
	ClusterProgram = "helm-local"
	ManagerProgram = "helm-manager"
)

// ErrNoProgram says that a program is not there. Building mends it.
var ErrNoProgram = errors.New("the program is neither beside helm nor in PATH")

// Find looks for a program beside the running one, then in PATH.
func Find(name string) (string, error) {
	self, err := os.Executable()
	if err == nil {
		self, err = filepath.EvalSymlinks(self)
	}
	if err == nil {
		if path, err := exec.LookPath(filepath.Join(filepath.Dir(self), name)); err == nil {
			return path, nil
		}
	}
	path, err := exec.LookPath(name)
	if err != nil {
		return "", fmt.Errorf("looking for %q: %w", name, ErrNoProgram)
	}
	return filepath.Abs(path)
}
