package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/terminal"
	"github.com/helm-dm/helm-dm/cmd/helm/world"
)

func TestVersion(t *testing.T) {
	t.Parallel()
	client := "Client: " + clientVersion() + "\n"
	if diff := cmp.Diff(result{0, client, ""}, helm(t, &fake{}, "version", "--client")); diff != "" {
		t.Error(diff)
	}
	want := result{0, client + "Manager: dm.helm.sh/v1alpha1\nKubernetes: v1.36.3\n", ""}
	if diff := cmp.Diff(want, helm(t, &fake{}, "version")); diff != "" {
		t.Error(diff)
	}
	got := helm(t, &fake{}, "version", "-o", "yaml")
	if !strings.Contains(got.Out, "kubernetes:\n  version: v1.36.3\nmanager:\n  apiVersion: dm.helm.sh/v1alpha1\n") {
		t.Errorf("got %+v", got)
	}
}

// bare is a cluster without Helm/DM.
type bare struct{ *fake }

func (b bare) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, group1) {
		http.NotFound(w, r)
		return
	}
	b.fake.ServeHTTP(w, r)
}

func TestNotInstalled(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(bare{&fake{t: t}})
	defer server.Close()
	config := file(t, "kubeconfig", `{apiVersion: v1, kind: Config, current-context: prod,
clusters: [{name: c, cluster: {server: "`+server.URL+`"}}], contexts: [{name: prod, context: {cluster: c}}]}`)
	for _, command := range []string{"version", "status x", "deploy helm:a/b", "delete x", "deployment list"} {
		var out, err strings.Builder
		w := &world.World{Screen: &terminal.Screen{Out: &out, Err: &err}, Connect: world.Connect}
		code := run(t.Context(), w, append([]string{"--kubeconfig", config}, strings.Fields(command)...))
		want := "Error: Helm/DM is not installed on the cluster of context \"prod\"\nTry: helm local up"
		if code != fault.ExitUnreachable || !strings.HasPrefix(err.String(), want) {
			t.Errorf("%s: exit code %d, %s", command, code, err.String())
		}
	}
}

func TestNoKubeconfig(t *testing.T) {
	t.Parallel()
	got := helm(t, &fake{}, "status", "x", "--context", "none")
	if got.Code != fault.ExitUsage || !strings.Contains(got.Err, `no context "none"; it knows c`) {
		t.Errorf("got %+v", got)
	}
}

func TestVerboseTellsNoSecrets(t *testing.T) {
	t.Parallel()
	got := helm(t, &fake{}, "-v", "deployment", "list")
	if !strings.Contains(got.Err, "GET http") || !strings.Contains(got.Err, "200 OK") || strings.Contains(got.Err, "secret-token") {
		t.Errorf("got %+v", got)
	}
}

func TestUsage(t *testing.T) {
	t.Parallel()
	for command, try := range map[string]string{
		"statu":                 "Try: helm status",
		"nonsense":              "Try: helm --help",
		"deployment lits":       "Try: helm deployment list",
		"status":                "Try: helm status --help",
		"delete":                "Try: helm delete --help",
		"version --x":           "Try: helm version --help",
		"local up -o json":      "Try: -o text",
		"local up --replicas 0": "",
		"help nonsense":         "Try: helm --help",
		"help deploy nonsense":  "Try: helm --help",
		"help local nonsense":   "Try: helm --help",
		"completion nonsense":   "Try: helm completion --help",
		"completion bash zsh":   "Try: helm completion bash --help",
		"list":                  "Try: helm deployment list",
		"install a ./b":         "Try: helm deploy -n NAME CHART",
		"upgrade a ./b":         "of Helm is not there yet",
		"local list":            "Try: helm local --help",
		"status a/b":            "",
		"delete x ..":           "",
	} {
		got := helm(t, &fake{}, strings.Fields(command)...)
		if got.Code != fault.ExitUsage || got.Out != "" || !strings.HasPrefix(got.Err, "Error: ") || !strings.Contains(got.Err, try) {
			t.Errorf("%q: got %+v", command, got)
		}
	}
}

func TestHelp(t *testing.T) {
	t.Parallel()
	got := helm(t, &fake{}, "help", "exit-codes")
	if got.Code != 0 || strings.Count(got.Out, "\n") < 8 {
		t.Errorf("got %+v", got)
	}
	if got := helm(t, &fake{}); got.Code != 0 || !strings.Contains(got.Out, "Usage:") {
		t.Errorf("got %+v", got)
	}
}

