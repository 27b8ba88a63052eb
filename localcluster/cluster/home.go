package cluster

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/helm-dm/helm-dm/localcluster/file"
)

// The entries of the cluster's folder.
const (
	settingsFile  = "cluster.json"
	adminFile     = "admin.kubeconfig"
	kwokFile      = "kwok.yaml"
	pkiDir        = "pki"
	kubeconfigDir = "kubeconfig"
	dataDir       = "data"
	logDir        = "logs"
	runDir        = "run"
)

// settingsKind tells a cluster's folder from any other.
const settingsKind = "helm-local cluster"

// settings is what a cluster remembers while it is down.
type settings struct {
	Kind  string         `json:"kind"`
	Ports map[string]int `json:"ports"` // by part, on 127.0.0.1
}

// server is the URL of the Kubernetes API.
func (s settings) server() string {
	return fmt.Sprintf("https://127.0.0.1:%d", s.Ports[apiServer])
}

// errForeign says that the folder holds something, but no cluster.
var errForeign = errors.New("the folder is not empty and was not made by helm-local; name another with --dir")

// load reads the settings: fs.ErrNotExist when there is no cluster, errForeign when there is something else.
func (c *Cluster) load() (settings, error) {
	var s settings
	data, err := os.ReadFile(c.path(settingsFile))
	if errors.Is(err, fs.ErrNotExist) {
		entries, dirErr := os.ReadDir(c.dir)
		if len(entries) > 0 {
			return s, fmt.Errorf("using %q: %w", c.dir, errForeign)
		}
		return s, errors.Join(err, dirErr)
	}
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal(data, &s); err != nil || s.Kind != settingsKind {
		return s, fmt.Errorf("using %q: %w", c.dir, errForeign)
	}
	return s, nil
}

func (c *Cluster) save(s settings) error {
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	return file.Write(c.path(settingsFile), append(data, '\n'))
}

// furnish makes the folders of a cluster, or only closes them to others.
func (c *Cluster) furnish() error {
	for _, rel := range []string{"", pkiDir, kubeconfigDir, dataDir, logDir, runDir} {
		if err := os.MkdirAll(c.path(rel), 0o700); err != nil {
			return err
		}
		if err := os.Chmod(c.path(rel), 0o700); err != nil {
			return err
		}
	}
	return nil
}

// purge removes everything that makes the folder a cluster, its settings last, and nothing else.
func (c *Cluster) purge() error {
	if _, err := c.load(); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	own := []string{adminFile, kwokFile, pkiDir, kubeconfigDir, dataDir, logDir, runDir, settingsFile}
	for _, entry := range own {
		if err := os.RemoveAll(c.path(entry)); err != nil {
			return err
		}
	}
	return nil
}
