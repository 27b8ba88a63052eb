package e2e

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/transport"

	"github.com/helm-dm/helm-dm/client"
	"github.com/helm-dm/helm-dm/internal/clustertest"
)

// replica is a manager of a test's own, beside those of the cluster. It can be
// addressed alone, and killed.
type replica struct {
	address string // host:port
	process *os.Process
	exited  chan struct{}
}

// startReplica starts a manager and waits until it serves. It is stopped at the
// end of the test.
func startReplica(t *testing.T, cluster *clustertest.Cluster) *replica {
	t.Helper()
	own := filepath.Join(cluster.Dir(), "manager")
	port := freePort(t)
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	// It is stopped in order below, not killed with the test's context.
	cmd := exec.Command(cluster.Program("helm-manager"),
		"--kubeconfig", filepath.Join(own, "kubeconfig"),
		"--bind-address", "127.0.0.1", "--secure-port", port, "--lease", "3s",
		"--tls-cert-file", filepath.Join(own, "serving.crt"),
		"--tls-private-key-file", filepath.Join(own, "serving.key"))
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	r := &replica{address: "127.0.0.1:" + port, process: cmd.Process, exited: make(chan struct{})}
	go func() {
		defer close(r.exited)
		_ = cmd.Wait() // it may have been killed
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		<-r.exited
		if text, err := os.ReadFile(log.Name()); err == nil && t.Failed() {
			t.Logf("the replica at %s said:\n%s", r.address, text)
		}
	})
	c := dial(t, cluster, r.address, "system:admin", "system:masters")
	err = clustertest.Poll(t.Context(), func(ctx context.Context) (bool, error) {
		_, err := c.Deployments("default").List(ctx, everything())
		return err == nil, err
	})
	if err != nil {
		t.Fatalf("waiting for a replica: %v", err)
	}
	return r
}

// kill ends the replica without a chance to put anything in order.
func (r *replica) kill(t *testing.T) {
	t.Helper()
	if err := r.process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-r.exited
}

func freePort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
}

// sharedAddress is where the cluster's own managers listen.
func sharedAddress(t *testing.T, cluster *clustertest.Cluster) string {
	t.Helper()
	port, err := os.ReadFile(filepath.Join(cluster.Dir(), "manager", "port"))
	if err != nil {
		t.Fatal(err)
	}
	return "127.0.0.1:" + strings.TrimSpace(string(port))
}

// proxyConfig speaks to a manager as the front proxy does, on behalf of a user.
func proxyConfig(cluster *clustertest.Cluster, address, user string, groups ...string) *rest.Config {
	pki := filepath.Join(cluster.Dir(), "pki")
	return &rest.Config{
		Host: "https://" + address,
		QPS:  -1,
		TLSClientConfig: rest.TLSClientConfig{
			Insecure: true, // who is asked is not in question here
			CertFile: filepath.Join(pki, "front-proxy-client.crt"),
			KeyFile:  filepath.Join(pki, "front-proxy-client.key"),
		},
		WrapTransport: func(next http.RoundTripper) http.RoundTripper {
			return transport.NewAuthProxyRoundTripper(user, "", groups, nil, next)
		},
	}
}

func dial(t *testing.T, cluster *clustertest.Cluster, address, user string, groups ...string) *client.Client {
	t.Helper()
	return connect(t, proxyConfig(cluster, address, user, append(groups, "system:authenticated")...))
}

func connect(t *testing.T, config *rest.Config) *client.Client {
	t.Helper()
	c, err := client.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// deadline bounds what a test waits for.
func deadline(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeoutCause(t.Context(), 90*time.Second, fmt.Errorf("the test %s has waited enough", t.Name()))
	t.Cleanup(cancel)
	return ctx
}
