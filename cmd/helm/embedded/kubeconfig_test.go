package embedded

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
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
		got, err := Join(admin, file, "")
		if diff := cmp.Diff(Place{File: file, Context: Context, Before: before}, got); err != nil || diff != "" {
			t.Fatalf("join %d: %v%s", i, err, diff)
		}
	}
	config, err := clientcmd.LoadFromFile(file)
	if err != nil {
		t.Fatal(err)
	}
	got := []string{config.CurrentContext, config.Clusters[Context].Server, config.AuthInfos[userOf(Context)].Token,
		config.Contexts[Context].AuthInfo, config.Clusters["prod"].Server, config.Contexts["prod"].Namespace}
	if diff := cmp.Diff([]string{Context, "http://local", "t", userOf(Context), "https://prod", "shop"}, got); diff != "" {
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
	if got, err := Join(admin, file, ""); err != nil || got.Before != "" {
		t.Fatalf("got %+v, %v", got, err)
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
	if _, err := Join(admin, file, ""); err == nil {
		t.Error("wrote a kubeconfig that another program holds")
	}
}

// TestJoinBesideAnother lets several clusters share a kubeconfig: only the one
// in the default folder, which has no name, takes the context of another.
func TestJoinBesideAnother(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "config")
	const one, two, three, four = "https://one", "https://two", "https://three", "https://four"
	for _, test := range []struct{ server, name, context, other string }{
		{one, "a", "helm-local", ""},
		{two, "b", "helm-local-b", one},
		{two, "b", "helm-local-b", one},
		{one, "a", "helm-local", ""},
		{three, "b", "helm-local-b-2", one},
		{four, "", "helm-local", one},
		{one, "a", "helm-local-a", four},
	} {
		got, err := Join(filepath.Join(newStage(t, test.server).home, "admin.kubeconfig"), file, test.name)
		if err != nil || got.Context != test.context || got.Other != test.other {
			t.Errorf("%s in %q: got %+v, %v, want %q", test.server, test.name, got, err, test.context)
		}
	}
	leave := func(server string, want ...string) {
		t.Helper()
		if err := Leave(file, server); err != nil {
			t.Fatal(err)
		}
		config, err := clientcmd.LoadFromFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, slices.Sorted(maps.Keys(config.Contexts))); diff != "" {
			t.Error(diff)
		}
	}
	leave(two, "helm-local", "helm-local-a", "helm-local-b-2")
	leave(four, "helm-local-a", "helm-local-b-2")
	leave(four, "helm-local-a", "helm-local-b-2")
}

func TestJoinKnowsItsClusterAfterAChangeOfPorts(t *testing.T) {
	t.Parallel()
	config := api.NewConfig()
	config.Clusters[Context] = &api.Cluster{Server: "https://127.0.0.1:1", CertificateAuthorityData: []byte("ca")}
	for ca, want := range map[string]string{"ca": "helm-local", "another": "helm-local-b"} {
		cluster := api.Cluster{Server: "https://127.0.0.1:2", CertificateAuthorityData: []byte(ca)}
		if got := choose(config, cluster, "b"); got != want {
			t.Errorf("with CA %q: got %q, want %q", ca, got, want)
		}
	}
}
