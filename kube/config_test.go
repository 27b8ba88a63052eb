package kube

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const twoContexts = `apiVersion: v1
kind: Config
current-context: one
clusters:
- name: c
  cluster: {server: "https://192.0.2.1:6443"}
users:
- name: u
  user: {token: t}
contexts:
- name: one
  context: {cluster: c, user: u}
- name: two
  context: {cluster: c, user: u, namespace: shop}
- name: broken
  context: {cluster: missing, user: u}
`

func TestLoad(t *testing.T) {
	t.Parallel()
	file := write(t, twoContexts)
	tests := []struct {
		name      string
		access    Access
		context   string
		namespace string
	}{
		{"the current context", Access{}, "one", "default"},
		{"a namespace of the context", Access{Context: "two"}, "two", "shop"},
		{"a namespace that was asked for", Access{Context: "two", Namespace: "bar"}, "two", "bar"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.access.Kubeconfig = file
			target, err := Load(test.access)
			if err != nil {
				t.Fatal(err)
			}
			got := []string{target.Context, target.Namespace, target.Server, target.Config.BearerToken}
			want := []string{test.context, test.namespace, "https://192.0.2.1:6443", "t"}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			if target.Config.QPS != -1 {
				t.Errorf("QPS is %v, the client throttles itself", target.Config.QPS)
			}
		})
	}
}

func TestLoadImpersonates(t *testing.T) {
	t.Parallel()
	target, err := Load(Access{Kubeconfig: write(t, twoContexts), As: "jane", AsGroups: []string{"ops"}, UserAgent: "helm/v1"})
	if err != nil {
		t.Fatal(err)
	}
	if got := target.Config.Impersonate; got.UserName != "jane" || !cmp.Equal(got.Groups, []string{"ops"}) {
		t.Errorf("impersonates %+v", got)
	}
	if got := target.Config.UserAgent; got != "helm/v1" {
		t.Errorf("user agent is %q", got)
	}
}

func TestLoadSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		text   string
		access Access
		want   []string
	}{
		{"unknown context", twoContexts, Access{Context: "three"}, []string{`"three"`, "broken, one, two"}},
		{"no current context", strings.Replace(twoContexts, "current-context: one", "", 1), Access{}, []string{"no current context", "broken, one, two"}},
		{"context without cluster", twoContexts, Access{Context: "broken"}, []string{`"broken"`}},
		{"no YAML", "{", Access{}, []string{"reading"}},
		{"empty", "", Access{}, []string{"missing or has no contexts"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.access.Kubeconfig = write(t, test.text)
			_, err := Load(test.access)
			if !errors.Is(err, ErrConfig) {
				t.Fatalf("got %v, want an error that matches ErrConfig", err)
			}
			for _, want := range append(test.want, test.access.Kubeconfig) {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
		})
	}
}

func TestLoadMissingFile(t *testing.T) {
	t.Parallel()
	_, err := Load(Access{Kubeconfig: filepath.Join(t.TempDir(), "none")})
	if !errors.Is(err, ErrConfig) || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v, want an error that matches ErrConfig and os.ErrNotExist", err)
	}
}

func write(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "kubeconfig")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
