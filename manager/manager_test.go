package manager_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
	"k8s.io/apimachinery/pkg/apis/meta/internalversion"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/chart/reference"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/kube/kubetest"
	"github.com/helm-dm/helm-dm/manager"
	"github.com/helm-dm/helm-dm/manager/failure"
	"github.com/helm-dm/helm-dm/manager/operation"
	"github.com/helm-dm/helm-dm/manager/source"
	"github.com/helm-dm/helm-dm/state"
	"github.com/helm-dm/helm-dm/state/secret"
)

// patience is how long a test waits for what must happen.
const patience = 30 * time.Second

// house is a manager with everything around it in memory.
type house struct {
	*manager.Manager
	t        *testing.T
	cluster  *kubetest.Memory
	secrets  *secret.Memory
	holders  *state.MemoryHolders
	logs     logs
	renderer renderer
	replica  int
	stop     context.CancelFunc
	dead     atomic.Bool // as if the process had been killed: nothing gets out any more

	mu     sync.Mutex
	denied []kube.Permission // what nobody may do
	as     []kube.Identity   // who the cluster was used as
	gone   map[string]bool   // namespaces: false is missing, true is terminating
}

// logs collects what a manager logs.
type logs struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// open starts a manager. With others it shares the cluster and the books of the
// first.
func open(t *testing.T, others ...*house) *house {
	t.Helper()
	h := build(t, others...)
	h.run()
	return h
}

// build makes a manager that does not run yet.
func build(t *testing.T, others ...*house) *house {
	h := &house{t: t, cluster: &kubetest.Memory{}, secrets: &secret.Memory{}, holders: &state.MemoryHolders{}, gone: map[string]bool{}}
	if len(others) > 0 {
		h.cluster, h.secrets, h.holders, h.replica = others[0].cluster, others[0].secrets, others[0].holders, others[0].replica+1
	}
	secrets, logger := mortalSecrets{h.secrets, &h.dead}, slog.New(slog.NewTextHandler(&h.logs, nil))
	h.Manager = manager.New(manager.Config{
		Replica:  fmt.Sprintf("replica-%d", h.replica),
		As:       h.connect,
		Reviewer: h,
		Sources: source.New(source.Config{
			Secrets: secrets, Namespace: "helm-dm", Reviewer: h, Worker: &h.renderer, ListedOnly: true, Pause: time.Millisecond, Logger: logger,
		}),
		Renderer:        &h.renderer,
		Namespace:       h.namespace,
		Secrets:         secrets,
		Holders:         mortalHolders{h.holders, &h.dead},
		SystemNamespace: "helm-dm",
		Logger:          logger,
		Lease:           time.Second,
	})
	return h
}

func (h *house) run() {
	h.t.Helper()
	ctx, cancel := context.WithCancel(h.t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		h.Run(ctx)
	}()
	h.stop = func() { cancel(); <-done }
	h.t.Cleanup(h.stop)
	if err := h.Ready(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) connect(id kube.Identity) (operation.Cluster, error) {
	if id.User == "" {
		return nil, kube.ErrNoIdentity
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.as = append(h.as, id)
	return h.cluster, nil
}

// Denied refuses what the test said nobody may do.
func (h *house) Denied(_ context.Context, _ kube.Identity, permissions []kube.Permission) ([]kube.Permission, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(permissions), func(p kube.Permission) bool {
		p.Name = ""
		return !slices.Contains(h.denied, p)
	}), nil
}

func (h *house) deny(p kube.Permission) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.denied = append(h.denied, p)
}

func (h *house) namespace(_ context.Context, name string) (exists, terminating bool, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	terminating, gone := h.gone[name]
	return !gone || terminating, terminating, nil
}

func ada() kube.Identity {
	return kube.Identity{User: "ada", UID: "7", Groups: []string{"devs"}, Extra: map[string][]string{"scopes": {"all"}}}
}

