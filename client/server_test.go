package client

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
)

const shop = "/apis/dm.helm.sh/v1alpha1/namespaces/shop/chartdeployments"

// script answers requests in their order, one step each, and fails the test
// when more or others come.
type script struct {
	t     *testing.T
	mu    sync.Mutex
	steps []step
}

// step is one expected request, as "METHOD path", and its answer.
type step struct {
	request string
	answer  func(w http.ResponseWriter, r *http.Request)
}

// serve returns a client of a server that plays the steps.
func serve(t *testing.T, steps ...step) *Client {
	t.Helper()
	s := &script{t: t, steps: steps}
	server := httptest.NewServer(s)
	t.Cleanup(func() {
		server.Close()
		if len(s.steps) > 0 {
			t.Errorf("%d requests never came, the first of them %q", len(s.steps), s.steps[0].request)
		}
	})
	c, err := New(&rest.Config{Host: server.URL, QPS: -1})
	if err != nil {
		t.Fatal(err)
	}
	c.Patience = 10 * time.Second
	return c
}

func (s *script) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	got := r.Method + " " + r.URL.Path
	s.mu.Lock()
	if len(s.steps) == 0 || s.steps[0].request != got {
		s.mu.Unlock()
		s.t.Errorf("unexpected request %q", got)
		http.Error(w, "unexpected", http.StatusBadRequest)
		return
	}
	next := s.steps[0]
	s.steps = s.steps[1:]
	s.mu.Unlock()
	next.answer(w, r)
}

func object(v any) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) { write(w, http.StatusOK, v) }
}

func failure(code int, reason metav1.StatusReason, message string) func(http.ResponseWriter, *http.Request) {
	status := metav1.Status{
		TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"},
		Status:   metav1.StatusFailure, Code: int32(code), Reason: reason, Message: message,
	}
	return func(w http.ResponseWriter, _ *http.Request) { write(w, code, status) }
}

// text answers as kube-apiserver does where no aggregated API is in charge.
func text(code int, body string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) { http.Error(w, body, code) }
}

// cut breaks the connection off without an answer.
func cut(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// event is one event of a watch.
type event struct {
	Type   string `json:"type"`
	Object any    `json:"object"`
}

func stream(lines ...any) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) {
		for _, line := range lines {
			write(w, http.StatusOK, line)
			w.(http.Flusher).Flush()
		}
	}
}

func write(w http.ResponseWriter, code int, v any) {
	w.Header().Set("Content-Type", "application/json")
	if code != http.StatusOK {
		w.WriteHeader(code)
	}
	if err := json.NewEncoder(w).Encode(v); err != nil {
		panic(err)
	}
}

func deployment(version string, step v1alpha1.Step) *v1alpha1.ChartDeployment {
	return &v1alpha1.ChartDeployment{
		TypeMeta:   metav1.TypeMeta{Kind: "ChartDeployment", APIVersion: "dm.helm.sh/v1alpha1"},
		ObjectMeta: metav1.ObjectMeta{Name: "web", Namespace: "shop", ResourceVersion: version},
		Status: v1alpha1.ChartDeploymentStatus{
			Operation: &v1alpha1.OperationStatus{ID: "op1", Type: v1alpha1.OperationDeploy, Step: step},
		},
	}
}
