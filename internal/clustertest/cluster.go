package clustertest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// Bounds of starting and stopping the cluster, waiting for others included.
const (
	startTime = 4 * time.Minute
	stopTime  = 2 * time.Minute
)

// heldVar is set while Run holds the cluster for the tests of this process: to
// its folder.
const heldVar = "HELM_TEST_CLUSTER"

// Cluster is the shared cluster.
type Cluster struct {
	home   home
	config *rest.Config
	client kubernetes.Interface
}

// Run runs the tests of a package with the cluster up from the first to the
// last, for use in TestMain: os.Exit(clustertest.Run(m)). An interrupt stops the
// cluster, too.
func Run(m *testing.M) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	h, err := findHome()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	starting, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	users, err := h.acquire(starting)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if err := os.Setenv(heldVar, h.dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return end(h, users, 1)
	}
	interrupted := context.AfterFunc(ctx, func() { os.Exit(end(h, users, 1)) })
	code := m.Run()
	if !interrupted() {
		select {} // the interrupt ends the process
	}
	return end(h, users, code)
}

func end(h home, users *lock, code int) int {
	ctx, cancel := context.WithTimeout(context.Background(), stopTime)
	defer cancel()
	if err := h.release(ctx, users); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

// Start returns the cluster, which runs at least until t has ended.
func Start(t testing.TB) *Cluster {
	t.Helper()
	h, err := findHome()
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv(heldVar) != h.dir {
		h.hold(t)
	}
	c, err := connect(h)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// hold keeps the cluster up until t has ended.
func (h home) hold(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), startTime)
	defer cancel()
	users, err := h.acquire(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), stopTime)
		defer cancel()
		if err := h.release(ctx, users); err != nil {
			t.Error(err)
		}
	})
}

func connect(h home) (*Cluster, error) {
	config, err := clientcmd.BuildConfigFromFlags("", h.kubeconfig())
	if err != nil {
		return nil, fmt.Errorf("connecting to the tests' cluster: %w", err)
	}
	config.QPS = -1 // no limit
	client, err := kubernetes.NewForConfig(config)
	return &Cluster{h, config, client}, err
}

// Dir is the folder of the cluster, as helm-local laid it out: its certificates
// are in pki, the manager's files in manager.
func (c *Cluster) Dir() string { return c.home.cluster() }

// Bin is the folder of the programs.
func (c *Cluster) Bin() string { return c.home.bin }

// Program is the path of one of the programs.
func (c *Cluster) Program(name string) string { return filepath.Join(c.home.bin, name) }

// Client is the administrator's.
func (c *Cluster) Client() kubernetes.Interface { return c.client }

// Poll asks until done says yes, and gives up with its last error after a minute.
func Poll(ctx context.Context, done func(context.Context) (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for wait := 20 * time.Millisecond; ; wait = min(wait*3/2, time.Second) {
		ok, err := done(ctx)
		if ok {
			return nil
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return errors.Join(errors.New("gave up waiting"), err)
		}
	}
}