// pack makes a chart from a txtar archive of its files.
func pack(t *testing.T, archive string) []byte {
	t.Helper()
	dir := t.TempDir()
	if err := txtar.Write(txtar.Parse([]byte(archive)), dir); err != nil {
		t.Fatal(err)
	}
	c, err := chart.LoadDir(dir, chart.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	data, err := c.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

const webChart = `
-- Chart.yaml --
apiVersion: v2
name: web
version: 1.2.3
appVersion: "7"
-- values.yaml --
color: red
password: none
-- templates/NOTES.txt --
It is {{ .Values.color }}.
-- templates/config.yaml --
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}
data:
  color: {{ .Values.color }}
  revision: "{{ .Release.Revision }}"
-- templates/secret.yaml --
apiVersion: v1
kind: Secret
metadata:
  name: {{ .Release.Name }}
stringData:
  password: {{ .Values.password }}
-- templates/service.yaml --
apiVersion: v1
kind: Service
metadata:
  name: {{ .Release.Name }}
spec:
  clusterIP: 10.0.0.7
  ports:
  - port: 80
`

// upload sends a package whole and returns the reference to deploy it by.
func (h *house) upload(id kube.Identity, data []byte) string {
	h.t.Helper()
	answer, err := h.Upload(h.t.Context(), id, &v1alpha1.ChartPackage{
		Spec: v1alpha1.ChartPackageSpec{Digest: chart.Digest(data), Size: int64(len(data)), Data: data},
	})
	if err != nil {
		h.t.Fatal(err)
	}
	if !answer.Status.Committed {
		h.t.Fatalf("the upload is not committed: %+v", answer.Status)
	}
	c := answer.Status.Chart
	return reference.Upload(c.Name, c.Version, c.Digest).String()
}

func wanted(name, reference string, parameters ...string) *v1alpha1.ChartDeployment {
	cd := &v1alpha1.ChartDeployment{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: name}}
	cd.Spec.Chart = reference
	for _, p := range parameters {
		cd.Spec.Parameters = append(cd.Spec.Parameters, v1alpha1.ParameterSource{Type: v1alpha1.ParameterSet, Text: p})
	}
	return cd
}

// deploy asks for a deployment and waits until its operation has ended.
func (h *house) deploy(cd *v1alpha1.ChartDeployment) *v1alpha1.ChartDeployment {
	h.t.Helper()
	accepted, err := h.Deploy(h.t.Context(), ada(), cd, false)
	if err != nil {
		h.t.Fatal(err)
	}
	return h.ended(accepted)
}

// ended waits for the end of the operation that accepted tells of and returns
// the deployment as it was then.
func (h *house) ended(accepted *v1alpha1.ChartDeployment) *v1alpha1.ChartDeployment {
	h.t.Helper()
	return h.until(accepted, func(cd *v1alpha1.ChartDeployment) bool {
		return cd.Status.Operation.ID == accepted.Status.Operation.ID && cd.Status.Operation.Finished != nil
	})
}

// until watches a deployment from a state on until it is as wanted.
func (h *house) until(from *v1alpha1.ChartDeployment, done func(*v1alpha1.ChartDeployment) bool) *v1alpha1.ChartDeployment {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), patience)
	defer cancel()
	w, err := h.Watch(ctx, from.Namespace, &internalversion.ListOptions{ResourceVersion: from.ResourceVersion})
	if errors.Is(err, manager.ErrExpired) { // a replica that came later knows only the present
		w, err = h.Watch(ctx, from.Namespace, &internalversion.ListOptions{})
	}
	if err != nil {
		h.t.Fatal(err)
	}
	defer w.Stop()
	for e := range w.ResultChan() {
		cd, ok := e.Object.(*v1alpha1.ChartDeployment)
		if ok && cd.Name == from.Name && (done(cd) || e.Type == watch.Deleted) {
			return cd
		}
	}
	h.t.Fatalf("%s never became what the test waits for", from.Name)
	return nil
}

// books lists what the manager has stored, the leases apart.
func (h *house) books() string {
	h.t.Helper()
	list, err := h.secrets.Metadata(context.Background(), "", "")
	if err != nil {
		h.t.Fatal(err)
	}
	var names []string
	for _, m := range list.Items {
		first, _, _ := strings.Cut(m.Name, ".")
		names = append(names, first)
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

func wantReason(t *testing.T, err error, reason v1alpha1.Reason, words string) {
	t.Helper()
	if err == nil || failure.ReasonOf(err) != reason || !strings.Contains(err.Error(), words) {
		t.Errorf("error %v (%s), want %s with %q in it", err, failure.ReasonOf(err), reason, words)
	}
}

// contains says whether the word is anywhere in data.
func contains(data [][]byte, word string) bool {
	return slices.ContainsFunc(data, func(d []byte) bool { return bytes.Contains(d, []byte(word)) })
}
