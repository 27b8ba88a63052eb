package embedded

import (
	"context"
	"fmt"

	"github.com/helm-dm/helm-dm/client"
	"github.com/helm-dm/helm-dm/kube"
)

// Trouble lists what is wrong, a line each; nothing if all is well.
func (m *Manager) Trouble(ctx context.Context) ([]string, error) {
	status, err := m.Cluster.Status(ctx)
	if err != nil {
		return nil, err
	}
	if status.State == stateStopped || status.Kubeconfig == "" {
		return []string{stateStopped}, nil
	}
	var out []string
	for _, part := range status.Parts {
		if part.State != stateRunning {
			out = append(out, part.Name+": "+orLog(part))
		}
	}
	if len(guests(status)) == 0 {
		out = append(out, ManagerProgram+": not running")
	}
	if len(out) > 0 {
		return out, nil
	}
	if err := answers(ctx, status.Kubeconfig); err != nil {
		out = append(out, err.Error())
	}
	return out, nil
}

// answers asks the API through the cluster's own API server.
func answers(ctx context.Context, kubeconfig string) error {
	target, err := kube.Load(kube.Access{Kubeconfig: kubeconfig, UserAgent: ManagerProgram})
	if err != nil {
		return err
	}
	c, err := client.New(target.Config)
	if err != nil {
		return err
	}
	if _, err := c.Served(ctx); err != nil {
		return fmt.Errorf("%s: %w", ManagerProgram, err)
	}
	return nil
}
