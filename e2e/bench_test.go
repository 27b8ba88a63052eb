package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/chart/reference"
	"github.com/helm-dm/helm-dm/internal/clustertest"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/kube/account"
	"github.com/helm-dm/helm-dm/manager"
	"github.com/helm-dm/helm-dm/manager/operation"
	"github.com/helm-dm/helm-dm/manager/source"
	"github.com/helm-dm/helm-dm/render/worker/job"
	"github.com/helm-dm/helm-dm/state"
	"github.com/helm-dm/helm-dm/state/secret"
)

// BenchmarkClientStart is the whole life of `helm version --client`.
func BenchmarkClientStart(b *testing.B) {
	c := clustertest.Start(b)
	for b.Loop() {
		if out, err := exec.CommandContext(b.Context(), c.Program("helm"), "version", "--client").CombinedOutput(); err != nil {
			b.Fatalf("%v: %s", err, out)
		}
	}
}

// BenchmarkClientResident is what helm holds in memory while it waits for its
// standard input, loaded and with its flags read. Only Linux tells.
func BenchmarkClientResident(b *testing.B) {
	c := clustertest.Start(b)
	var peak int
	for b.Loop() {
		cmd := exec.CommandContext(b.Context(), c.Program("helm"), "deploy", "-f", "-", ".")
		stdin, err := cmd.StdinPipe()
		if err != nil {
			b.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			b.Fatal(err)
		}
		if _, err := stdin.Write(make([]byte, 256<<10)); err != nil { // more than a pipe holds: it reads
			b.Fatal(err)
		}
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", cmd.Process.Pid))
		if err != nil {
			b.Skipf("this system does not tell what a process holds: %v", err)
		}
		_, after, _ := strings.Cut(string(status), "VmHWM:")
		var kilobytes int
		if _, err := fmt.Sscan(after, &kilobytes); err != nil {
			b.Fatal(err)
		}
		peak = max(peak, kilobytes)
		if err := errors.Join(stdin.Close(), cmd.Process.Kill()); err != nil {
			b.Fatal(err)
		}
		_ = cmd.Wait() // it was killed
	}
	b.ReportMetric(float64(peak)/1024, "MB-resident")
}

// BenchmarkLocalUp starts an embedded cluster from nothing, without the manager.
func BenchmarkLocalUp(b *testing.B) {
	c := clustertest.Start(b)
	for b.Loop() {
		dir := b.TempDir()
		local := func(args ...string) {
			if out, err := exec.CommandContext(b.Context(), c.Program("helm-local"), append(args, "--dir", dir)...).CombinedOutput(); err != nil {
				b.Fatalf("%v: %s", err, out)
			}
		}
		local("up")
		b.StopTimer()
		local("down", "--purge")
		b.StartTimer()
	}
}

// BenchmarkDeploy is `helm deploy` of a chart of ten objects, until nothing has
// to be applied any more, as a user waits for it.
func BenchmarkDeploy(b *testing.B) {
	c := clustertest.Start(b)
	admin := c.Admin(b, c.Namespace(b))
	dir := tenObjects(b)
	i := 0
	for b.Loop() {
		i++
		cmd := exec.CommandContext(b.Context(), c.Program("helm"), "deploy", "--name", fmt.Sprintf("bench-%d", i), "--no-wait", dir)
		cmd.Env = append(os.Environ(), "KUBECONFIG="+admin.Kubeconfig)
		if out, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("%v: %s", err, out)
		}
	}
}

