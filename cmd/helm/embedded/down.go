package embedded

import (
	"context"
	"os"
	"path/filepath"
)

// Down stops the manager and the cluster. With purge it also removes what
// belongs to them, and nothing else that may be in their folder.
func (m *Manager) Down(ctx context.Context, purge bool) (Status, error) {
	status, err := m.Cluster.Status(ctx)
	if err != nil {
		return status, err
	}
	if err := m.Cluster.Down(ctx, purge); err != nil {
		return status, err
	}
	if !purge || status.Kubeconfig == "" { // there was no cluster in this folder
		return status, nil
	}
	dir := filepath.Join(status.Dir, managerDir)
	for _, name := range []string{certificateFile, keyFile, kubeconfigFile, portFile} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !os.IsNotExist(err) {
			return status, err
		}
	}
	// What is not empty holds something of somebody else's, and stays.
	_ = os.Remove(dir)
	_ = os.Remove(status.Dir)
	return status, nil
}
