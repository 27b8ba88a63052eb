package main_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

const aggregatedGroup = "echo.example.com"

// identity is what an aggregated API server learns of a caller.
type identity struct {
	Proxy  string // common name of the front proxy's certificate
	User   []string
	UID    []string
	Groups []string
	Extra  []string
}

// TestAggregation serves an API beside the cluster and calls it through the cluster.
func TestAggregation(t *testing.T) {
	t.Parallel()
	register(t, echo(t))
	config := configOf(t, filepath.Join(shared(), "admin.kubeconfig"))
	config.Impersonate = rest.ImpersonationConfig{
		UserName: "jane", UID: "4711", Groups: []string{"system:masters"}, Extra: map[string][]string{"team": {"blue"}},
	}
	jane, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	var got identity
	eventually(t, func(ctx context.Context) error {
		data, err := jane.RESTClient().Get().AbsPath("/apis", aggregatedGroup, "v1", "things").DoRaw(ctx)
		if err != nil {
			return err
		}
		return json.Unmarshal(data, &got)
	})
	want := identity{
		Proxy:  "front-proxy-client",
		User:   []string{"jane"},
		UID:    []string{"4711"},
		Groups: []string{"system:masters", "system:authenticated"},
		Extra:  []string{"blue"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the caller as the server sees it (-want +got):\n%s", diff)
	}
}

// TestFrontProxyIsPublished: an aggregated API server reads here whom to believe.
func TestFrontProxyIsPublished(t *testing.T) {
	t.Parallel()
	published, err := admin(t, shared()).CoreV1().ConfigMaps("kube-system").
		Get(t.Context(), "extension-apiserver-authentication", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	ca, err := os.ReadFile(filepath.Join(shared(), "pki", "front-proxy-ca.crt"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"requestheader-client-ca-file":       string(ca),
		"requestheader-allowed-names":        `["front-proxy-client"]`,
		"requestheader-username-headers":     `["X-Remote-User"]`,
		"requestheader-uid-headers":          `["X-Remote-Uid"]`,
		"requestheader-group-headers":        `["X-Remote-Group"]`,
		"requestheader-extra-headers-prefix": `["X-Remote-Extra-"]`,
	}
	got := maps.Clone(published.Data)
	delete(got, "client-ca-file")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("published (-want +got):\n%s", diff)
	}
}

// echo starts a server that lets only the front proxy in and answers with what it says of the caller.
func echo(t *testing.T) *url.URL {
	ca, err := os.ReadFile(filepath.Join(shared(), "pki", "front-proxy-ca.crt"))
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(ca)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var answer any = identity{
			Proxy:  r.TLS.PeerCertificates[0].Subject.CommonName,
			User:   r.Header["X-Remote-User"],
			UID:    r.Header["X-Remote-Uid"],
			Groups: r.Header["X-Remote-Group"],
			Extra:  r.Header["X-Remote-Extra-Team"],
		}
		if r.URL.Path == "/apis/"+aggregatedGroup+"/v1" { // discovery
			answer = metav1.APIResourceList{GroupVersion: aggregatedGroup + "/v1"}
		}
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(answer); err != nil {
			t.Error(err)
		}
	}))
	server.TLS = &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool}
	server.StartTLS()
	t.Cleanup(server.Close)
	u, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// register makes the API known under its group, by a Service that stands for this machine.
func register(t *testing.T, u *url.URL) {
	_, text, err := net.SplitHostPort(u.Host)
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.ParseInt(text, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	client := admin(t, shared())
	ns := namespace(t, client)
	service := &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Name: "echo"},
		Spec:       corev1.ServiceSpec{Type: corev1.ServiceTypeExternalName, ExternalName: "localhost"},
	}
	if _, err := client.CoreV1().Services(ns).Create(t.Context(), service, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	objects, err := dynamic.NewForConfig(configOf(t, filepath.Join(shared(), "admin.kubeconfig")))
	if err != nil {
		t.Fatal(err)
	}
	services := objects.Resource(schema.GroupVersionResource{Group: "apiregistration.k8s.io", Version: "v1", Resource: "apiservices"})
	name := "v1." + aggregatedGroup
	_, err = services.Create(t.Context(), &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "apiregistration.k8s.io/v1",
		"kind":       "APIService",
		"metadata":   map[string]any{"name": name},
		"spec": map[string]any{
			"group": aggregatedGroup, "version": "v1", "groupPriorityMinimum": int64(1000), "versionPriority": int64(1),
			"insecureSkipTLSVerify": true,
			"service":               map[string]any{"namespace": ns, "name": "echo", "port": port},
		},
	}}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // else no namespace could be deleted any more: its content would not be known
		if err := services.Delete(context.WithoutCancel(t.Context()), name, metav1.DeleteOptions{}); err != nil {
			t.Error(err)
		}
	})
}
