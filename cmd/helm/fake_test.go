package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/cmd/helm/terminal"
	"github.com/helm-dm/helm-dm/cmd/helm/world"
)

const group1 = "/apis/dm.helm.sh/v1alpha1"

// fake speaks the wire format of the manager. What it is to say is set before
// the first request.
type fake struct {
	t  *testing.T
	mu sync.Mutex
	// refuse answers requests, by "METHOD resource", with a status.
	refuse map[string]metav1.Status
	// states are what a watch tells of, each with the kind of its event.
	states      []state
	environment map[string]string
	ask         func(ctx context.Context, prompt string) (string, error) // nil: nobody is at a terminal
	// hang keeps watches open after the last state, and is closed when one
	// gets there.
	hang chan struct{}
	// items are what get and list find.
	items []v1alpha1.ChartDeployment
	// log is what the subresource log streams; then the items are those after.
	log        []v1alpha1.LogLine
	itemsAfter []v1alpha1.ChartDeployment

	// books are what it knows of repositories; nil is nothing.
	books *books

	created  []v1alpha1.ChartDeployment
	deleted  []string
	uploaded map[string][]byte // by digest
}

type state struct {
	event  string
	object *v1alpha1.ChartDeployment
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(strings.TrimPrefix(r.URL.Path, group1+"/"), "/")
	namespace := ""
	if parts[0] == "namespaces" {
		namespace, parts = parts[1], parts[2:]
	}
	f.mu.Lock()
	status, refused := f.refuse[r.Method+" "+parts[0]]
	f.mu.Unlock()
	switch {
	case refused:
		answer(w, int(status.Code), status)
	case r.URL.Path == "/version":
		answer(w, 200, map[string]string{"gitVersion": "v1.36.3"})
	case r.URL.Path == group1:
		answer(w, 200, metav1.APIResourceList{GroupVersion: "dm.helm.sh/v1alpha1"})
	case parts[0] == v1alpha1.ChartPackages:
		f.upload(w, r)
	case f.books != nil && parts[0] != v1alpha1.ChartDeployments:
		f.mu.Lock()
		defer f.mu.Unlock()
		f.books.serve(w, r, parts)
	case parts[0] != v1alpha1.ChartDeployments:
		http.NotFound(w, r)
	case r.Method == http.MethodPost:
		f.create(w, r, namespace)
	case r.Method == http.MethodDelete:
		f.delete(w, parts[1])
	case r.URL.Query().Get("watch") == "true":
		f.watch(w, r, namespace)
	case len(parts) == 3 && parts[2] == "log":
		f.stream(w)
	case len(parts) == 2:
		f.get(w, namespace, parts[1])
	default:
		f.list(w, namespace)
	}
}

func (f *fake) create(w http.ResponseWriter, r *http.Request, namespace string) {
	var d v1alpha1.ChartDeployment
	if err := json.NewDecoder(r.Body).Decode(&d); err != nil {
		f.t.Error(err)
	}
	f.mu.Lock()
	f.created = append(f.created, d)
	f.mu.Unlock()
	if d.Name == "" {
		d.Name = "wonky-panda"
	}
	d.Namespace, d.ResourceVersion = namespace, "1"
	d.Status.Operation = &v1alpha1.OperationStatus{ID: "op", Type: v1alpha1.OperationDeploy, Step: v1alpha1.StepAccepted}
	answer(w, http.StatusCreated, typed(d))
}

func (f *fake) delete(w http.ResponseWriter, name string) {
	f.mu.Lock()
	f.deleted = append(f.deleted, name)
	known := slices.ContainsFunc(f.items, func(d v1alpha1.ChartDeployment) bool { return d.Name == name })
	f.mu.Unlock()
	if !known {
		answer(w, 404, refusal(404, metav1.StatusReasonNotFound, "no such thing"))
		return
	}
	d := v1alpha1.ChartDeployment{ObjectMeta: metav1.ObjectMeta{Name: name, ResourceVersion: "1"}}
	d.Status.Operation = &v1alpha1.OperationStatus{ID: "op", Type: v1alpha1.OperationDelete, Step: v1alpha1.StepAccepted}
	answer(w, 200, typed(d))
}

// watch tells the states, under whatever name is asked for.
func (f *fake) watch(w http.ResponseWriter, r *http.Request, namespace string) {
	name := strings.TrimPrefix(r.URL.Query().Get("fieldSelector"), "metadata.name=")
	for _, s := range f.states {
		d := s.object.DeepCopy()
		d.Name, d.Namespace, d.ResourceVersion = name, namespace, "2"
		answer(w, 200, map[string]any{"type": s.event, "object": typed(*d)})
		w.(http.Flusher).Flush()
	}
	if f.hang != nil {
		close(f.hang)
		<-r.Context().Done()
	}
}

