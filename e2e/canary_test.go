package e2e

import (
	"bytes"
	"encoding/base64"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/helm-dm/helm-dm/internal/clustertest"
	"github.com/helm-dm/helm-dm/repo/repotest"
)

// mine is a canary: secrets are planted wherever one is taken, and whatever comes
// out is searched for them.
type mine struct {
	*testing.T
	cluster *clustertest.Cluster
	user    *clustertest.User
	secrets []string // in every form in which they may show
}

// TestCanary runs every command that takes a secret, or comes near one, through
// good and bad days, and wants no secret in anything that comes out of it: outputs,
// answers of the API, objects, events, logs.
func TestCanary(t *testing.T) {
	t.Parallel()
	m := &mine{T: t, cluster: clustertest.Start(t)}
	namespace := m.cluster.Namespace(t)
	m.user = m.cluster.Admin(t, namespace)
	right, wrong, key := m.plant("ada"), m.plant("ada"), m.plant("robot@example.com")
	web := repotest.HTTP(t, repotest.HTTPOptions{User: "ada", Password: right})
	registry := repotest.NewRegistry(t, repotest.RegistryOptions{Tokens: repotest.NewTokens(t, "ada", right, false)})
	t.Cleanup(func() {
		forget(t, m.cluster, namespace, []string{strings.TrimPrefix(web.URL(), "https://"), registry.Host()})
		unlogged(t, m.cluster, m.secrets)
	})
	web.Break("/shop/echo/index.yaml", echo)
	web.Break("/shop/mirror/index.yaml", mirror)
	registry.Break("/v2/", echo)
	chart := filepath.Join(t.TempDir(), "note-0.1.0.tgz")
	if err := os.WriteFile(chart, repotest.Pack(t, repotest.Chart("note", "0.1.0"), "").Data, 0o600); err != nil {
		t.Fatal(err)
	}

	good, bad, file := namespace+"-good", namespace+"-bad", namespace+"-file"
	m.helm(0, right, "credential", "add", "--name", good, "-v", "ada", "-")
	m.helm(4, right, "credential", "add", "--name", good, "ada", "-")
	m.helm(0, "", "credential", "add", "--name", bad, "ada", wrong, "-o", "json")
	m.helm(0, "", "credential", "add", "-o", "yaml", "--name", file, "--from-file", m.file(`{"client_email": "robot@example.com", "private_key": "`+key+`"}`))
	m.helm(2, "", "credential", "add", "--from-file", m.file(`{"private_key": "`+key+`"`))
	m.helm(2, "", "release", chart, "-u", web.URL()+"/shop?sig="+right)
	m.helm(5, wrong, "release", chart, "-v", "-u", web.URL()+"/shop", "--ca-file", web.CAFile(), "--username", "ada", "--password-stdin")
	m.helm(0, right, "release", chart, "-v", "-u", web.URL()+"/shop", "--ca-file", web.CAFile(), "--username", "ada", "--password-stdin")
	for name, code := range map[string]int{"shop": 0, "shop/echo": 6, "shop/mirror": 2, "none": 3} {
		m.helm(code, "", "repo", "add", "-v", "--ca-file", web.CAFile(), "-c", good, web.URL()+"/"+name)
	}
	m.helm(5, "", "repo", "add", "--ca-file", web.CAFile(), "-c", bad, web.URL()+"/other")
	m.helm(2, "", "repo", "add", "https://ada:"+right+"@example.com/shop")
	m.helm(-1, "", "repo", "add", "--ca-file", registry.CAFile(), "-c", good, registry.Location(t, "charts").String())
	registry.Break("/v2/", nil)
	m.helm(4, "", "repo", "add", "--ca-file", registry.CAFile(), "-c", good, registry.Location(t, "charts").String())
	m.helm(4, "", "credential", "rm", good)
	m.helm(0, "", "release", "--force", chart, "-u", web.URL()+"/shop")
	m.helm(0, "", "chart", "show", "--all", "helm:"+strings.TrimPrefix(web.URL(), "https://")+"/shop/note")
	web.Break("/shop/index.yaml", echo)
	web.Break("/shop/note-0.1.0.tgz", echo)
	m.helm(-1, "", "deploy", "--timeout", "20s", "-n", "note", "-v", "helm:"+strings.TrimPrefix(web.URL(), "https://")+"/shop/note")
	m.helm(-1, "", "release", "--force", chart, "-u", web.URL()+"/shop")
	m.look(good)
	m.helm(0, "", "repo", "rm", "-v", web.URL()+"/shop")
	m.helm(0, "", "credential", "rm", "-v", good)
}

