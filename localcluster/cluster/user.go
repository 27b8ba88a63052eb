package cluster

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/helm-dm/helm-dm/localcluster/pki"
)

// User returns a kubeconfig that speaks to the cluster as that user, by a certificate that is valid for a year. The
// rights are up to RBAC. It holds a private key: keep it from others.
func (c *Cluster) User(name string, groups []string, context string) ([]byte, error) {
	if name == "" {
		return nil, fmt.Errorf("%w: the user needs a name", ErrInvalid)
	}
	s, err := c.existing()
	if err != nil {
		return nil, err
	}
	authority, err := pki.OpenAuthority(c.path(filepath.Join(pkiDir, clusterCA)))
	if err != nil {
		return nil, err
	}
	pair, err := authority.Issue(pki.Request{Name: name, Groups: groups})
	if err != nil {
		return nil, err
	}
	return pki.Kubeconfig(pki.Access{
		Server: s.server(), CA: authority.PEM(), Cluster: Name, Context: context, User: name, Pair: pair,
	})
}

// existing loads the settings of a cluster that must have been started once.
func (c *Cluster) existing() (settings, error) {
	s, err := c.load()
	if errors.Is(err, fs.ErrNotExist) {
		return s, fmt.Errorf("there is no cluster in %q; make one with helm-local up", c.dir)
	}
	return s, err
}