func (f *fake) stream(w http.ResponseWriter) {
	for _, line := range f.log {
		answer(w, 200, line)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.items = f.itemsAfter
}

func (f *fake) get(w http.ResponseWriter, namespace, name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, d := range f.items {
		if d.Name == name && d.Namespace == namespace {
			answer(w, 200, typed(d))
			return
		}
	}
	answer(w, 404, refusal(404, metav1.StatusReasonNotFound, "no such thing"))
}

func (f *fake) list(w http.ResponseWriter, namespace string) {
	list := v1alpha1.ChartDeploymentList{}
	list.SetGroupVersionKind(v1alpha1.GroupVersion().WithKind("ChartDeploymentList"))
	for _, d := range f.items {
		if namespace == "" || d.Namespace == namespace {
			list.Items = append(list.Items, d)
		}
	}
	answer(w, 200, list)
}

func (f *fake) upload(w http.ResponseWriter, r *http.Request) {
	var p v1alpha1.ChartPackage
	if err := json.NewDecoder(r.Body).Decode(&p); err != nil {
		f.t.Error(err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.uploaded == nil {
		f.uploaded = map[string][]byte{}
	}
	f.uploaded[p.Spec.Digest] = append(f.uploaded[p.Spec.Digest], p.Spec.Data...)
	p.Status.Received = int64(len(f.uploaded[p.Spec.Digest]))
	p.Status.Committed = p.Status.Received == p.Spec.Size
	answer(w, http.StatusCreated, p)
}

func answer(w http.ResponseWriter, code int, v any) {
	w.Header().Set("Content-Type", "application/json")
	if code != 200 {
		w.WriteHeader(code)
	}
	if err := json.NewEncoder(w).Encode(v); err != nil {
		panic(err)
	}
}

func typed(d v1alpha1.ChartDeployment) v1alpha1.ChartDeployment {
	d.SetGroupVersionKind(v1alpha1.GroupVersion().WithKind("ChartDeployment"))
	return d
}

func refusal(code int, reason metav1.StatusReason, message string) metav1.Status {
	return metav1.Status{
		TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"},
		Status:   metav1.StatusFailure, Code: int32(code), Reason: reason, Message: message,
	}
}

// at is a state of an operation: its step and the objects.
func at(step v1alpha1.Step, objects ...v1alpha1.ObjectStatus) state {
	d := &v1alpha1.ChartDeployment{}
	d.Status.Operation = &v1alpha1.OperationStatus{ID: "op", Type: v1alpha1.OperationDeploy, Step: step}
	d.Status.Objects = objects
	return state{"MODIFIED", d}
}

func failed(reason v1alpha1.Reason, failure string, objects ...v1alpha1.ObjectStatus) state {
	s := at(v1alpha1.StepFailed, objects...)
	s.object.Status.Operation.Reason, s.object.Status.Operation.Failure = reason, failure
	return s
}

func pod(health v1alpha1.Health, message string) v1alpha1.ObjectStatus {
	return v1alpha1.ObjectStatus{APIVersion: "v1", Kind: "Pod", Name: "p", Action: v1alpha1.ActionCreated, Health: health, Message: message}
}

// result is what one command line did.
type result struct {
	Code int
	Out  string
	Err  string
}

// helm runs a command line against f, in namespace shop.
func helm(t *testing.T, f *fake, args ...string) result {
	t.Helper()
	return helmWith(t.Context(), t, f, "", args...)
}

func helmWith(ctx context.Context, t *testing.T, f *fake, stdin string, args ...string) result {
	t.Helper()
	f.t = t
	server := httptest.NewServer(f)
	defer server.Close()
	config := filepath.Join(t.TempDir(), "kubeconfig")
	text := fmt.Sprintf(`{apiVersion: v1, kind: Config, current-context: c,
clusters: [{name: c, cluster: {server: %q}}],
users: [{name: u, user: {token: secret-token}}],
contexts: [{name: c, context: {cluster: c, user: u, namespace: shop}}]}`, server.URL)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, err bytes.Buffer
	w := &world.World{
		Getenv:  func(name string) string { return f.environment[name] },
		Ask:     f.ask,
		In:      strings.NewReader(stdin),
		Screen:  &terminal.Screen{Out: &out, Err: &err},
		Now:     func() time.Time { return time.Date(2026, 1, 3, 0, 0, 0, 0, time.UTC) },
		Connect: world.Connect,
	}
	code := run(ctx, w, append([]string{"--kubeconfig", config}, args...))
	return result{code, out.String(), err.String()}
}

// file writes a file and returns its path.
func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