// look reads everything there is to read.
func (m *mine) look(credential string) {
	for _, format := range []string{"text", "wide", "json", "yaml", "name"} {
		m.helm(0, "", "repo", "list", "-o", format)
		m.helm(0, "", "credential", "list", "-o", format)
	}
	const group = "/apis/dm.helm.sh/v1alpha1/"
	for _, args := range [][]string{
		{"get", "credentials,repositories", "-o", "wide"},
		{"get", "credentials,repositories", "-o", "yaml", "--show-managed-fields"},
		{"describe", "credential", credential},
		{"get", "--raw", group + "credentials/" + credential},
		{"get", "--raw", group + "credentials?watch=true&timeoutSeconds=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"},
		{"get", "cd,events,configmaps", "-A", "-o", "yaml"},
		{"get", "secrets", "-n", "helm-dm", "-o", "jsonpath={.items[*].metadata}"},
		{"get", "--raw", "/metrics"},
	} {
		m.run(0, "", "kubectl", args...)
	}
}

// plant makes a secret that goes with a user.
func (m *mine) plant(user string) string {
	secret := canary()
	m.secrets = append(m.secrets, secret, url.QueryEscape(secret),
		base64.StdEncoding.EncodeToString([]byte(secret)), base64.StdEncoding.EncodeToString([]byte(user+":"+secret)))
	return secret
}

// file makes a file.
func (m *mine) file(text string) string {
	m.Helper()
	path := filepath.Join(m.TempDir(), "key.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		m.Fatal(err)
	}
	return path
}

func (m *mine) helm(code int, stdin string, args ...string) {
	m.Helper()
	m.run(code, stdin, "helm", args...)
}

// run wants a command to end with a code, below zero for any failure, and to print
// no secret.
func (m *mine) run(code int, stdin, program string, args ...string) {
	m.Helper()
	var out bytes.Buffer
	cmd := exec.CommandContext(m.Context(), m.cluster.Program(program), args...)
	cmd.Env = append(os.Environ(), "KUBECONFIG="+m.user.Kubeconfig)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &out
	_ = cmd.Run() // the exit code says it
	if got := cmd.ProcessState.ExitCode(); got != code && (code >= 0 || got <= 0) {
		m.Errorf("%s %q: exit code %d, want %d\n%s", program, args, got, code, out.String())
	}
	for _, secret := range m.secrets {
		if strings.Contains(out.String(), secret) {
			m.Errorf("%s %q prints a secret:\n%s", program, args, out.String())
		}
	}
}

// echo fails and sends back all that it was told.
func echo(out http.ResponseWriter, in *http.Request) {
	out.Header().Set("Location", "/?"+url.QueryEscape(in.Header.Get("Authorization")))
	out.Header().Set("WWW-Authenticate", `Bearer realm="`+in.Header.Get("Authorization")+`"`)
	out.WriteHeader(http.StatusBadGateway)
	_ = in.Header.Write(out)
}

// mirror answers with an index of what it was told, the password in clear.
func mirror(out http.ResponseWriter, in *http.Request) {
	user, password, _ := in.BasicAuth()
	_, _ = io.WriteString(out, "apiVersion: v1\nentries: {note: [{name: "+user+", version: "+password+"}]}\n"+password+": [\n")
}
