package e2e

import (
	"context"
	"crypto/tls"
	"io"
	"net/http"
	"path/filepath"
	"testing"

	authv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/internal/clustertest"
)

const apiPath = "/apis/dm.helm.sh/v1alpha1/namespaces/default/chartdeployments"

// TestFrontProxyOnly knocks at the manager's own port: nobody but the front proxy
// gets in, and not even that without saying for whom.
func TestFrontProxyOnly(t *testing.T) {
	t.Parallel()
	cluster := clustertest.Start(t)
	pki := filepath.Join(cluster.Dir(), "pki")
	admin := map[string]string{"X-Remote-User": "helm-local-admin", "X-Remote-Group": "system:masters"}
	token := serviceToken(t, cluster, cluster.Namespace(t))
	tests := map[string]struct {
		certificate string
		headers     map[string]string
		code        int
	}{
		"no certificate":                {"", admin, http.StatusUnauthorized},
		"an administrator's":            {"admin", admin, http.StatusUnauthorized},
		"another part's of the cluster": {"kube-apiserver", admin, http.StatusUnauthorized},
		"no user":                       {"front-proxy-client", nil, http.StatusUnauthorized},
		"an empty user":                 {"front-proxy-client", map[string]string{"X-Remote-User": "", "X-Remote-Group": "system:masters"}, http.StatusUnauthorized},
		"groups alone":                  {"front-proxy-client", map[string]string{"X-Remote-Group": "system:masters"}, http.StatusUnauthorized},
		"a token":                       {"", map[string]string{"Authorization": "Bearer " + token}, http.StatusUnauthorized},
		"a token through the proxy":     {"front-proxy-client", map[string]string{"Authorization": "Bearer " + token}, http.StatusUnauthorized},
		"anonymous by name":             {"front-proxy-client", map[string]string{"X-Remote-User": "system:anonymous", "X-Remote-Group": "system:unauthenticated"}, http.StatusUnauthorized},
		"a user":                        {"front-proxy-client", admin, http.StatusOK},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code := knock(t, sharedAddress(t, cluster), apiPath, pki, test.certificate, test.headers)
			if code != test.code {
				t.Errorf("code %d, want %d", code, test.code)
			}
		})
	}
}

// TestOperationalPaths asks for health and metrics: with a token, as RBAC says.
func TestOperationalPaths(t *testing.T) {
	t.Parallel()
	cluster := clustertest.Start(t)
	namespace := cluster.Namespace(t)
	pki := filepath.Join(cluster.Dir(), "pki")
	bearer := map[string]string{"Authorization": "Bearer " + serviceToken(t, cluster, namespace)}
	proxied := map[string]string{"X-Remote-User": "helm-local-admin", "X-Remote-Group": "system:masters"}
	address := sharedAddress(t, cluster)
	ask := func(path, certificate string, headers map[string]string, want int) {
		t.Helper()
		if code := knock(t, address, path, pki, certificate, headers); code != want {
			t.Errorf("%s: code %d, want %d", path, code, want)
		}
	}
	ask("/metrics", "", nil, http.StatusUnauthorized)
	ask("/readyz", "", nil, http.StatusUnauthorized)
	ask("/metrics", "", map[string]string{"Authorization": "Bearer nonsense"}, http.StatusUnauthorized)
	ask("/metrics", "front-proxy-client", proxied, http.StatusUnauthorized)
	ask("/metrics", "", bearer, http.StatusForbidden)
	ask("/debug/pprof/heap", "", bearer, http.StatusUnauthorized)
	allowPaths(t, cluster, namespace, "/metrics", "/readyz")
	err := clustertest.Poll(t.Context(), func(context.Context) (bool, error) {
		return knock(t, address, "/metrics", pki, "", bearer) == http.StatusOK, nil
	})
	if err != nil {
		t.Errorf("/metrics with the right to it: %v", err)
	}
	ask("/readyz", "", bearer, http.StatusOK)
}

// knock makes one request and returns the code of the answer.
func knock(t *testing.T, address, path, pki, certificate string, headers map[string]string) int {
	t.Helper()
	config := &tls.Config{InsecureSkipVerify: true} // who is asked is not in question here
	if certificate != "" {
		file := filepath.Join(pki, certificate)
		pair, err := tls.LoadX509KeyPair(file+".crt", file+".key")
		if err != nil {
			t.Fatal(err)
		}
		// Even where the server says that it wants others.
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &pair, nil }
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+address+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	for key, value := range headers {
		request.Header.Set(key, value)
	}
	transport := &http.Transport{TLSClientConfig: config, DisableKeepAlives: true}
	answer, err := transport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode
}

// serviceToken makes a service account without rights, called robot.
func serviceToken(t *testing.T, cluster *clustertest.Cluster, namespace string) string {
	t.Helper()
	accounts := cluster.Client().CoreV1().ServiceAccounts(namespace)
	robot := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "robot"}}
	if _, err := accounts.Create(t.Context(), robot, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	answer, err := accounts.CreateToken(t.Context(), "robot", &authv1.TokenRequest{}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return answer.Status.Token
}

func allowPaths(t *testing.T, cluster *clustertest.Cluster, namespace string, paths ...string) {
	t.Helper()
	rbac := cluster.Client().RbacV1()
	name := metav1.ObjectMeta{Name: "paths-" + namespace}
	_, err := rbac.ClusterRoles().Create(t.Context(), &rbacv1.ClusterRole{
		ObjectMeta: name, Rules: []rbacv1.PolicyRule{{NonResourceURLs: paths, Verbs: []string{"get"}}},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = rbac.ClusterRoleBindings().Create(t.Context(), &rbacv1.ClusterRoleBinding{
		ObjectMeta: name,
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: name.Name},
		Subjects:   []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Name: "robot", Namespace: namespace}},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context())
		_ = rbac.ClusterRoleBindings().Delete(ctx, name.Name, metav1.DeleteOptions{})
		_ = rbac.ClusterRoles().Delete(ctx, name.Name, metav1.DeleteOptions{})
	})
}