// BenchmarkDeployCalls counts what one deploy of ten objects costs the API
// server, the client's own three calls apart: by the manager's account and, in
// the caller's name, by the impersonator's.
func BenchmarkDeployCalls(b *testing.B) {
	c := clustertest.Start(b)
	ns := c.Namespace(b)
	var books, caller counter
	m := benchManager(b, c, &books, &caller)
	id := kube.Identity{User: "bench", Groups: []string{"system:masters", "system:authenticated"}}
	data := packed(b, tenObjects(b))
	answer, err := m.Upload(b.Context(), id, &v1alpha1.ChartPackage{
		Spec: v1alpha1.ChartPackageSpec{Digest: chart.Digest(data), Size: int64(len(data)), Data: data},
	})
	if err != nil {
		b.Fatal(err)
	}
	wanted := &v1alpha1.ChartDeployment{}
	wanted.Namespace = ns
	wanted.Spec.Chart = reference.Upload("ten", "0.1.0", answer.Spec.Digest).String()
	deploy := func() {
		cd, err := m.Deploy(b.Context(), id, wanted.DeepCopy(), false)
		if err != nil {
			b.Fatal(err)
		}
		follow := &v1alpha1.DeploymentLogOptions{Follow: true}
		err = m.Log(b.Context(), state.Key{Namespace: ns, Name: cd.Name}, follow, func(l v1alpha1.LogLine) error {
			if l.Step == v1alpha1.StepFailed {
				b.Error(l.Message)
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	deploy() // what is asked once is asked now
	books.Store(0)
	caller.Store(0)
	n := 0
	for b.Loop() {
		deploy()
		n++
	}
	b.ReportMetric(float64(books.Load())/float64(n), "manager-calls/op")
	b.ReportMetric(float64(caller.Load())/float64(n), "caller-calls/op")
}

// counter counts requests.
type counter struct{ atomic.Int64 }

func (c *counter) wrap(next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(req *http.Request) (*http.Response, error) {
		c.Add(1)
		return next.RoundTrip(req)
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// benchManager runs a manager in this process, under the accounts of the
// cluster's own.
func benchManager(b *testing.B, c *clustertest.Cluster, books, caller *counter) *manager.Manager {
	b.Helper()
	cfg, err := clientcmd.BuildConfigFromFlags("", filepath.Join(c.Dir(), "manager", "kubeconfig"))
	if err != nil {
		b.Fatal(err)
	}
	counted := rest.CopyConfig(cfg)
	counted.Wrap(books.wrap)
	acct, err := account.New(counted)
	if err != nil {
		b.Fatal(err)
	}
	md, err := metadata.NewForConfig(account.Unlimited(counted))
	if err != nil {
		b.Fatal(err)
	}
	discovery, err := kube.NewDiscovery(counted)
	if err != nil {
		b.Fatal(err)
	}
	tokens := acct.Tokens(v1alpha1.SystemNamespace, "helm-impersonator")
	impersonate := kube.NewImpersonator(cfg, func(req *http.Request) (string, error) {
		caller.Add(1)
		return tokens(req)
	}, discovery)
	secrets, renderer := secret.NewCluster(acct.Client(), md), &job.Local{}
	m := manager.New(manager.Config{
		Replica: "bench", Reviewer: acct, Namespace: acct.Namespace, SystemNamespace: v1alpha1.SystemNamespace,
		As:      func(id kube.Identity) (operation.Cluster, error) { return impersonate.As(id) },
		Sources: source.New(source.Config{Secrets: secrets, Namespace: v1alpha1.SystemNamespace, Reviewer: acct, Worker: renderer, Logger: slog.New(slog.DiscardHandler)}),
		Secrets: secrets, Renderer: renderer,
		Holders: state.NewClusterHolders(acct.Client(), v1alpha1.SystemNamespace),
		Logger:  slog.New(slog.DiscardHandler),
		Lease:   time.Hour,
	})
	ctx, cancel := context.WithCancel(b.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		m.Run(ctx)
	}()
	b.Cleanup(func() { cancel(); <-done })
	if err := m.Ready(b.Context()); err != nil {
		b.Fatal(err)
	}
	return m
}

// tenObjects writes a chart of ten ConfigMaps.
func tenObjects(b *testing.B) string {
	b.Helper()
	dir := filepath.Join(b.TempDir(), "ten")
	files := map[string]any{
		"Chart.yaml": map[string]any{"apiVersion": "v2", "name": "ten", "version": "0.1.0"},
	}
	for i := range 10 {
		files[fmt.Sprintf("templates/%d.yaml", i)] = map[string]any{
			"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": fmt.Sprintf("{{ .Release.Name }}-%d", i)},
			"data": map[string]any{"key": "value"},
		}
	}
	for name, content := range files {
		text, err := json.Marshal(content) // JSON is YAML
		if err != nil {
			b.Fatal(err)
		}
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(path, text, 0o600); err != nil {
			b.Fatal(err)
		}
	}
	return dir
}

func packed(b *testing.B, dir string) []byte {
	b.Helper()
	loaded, err := chart.LoadDir(dir, chart.Limits{})
	if err != nil {
		b.Fatal(err)
	}
	data, err := loaded.Pack()
	if err != nil {
		b.Fatal(err)
	}
	return data
}
