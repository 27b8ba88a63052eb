package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"k8s.io/client-go/rest"

	"github.com/helm-dm/helm-dm/client"
	"github.com/helm-dm/helm-dm/kube"
)

// Files in the folder manager of a cluster's folder.
const (
	managerDir      = "manager"
	certificateFile = "serving.crt"
	keyFile         = "serving.key"
	kubeconfigFile  = "kubeconfig"
	portFile        = "port"
)

// guestPrefix and a number name the replicas of the manager.
const guestPrefix = ManagerProgram + "-"

// pollTime paces the waiting for the API.
const pollTime = 200 * time.Millisecond

// Install puts what the manager needs onto the cluster: it registers the API as
// served on a port of localhost with certificates by the CA in caBundle (PEM),
// and returns a kubeconfig for the manager.
type Install func(ctx context.Context, admin *rest.Config, port int, caBundle []byte) ([]byte, error)

// Manager runs helm-manager beside a cluster.
type Manager struct {
	Cluster *Cluster
	// Program is helm-manager.
	Program string
	// Replicas run side by side and share one port.
	Replicas int
	Install  Install
}

// Up starts the replicas anew, so that a rebuilt program takes effect, and
// returns when the API answers through the cluster's own API server.
func (m *Manager) Up(ctx context.Context) error {
	status, err := m.Cluster.Status(ctx)
	if err != nil {
		return err
	}
	target, err := kube.Load(kube.Access{Kubeconfig: status.Kubeconfig, UserAgent: ManagerProgram})
	if err != nil {
		return err
	}
	dir := filepath.Join(status.Dir, managerDir)
	port, err := m.prepare(ctx, dir, status, target.Config)
	if err != nil {
		return err
	}
	if err := m.start(ctx, dir, port, status); err != nil {
		return err
	}
	return m.await(ctx, target.Config)
}

// prepare fills the manager's folder and installs, and returns the port.
func (m *Manager) prepare(ctx context.Context, dir string, status Status, admin *rest.Config) (int, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return 0, fmt.Errorf("preparing the manager: %w", err)
	}
	caBundle, err := certify(filepath.Join(dir, certificateFile), filepath.Join(dir, keyFile), time.Now())
	if err != nil {
		return 0, fmt.Errorf("preparing the manager's certificate: %w", err)
	}
	port, err := choosePort(filepath.Join(dir, portFile), len(guests(status)) > 0)
	if err != nil {
		return 0, fmt.Errorf("choosing the manager's port: %w", err)
	}
	kubeconfig, err := m.Install(ctx, admin, port, caBundle)
	if err != nil {
		return 0, fmt.Errorf("installing Helm/DM: %w", err)
	}
	if err := writePrivate(filepath.Join(dir, kubeconfigFile), kubeconfig); err != nil {
		return 0, fmt.Errorf("preparing the manager: %w", err)
	}
	return port, nil
}

// start replaces the replicas one by one and stops those too many.
func (m *Manager) start(ctx context.Context, dir string, port int, status Status) error {
	for i := range m.Replicas {
		err := m.Cluster.Run(ctx, guestPrefix+strconv.Itoa(i), m.Program,
			"--kubeconfig", filepath.Join(dir, kubeconfigFile),
			"--bind-address", "127.0.0.1",
			"--secure-port", strconv.Itoa(port),
			"--permit-port-sharing",
			"--tls-cert-file", filepath.Join(dir, certificateFile),
			"--tls-private-key-file", filepath.Join(dir, keyFile))
		if err != nil {
			return err
		}
	}
	for _, guest := range guests(status) {
		number, err := strconv.Atoi(strings.TrimPrefix(guest.Name, guestPrefix))
		if err != nil || number < m.Replicas {
			continue
		}
		if err := m.Cluster.Stop(ctx, guest.Name); err != nil {
			return err
		}
	}
	return nil
}

// await polls until the API answers. The API server passes requests on only
// once its APIService is available, so one answer means both.
func (m *Manager) await(ctx context.Context, admin *rest.Config) error {
	c, err := client.New(admin)
	if err != nil {
		return err
	}
	ticker := time.NewTicker(pollTime)
	defer ticker.Stop()
	for i := 1; ; i++ {
		_, err := c.Served(ctx)
		if err == nil {
			return m.alive(ctx)
		}
		if i%10 == 0 {
			if err := m.alive(ctx); err != nil && ctx.Err() == nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for the manager: %w; its last answer: %w", ctx.Err(), err)
		case <-ticker.C:
		}
	}
}

// alive makes sure that no replica has died.
func (m *Manager) alive(ctx context.Context) error {
	status, err := m.Cluster.Status(ctx)
	if err != nil {
		return err
	}
	var dead []error
	for _, guest := range guests(status) {
		if guest.State != stateRunning {
			dead = append(dead, fmt.Errorf("%s: %s", guest.Name, orLog(guest)))
		}
	}
	return errors.Join(dead...)
}

// guests are the replicas that the cluster knows of.
func guests(status Status) []Part {
	var out []Part
	for _, part := range status.Parts {
		if strings.HasPrefix(part.Name, guestPrefix) {
			out = append(out, part)
		}
	}
	return out
}

func orLog(part Part) string {
	if part.Message != "" {
		return part.Message
	}
	return fmt.Sprintf("%s; see %s", part.State, part.Log)
}
