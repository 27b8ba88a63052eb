package clustertest

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	authzv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// User is somebody who may talk to the cluster.
type User struct {
	Name string
	// Kubeconfig is a file. Its only context has the namespace that the user was
	// made for.
	Kubeconfig string
	// Config is the same for Go, without a rate limit.
	Config *rest.Config
}

// User makes a user by a certificate. Without further ado it may do what all
// authenticated users may.
func (c *Cluster) User(t testing.TB, name string, groups ...string) *User {
	t.Helper()
	return c.user(t, name, "", groups)
}

// Admin may do everything. Namespace, which may be empty, is that of its
// kubeconfig.
func (c *Cluster) Admin(t testing.TB, namespace string) *User {
	t.Helper()
	data, err := os.ReadFile(c.home.kubeconfig())
	if err != nil {
		t.Fatal(err)
	}
	return newUser(t, "helm-local-admin", namespace, data)
}

// Editor is bound to the ClusterRole edit in the namespace.
func (c *Cluster) Editor(t testing.TB, namespace string) *User {
	t.Helper()
	return c.bound(t, "editor", namespace, "edit", "create")
}

// Viewer is bound to the ClusterRole view in the namespace.
func (c *Cluster) Viewer(t testing.TB, namespace string) *User {
	t.Helper()
	return c.bound(t, "viewer", namespace, "view", "list")
}

// Stranger has no rights anywhere; its kubeconfig is for the namespace.
func (c *Cluster) Stranger(t testing.TB, namespace string) *User {
	t.Helper()
	return c.user(t, "stranger-"+namespace, namespace, nil)
}

// bound makes a user with a role in a namespace, and waits until the API server
// knows: until the verb on deployments is granted.
func (c *Cluster) bound(t testing.TB, name, namespace, role, verb string) *User {
	t.Helper()
	u := c.user(t, name+"-"+namespace, namespace, nil)
	_, err := c.client.RbacV1().RoleBindings(namespace).Create(t.Context(), &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{GenerateName: name + "-"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: u.Name}},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatalf("binding %q to role %q in namespace %q: %v", u.Name, role, namespace, err)
	}
	client, err := kubernetes.NewForConfig(u.Config)
	if err != nil {
		t.Fatal(err)
	}
	err = Poll(t.Context(), func(ctx context.Context) (bool, error) {
		answer, err := client.AuthorizationV1().SelfSubjectAccessReviews().Create(ctx, &authzv1.SelfSubjectAccessReview{
			Spec: authzv1.SelfSubjectAccessReviewSpec{ResourceAttributes: &authzv1.ResourceAttributes{
				Verb: verb, Group: "dm.helm.sh", Resource: "chartdeployments", Namespace: namespace,
			}},
		}, metav1.CreateOptions{})
		return err == nil && answer.Status.Allowed, err
	})
	if err != nil {
		t.Fatalf("waiting for the rights of %q: %v", u.Name, err)
	}
	return u
}

func (c *Cluster) user(t testing.TB, name, namespace string, groups []string) *User {
	t.Helper()
	args := []string{"--dir", c.Dir(), "user", name}
	for _, group := range groups {
		args = append(args, "--group", group)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	data, err := exec.CommandContext(ctx, c.Program("helm-local"), args...).Output()
	if err != nil {
		t.Fatalf("running helm-local user %s: %v", name, err)
	}
	return newUser(t, name, namespace, data)
}

// newUser writes the kubeconfig in data for a namespace.
func newUser(t testing.TB, name, namespace string, data []byte) *User {
	t.Helper()
	access, err := clientcmd.Load(data)
	if err != nil {
		t.Fatalf("reading the kubeconfig of %q: %v", name, err)
	}
	access.Contexts[access.CurrentContext].Namespace = namespace
	config, err := clientcmd.NewDefaultClientConfig(*access, nil).ClientConfig()
	if err != nil {
		t.Fatalf("using the kubeconfig of %q: %v", name, err)
	}
	config.QPS = -1
	u := &User{Name: name, Kubeconfig: filepath.Join(t.TempDir(), "kubeconfig"), Config: config}
	if err := clientcmd.WriteToFile(*access, u.Kubeconfig); err != nil {
		t.Fatal(err)
	}
	return u
}
