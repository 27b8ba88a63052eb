package e2e

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	admissionv1 "k8s.io/api/admission/v1"
	regv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/internal/clustertest"
)

// gate is an admission webhook that lets no ConfigMap named torn into a namespace
// until it is opened. Others pass.
type gate struct {
	seen    chan string   // names of what the API server asked about
	reached chan struct{} // closed by the first one that has to wait
	open    chan struct{} // closed to let it pass
	once    sync.Once
}

func newGate(t *testing.T, cluster *clustertest.Cluster, namespace string) *gate {
	t.Helper()
	g := &gate{seen: make(chan string, 1000), reached: make(chan struct{}), open: make(chan struct{})}
	server := httptest.NewTLSServer(g)
	t.Cleanup(server.Close)
	hook := webhook("gate-"+namespace, namespace, server)
	hooks := cluster.Client().AdmissionregistrationV1().ValidatingWebhookConfigurations()
	if _, err := hooks.Create(t.Context(), hook, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := hooks.Delete(context.WithoutCancel(t.Context()), hook.Name, metav1.DeleteOptions{}); err != nil {
			t.Error(err)
		}
	})
	g.await(t, cluster, namespace)
	return g
}

// ServeHTTP admits all but what the gate is for at once.
func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var review admissionv1.AdmissionReview
	text, err := io.ReadAll(r.Body)
	if err == nil {
		err = json.Unmarshal(text, &review)
	}
	if err != nil || review.Request == nil {
		http.Error(w, "no review", http.StatusBadRequest)
		return
	}
	g.seen <- review.Request.Name
	if review.Request.Name == "torn" {
		g.once.Do(func() { close(g.reached) })
		select {
		case <-g.open:
		case <-r.Context().Done():
			return
		}
	}
	review.Response = &admissionv1.AdmissionResponse{UID: review.Request.UID, Allowed: true}
	review.Request = nil
	_ = json.NewEncoder(w).Encode(review) // the API server may have gone
}

// webhook has the API server ask the server about ConfigMaps of the namespace.
func webhook(name, namespace string, server *httptest.Server) *regv1.ValidatingWebhookConfiguration {
	bundle := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	return &regv1.ValidatingWebhookConfiguration{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Webhooks: []regv1.ValidatingWebhook{{
			Name:                    "gate.example.com",
			ClientConfig:            regv1.WebhookClientConfig{URL: &server.URL, CABundle: bundle},
			AdmissionReviewVersions: []string{"v1"},
			SideEffects:             new(regv1.SideEffectClassNone),
			TimeoutSeconds:          new(int32(30)),
			NamespaceSelector:       &metav1.LabelSelector{MatchLabels: map[string]string{corev1.LabelMetadataName: namespace}},
			Rules: []regv1.RuleWithOperations{{
				Operations: []regv1.OperationType{regv1.Create},
				Rule:       regv1.Rule{APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"configmaps"}},
			}},
		}},
	}
}

// await tries until the API server knows of the webhook.
func (g *gate) await(t *testing.T, cluster *clustertest.Cluster, namespace string) {
	t.Helper()
	try := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{GenerateName: "try-"}}
	err := clustertest.Poll(t.Context(), func(ctx context.Context) (bool, error) {
		_, err := cluster.Client().CoreV1().ConfigMaps(namespace).Create(ctx, try, metav1.CreateOptions{})
		return len(g.seen) > 0, err
	})
	if err != nil {
		t.Fatalf("waiting for the webhook: %v", err)
	}
}
