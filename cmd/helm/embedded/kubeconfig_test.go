package embedded

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/client-go/tools/clientcmd"
)

const prod = `{apiVersion: v1, kind: Config, current-context: prod,
clusters: [{name: prod, cluster: {server: "https://prod"}}],
users: [{name: prod, user: {token: p}}],
contexts: [{name: prod, context: {cluster: prod, user: prod, namespace: shop}}]}`

func TestJoinAndLeave(t *testing.T) {
	t.Parallel()
	admin := filepath.Join(newStage(t, "http://local").home, "admin.kubeconfig")
	file := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(file, []byte(prod), 0o600); err != nil {
		t.Fatal(err)
	}
	for i, before := range []string{"prod", Context} {
		written, was, err := Join(admin, file)
		if err != nil || written != file || was != before {
			t.Fatalf("join %d: %q, %q, %v", i, written, was, err)
		}
	}
	config, err := clientcmd.LoadFromFile(file)
	if err != nil {
		t.Fatal(err)
	}
	got := []string{config.CurrentContext, config.Clusters[Context].Server, config.AuthInfos[userName].Token,
		config.Contexts[Context].AuthInfo, config.Clusters["prod"].Server, config.Contexts["prod"].Namespace}
	if diff := cmp.Diff([]string{Context, "http://local", "t", userName, "https://prod", "shop"}, got); diff != "" {
		t.Error(diff)
	}
	leave(t, file, "http://another", 2)
	leave(t, file, "http://local", 1)
}

// leave leaves the cluster at server and checks how many contexts are left.
func leave(t *testing.T, file, server string, want int) {
	t.Helper()
	if err := Leave(file, server); err != nil {
		t.Fatal(err)
	}
	config, err := clientcmd.LoadFromFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(config.Contexts) != want || len(config.Clusters) != want || len(config.AuthInfos) != want {
		t.Errorf("after leaving %q the kubeconfig has %d contexts", server, len(config.Contexts))
	}
	if (config.CurrentContext == "") != (want == 1) {
		t.Errorf("after leaving %q the current context is %q", server, config.CurrentContext)
	}
}

func TestJoinMakesTheFile(t *testing.T) {
	t.Parallel()
	admin := filepath.Join(newStage(t, "http://local").home, "admin.kubeconfig")
	file := filepath.Join(t.TempDir(), "new", "config")
	if _, before, err := Join(admin, file); err != nil || before != "" {
		t.Fatalf("got %q, %v", before, err)
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func TestJoinRefusesALockedFile(t *testing.T) {
	t.Parallel()
	admin := filepath.Join(newStage(t, "http://local").home, "admin.kubeconfig")
	file := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(file+".lock", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Join(admin, file); err == nil {
		t.Error("wrote a kubeconfig that another program holds")
	}
}