// TestElsewhere holds the names of Helm's commands against ours.
func TestElsewhere(t *testing.T) {
	t.Parallel()
	root := newRoot(world.New(clientVersion()))
	for name, own := range ours() {
		if slices.Contains(missing(), name) {
			t.Errorf("%s is there, and is not", name)
		}
		words := strings.Fields(own)
		if cmd, _, err := root.Find(words[1:]); err != nil || cmd == root {
			t.Errorf("%s: there is no %q", name, own)
		}
	}
	for _, cmd := range root.Commands() {
		if err := elsewhere(cmd.Name()); err != nil {
			t.Errorf("%s is there: %v", cmd.Name(), err)
		}
	}
}

// TestFlagsCompleteNoFiles completes the values of flags that are none.
func TestFlagsCompleteNoFiles(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"status --context", "template -n", "deploy --namespace", "lint --kube-version", "lint --timeout"} {
		got := helm(t, &fake{}, append(append([]string{"__complete"}, strings.Fields(command)...), "")...)
		if got.Code != 0 || got.Out != ":4\n" {
			t.Errorf("%s: got %+v", command, got)
		}
	}
	if got := helm(t, &fake{}, "__complete", "lint", "-o", "j"); got.Out != "text\njson\nyaml\nname\nwide\n:4\n" {
		t.Errorf("got %+v", got)
	}
}

// TestEveryCommandHasAnExample looks at those that hold others too.
func TestEveryCommandHasAnExample(t *testing.T) {
	t.Parallel()
	var visit func(*cobra.Command)
	visit = func(cmd *cobra.Command) {
		if cmd.Runnable() && cmd.Example == "" {
			t.Errorf("%s has no example", cmd.CommandPath())
		}
		for _, child := range cmd.Commands() {
			visit(child)
		}
	}
	visit(newRoot(world.New(clientVersion())))
}

// full is a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, syscall.ENOSPC }

func TestAnswersThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(&fake{t: t, states: []state{at(v1alpha1.StepDone)}, items: listed().items})
	defer server.Close()
	config := file(t, "kubeconfig", `{apiVersion: v1, kind: Config, current-context: c,
clusters: [{name: c, cluster: {server: "`+server.URL+`"}}], contexts: [{name: c, context: {cluster: c, namespace: shop}}]}`)
	for _, command := range []string{
		"deploy -q helm:a/b", "deploy -q -o json helm:a/b", "delete -q taco-tuesday", "status taco-tuesday", "deployment list",
		"deployment list -o wide", "deployment list -o json", "version", "version --client", "help", "help exit-codes", "completion bash",
	} {
		var told strings.Builder
		w := &world.World{Now: time.Now, Screen: &terminal.Screen{Out: full{}, Err: &told}, Connect: world.Connect}
		code := run(t.Context(), w, append([]string{"--kubeconfig", config}, strings.Fields(command)...))
		want := "Error: writing the answer: no space left on device\n"
		if code != fault.ExitFailed || strings.Count(told.String(), want) != 1 {
			t.Errorf("%s: exit code %d, %s", command, code, told.String())
		}
	}
}

func TestLongName(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"deploy -name x c":        "deploy --name x c",
		"deploy c -name=x":        "deploy c --name=x",
		"-q deploy c -name x":     "-q deploy c --name x",
		"deploy -n x -- -name":    "deploy -n x -- -name",
		"status -name":            "status -name",
		"deploy -f values.yaml c": "deploy -f values.yaml c",
	} {
		got := longName(newRoot(world.New(clientVersion())), strings.Fields(line))
		if diff := cmp.Diff(want, strings.Join(got, " ")); diff != "" {
			t.Error(diff)
		}
	}
}

func TestMissingPrograms(t *testing.T) {
	t.Parallel()
	var told strings.Builder
	w := &world.World{Screen: &terminal.Screen{Err: &told}}
	_, err := findProgram("helm-no-such-program")
	if code := w.Report(err); code != fault.ExitFailed || !strings.Contains(told.String(), "\nTry: make build") {
		t.Errorf("exit code %d, %s", code, told.String())
	}
	if path, err := findProgram("sh"); err != nil || !strings.HasPrefix(path, string(os.PathSeparator)) {
		t.Errorf("got %q, %v", path, err)
	}
}
