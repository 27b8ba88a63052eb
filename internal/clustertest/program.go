package clustertest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// binVar names the folder of the programs.
const binVar = "HELM_BIN"

// findBin returns the folder of the programs, once all of them are there.
func findBin() (string, error) {
	bin := os.Getenv(binVar)
	if bin == "" {
		root, err := findRoot()
		if err != nil {
			return "", err
		}
		bin = filepath.Join(root, "bin")
	}
	bin, err := filepath.Abs(bin)
	if err != nil {
		return "", err
	}
	for _, name := range []string{"helm", "helm-manager", "helm-local", "kubectl"} {
		if _, err := os.Stat(filepath.Join(bin, name)); err != nil {
			return "", fmt.Errorf("looking for the programs to test: %w: run `make build kubectl`, or name their folder in %s", err, binVar)
		}
	}
	return bin, nil
}

// findRoot walks up from the test's folder to the one that holds go.mod.
func findRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("looking for the top of the source: no go.mod above the test's folder")
		}
		dir = parent
	}
}
