package world

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/terminal"
	"github.com/helm-dm/helm-dm/kube"
)

func TestNamespace(t *testing.T) {
	t.Parallel()
	config := filepath.Join(t.TempDir(), "kubeconfig")
	text := `{apiVersion: v1, kind: Config, current-context: a, clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}],
contexts: [{name: a, context: {cluster: c, namespace: shop}}, {name: b, context: {cluster: c}}]}`
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name   string
		access kube.Access
		env    string
		want   string // empty: refused
	}{
		{"of the context", kube.Access{Kubeconfig: config}, "", "shop"},
		{"of another context", kube.Access{Kubeconfig: config, Context: "b"}, "", "default"},
		{"of the flag", kube.Access{Kubeconfig: config, Namespace: "lunch"}, "dinner", "lunch"},
		{"of the variable", kube.Access{Kubeconfig: config}, "dinner", "dinner"},
		{"of a variable that is wrong", kube.Access{Kubeconfig: config}, "a/b", ""},
		{"no such context", kube.Access{Kubeconfig: config, Context: "none"}, "", ""},
		{"no such file", kube.Access{Kubeconfig: config + ".none"}, "dinner", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			getenv := func(name string) string { return map[string]string{"HELM_NAMESPACE": test.env}[name] }
			w := &World{Flags: Flags{Access: test.access}, Getenv: getenv}
			if got, err := w.Namespace(); got != test.want || (err != nil) != (test.want == "") {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for line, fine := range map[string]bool{
		"--namespace=":         false,
		"--namespace=a/b":      false,
		"--namespace=shop":     true,
		"--timeout=-1s":        false,
		"--as-group=x":         false,
		"--as=me --as-group=x": true,
	} {
		var f Flags
		flags := pflag.NewFlagSet("test", pflag.ContinueOnError)
		f.AddFlags(flags)
		if err := flags.Parse(strings.Fields(line)); err != nil {
			t.Fatal(err)
		}
		if err := f.Check(flags); (err == nil) != fine || !fine && fault.ExitCode(err) != fault.ExitUsage {
			t.Errorf("%s: got %v", line, err)
		}
	}
}

func TestPrint(t *testing.T) {
	t.Parallel()
	for format, want := range map[string]string{
		FormatJSON: "{\n  \"a\": \"x\\u0085\"\n}\n",
		FormatYAML: "a: \"x\\N\"\n",
	} {
		var out bytes.Buffer
		w := &World{Screen: &terminal.Screen{Out: &out}}
		if err := w.Print(format, map[string]string{"a": "x\u0085"}); err != nil || out.String() != want {
			t.Errorf("%s: got %q, %v", format, out.String(), err)
		}
	}
}

func TestWants(t *testing.T) {
	t.Parallel()
	cmd := &cobra.Command{Use: "x"}
	for _, test := range []struct {
		least, most, given int
		fine               bool
	}{{0, 0, 0, true}, {0, 0, 1, false}, {1, 2, 0, false}, {1, 2, 2, true}, {1, 2, 3, false}, {1, -1, 9, true}} {
		err := Wants(test.least, test.most)(cmd, make([]string, test.given))
		if (err == nil) != test.fine {
			t.Errorf("%+v: got %v", test, err)
		}
	}
}
