package main_test

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	authenticationv1 "k8s.io/api/authentication/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/clientcmd"
)

// TestUser makes a user, whose groups decide what it may do.
func TestUser(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "new", "jane.kubeconfig")
	must(t, shared(), "", "user", "jane", "--group", "readers", "--group", "a, b", "--context", "work", "-f", path)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v", info, err)
	}
	config, err := clientcmd.LoadFromFile(path)
	if err != nil || config.CurrentContext != "work" {
		t.Errorf("current context %q, %v", config.CurrentContext, err)
	}
	jane := clientOf(t, path)
	self, err := jane.AuthenticationV1().SelfSubjectReviews().Create(t.Context(), &authenticationv1.SelfSubjectReview{}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a, b", "readers", "system:authenticated"}, self.Status.UserInfo.Groups); diff != "" || self.Status.UserInfo.Username != "jane" {
		t.Errorf("user %q; groups (-want +got):\n%s", self.Status.UserInfo.Username, diff)
	}
	if _, err := jane.CoreV1().Nodes().List(t.Context(), metav1.ListOptions{}); !apierrors.IsForbidden(err) {
		t.Errorf("without rights: %v", err)
	}
	letReadersRead(t)
	eventually(t, func(ctx context.Context) error {
		_, err := jane.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
		return err
	})
}

func letReadersRead(t *testing.T) {
	roles := admin(t, shared()).RbacV1()
	role := &rbacv1.ClusterRole{
		ObjectMeta: metav1.ObjectMeta{Name: "nodes-reader"},
		Rules:      []rbacv1.PolicyRule{{APIGroups: []string{""}, Resources: []string{"nodes"}, Verbs: []string{"list"}}},
	}
	binding := &rbacv1.ClusterRoleBinding{
		ObjectMeta: role.ObjectMeta,
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role.Name},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.GroupKind, Name: "readers"}},
	}
	if _, err := roles.ClusterRoles().Create(t.Context(), role, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := roles.ClusterRoleBindings().Create(t.Context(), binding, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context())
		if err := roles.ClusterRoleBindings().Delete(ctx, role.Name, metav1.DeleteOptions{}); err != nil {
			t.Error(err)
		}
		if err := roles.ClusterRoles().Delete(ctx, role.Name, metav1.DeleteOptions{}); err != nil {
			t.Error(err)
		}
	})
}

// TestUserCannotReachEtcd: a user's certificate, even an administrator's, opens no door but the API server's.
func TestUserCannotReachEtcd(t *testing.T) {
	t.Parallel()
	url := etcdURL(t)
	for name, want := range map[string]bool{"kube-apiserver-etcd-client": true, "admin": false, "front-proxy-client": false} {
		path := filepath.Join(shared(), "pki", name)
		pair, err := tls.LoadX509KeyPair(path+".crt", path+".key")
		if err != nil {
			t.Fatal(err)
		}
		if err := ask(t, url, pair); (err == nil) != want {
			t.Errorf("with the certificate %s: %v", name, err)
		}
	}
}

func etcdURL(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(shared(), "cluster.json"))
	if err != nil {
		t.Fatal(err)
	}
	var settings struct{ Ports map[string]int }
	if err := json.Unmarshal(data, &settings); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("https://127.0.0.1:%d/version", settings.Ports["etcd"])
}

// ask gets the URL with the client certificate; whether the server is the right one is not what the test asks.
func ask(t *testing.T, url string, pair tls.Certificate) error {
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{
		InsecureSkipVerify: true,
		// Offers the certificate even to a server that names other authorities.
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &pair, nil },
	}}}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s", response.Status)
	}
	return nil
}
