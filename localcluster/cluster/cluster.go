// Package cluster composes a Kubernetes control plane from its parts, each a process of its own: it brings them up,
// tells how they are, and takes them down. Everything a cluster has is in one folder, private to the user, and all its
// ports are on the loopback interface, so clusters in different folders run side by side.
//
// Beside the parts a cluster has guests: programs that are started, listed and stopped with it, of which it knows
// nothing else.
package cluster

import (
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"k8s.io/component-base/version"

	"github.com/helm-dm/helm-dm/localcluster/process"
)

// PartWord is the first argument with which a cluster starts its own program as one of its parts; the name of the
// part and its arguments follow.
const PartWord = "part"

// Name is the cluster's name in kubeconfigs, and that of the administrator's context.
const Name = "helm-local"

// ErrInvalid marks errors of the caller: something was asked for that cannot be.
var ErrInvalid = errors.New("invalid request")

// Cluster is the cluster in one folder. Any number of processes may work with it at once.
type Cluster struct {
	dir      string
	program  string
	progress *log.Logger
	table    process.Table
}

// Open returns the cluster in the folder, which need not exist. What takes time is reported to progress, by the line.
func Open(dir string, progress *log.Logger) (*Cluster, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	program, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("finding the program itself: %w", err)
	}
	c := &Cluster{dir: dir, program: program, progress: progress}
	c.table = process.Table{Dir: c.path(runDir), Logs: c.path(logDir)}
	return c, nil
}

// Dir returns the cluster's folder, an absolute path.
func (c *Cluster) Dir() string { return c.dir }

// path turns a path inside the folder into an absolute one.
func (c *Cluster) path(rel string) string { return filepath.Join(c.dir, rel) }

// Kubernetes returns the version of the embedded Kubernetes, as v1.2.3.
func Kubernetes() string { return version.Get().GitVersion }
