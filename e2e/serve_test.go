package e2e

import (
	"bytes"
	"context"
	"crypto/rand"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/client"
	"github.com/helm-dm/helm-dm/internal/clustertest"
	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/repotest"
)

// serve starts a server that keeps charts, for the script alone, and says in the
// environment where it is:
//
//	web        $WEB, $WEB_HOST, $WEB_CA
//	locked     $LOCKED, $LOCKED_HOST, $LOCKED_CA: the same for who is $LOCKED_USER
//	s3         $S3 is a bucket called $S3_BUCKET, $S3_HOST, $S3_USER
//	registry   $REGISTRY is a namespace of one that issues tokens, $REGISTRY_HOST, $REGISTRY_CA, $REGISTRY_USER
//
// Their passwords are in files: locked.secret, s3.secret and registry.secret.
func serve(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: serve KIND")
	}
	s := ts.Value(stageKey{}).(*stage)
	var at server
	switch args[0] {
	case "web":
		s.web = repotest.HTTP(s, repotest.HTTPOptions{})
		at = server{name: "WEB", url: s.web.URL(), ca: s.web.CAFile()}
	case "locked":
		secret := canary()
		locked := repotest.HTTP(s, repotest.HTTPOptions{User: "ada", Password: secret})
		at = server{name: "LOCKED", url: locked.URL(), ca: locked.CAFile(), user: "ada", secret: secret}
	case "s3":
		store := repotest.S3(s)
		key := store.Credential()
		at = server{name: "S3", url: store.Bucket(s).Location(s, "").String(), user: key.Token, secret: key.Secret.Reveal()}
	case "registry":
		secret := canary()
		registry := repotest.NewRegistry(s, repotest.RegistryOptions{Tokens: repotest.NewTokens(s, "ada", secret, false)})
		at = server{name: "REGISTRY", url: registry.Location(s, "charts").String(), ca: registry.CAFile(), user: "ada", secret: secret}
	default:
		ts.Fatalf("there is no server %q", args[0])
	}
	at.tell(ts, s)
}

// server is one that was started.
type server struct{ name, url, ca, user, secret string }

// tell sets the variables.
func (a server) tell(ts *testscript.TestScript, s *stage) {
	at, err := url.Parse(a.url)
	ts.Check(err)
	ts.Setenv(a.name, a.url)
	ts.Setenv(a.name+"_HOST", at.Host)
	ts.Setenv(a.name+"_CA", a.ca)
	ts.Setenv(a.name+"_USER", a.user)
	ts.Setenv(a.name+"_BUCKET", strings.Trim(at.Path, "/"))
	if s.hosts = append(s.hosts, at.Host); len(s.hosts) == 1 {
		s.Cleanup(func() { forget(s, s.cluster, s.namespace, s.hosts) })
	}
	if a.secret != "" {
		s.hide(ts, a.name, a.secret)
	}
}

// canary is a secret that nobody else has; scripts know all of them by their
// beginning.
func canary() string { return "hush-" + rand.Text() }

// hide writes a secret to NAME.secret, in lower case, for scripts to read, and
// wants it to be in no log at the end.
func (s *stage) hide(ts *testscript.TestScript, name, secret string) {
	path := ts.MkAbs(strings.ToLower(name) + ".secret")
	ts.Check(os.WriteFile(path, []byte(secret+"\n"), 0o600))
	s.Cleanup(func() { unlogged(s, s.cluster, []string{secret}) })
}

// unlogged wants no log of the cluster to hold any of the secrets.
func unlogged(t testing.TB, cluster *clustertest.Cluster, secrets []string) {
	t.Helper()
	logs, err := filepath.Glob(filepath.Join(cluster.Dir(), "logs", "*.log"))
	if err != nil || len(logs) == 0 {
		t.Errorf("the logs of the cluster: %d of them, %v", len(logs), err)
	}
	for _, log := range logs {
		text, err := os.ReadFile(log)
		if err != nil {
			t.Error(err)
		}
		for _, secret := range secrets {
			if bytes.Contains(text, []byte(secret)) {
				t.Errorf("%s holds a secret", log)
			}
		}
	}
}

// forget removes what a test leaves behind in the manager: the repositories on
// hosts, and the credentials whose names begin with a prefix.
func forget(t testing.TB, cluster *clustertest.Cluster, prefix string, hosts []string) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	admin, err := client.New(cluster.Admin(t, "").Config)
	if err != nil {
		t.Fatal(err)
	}
	repositories, err := admin.Repositories().List(ctx, metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range repositories.Items {
		at, err := repo.ParseLocation(r.Spec.URL)
		if err == nil && slices.Contains(hosts, at.Host()) {
			err = admin.Repositories().Delete(ctx, r.Name, metav1.DeleteOptions{})
		}
		if err != nil {
			t.Error(err)
		}
	}
	credentials, err := admin.Credentials().List(ctx, metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range credentials.Items {
		if !strings.HasPrefix(c.Name, prefix) {
			continue
		}
		if err := admin.Credentials().Delete(ctx, c.Name, metav1.DeleteOptions{}); err != nil {
			t.Error(err)
		}
	}
}

// fault lets the web server answer a path otherwise, until that is 200 again: with
// a status, a page for people, or by leading to a cloud's metadata.
func fault(ts *testscript.TestScript, neg bool, args []string) {
	codes := map[string]repotest.Fault{
		"200": nil, "401": repotest.Status(401), "404": repotest.Status(404), "500": repotest.Status(500),
		"page": repotest.Page(), "metadata": repotest.Redirect("https://169.254.169.254/latest/meta-data/"),
	}
	if neg || len(args) != 2 {
		ts.Fatalf("usage: fault PATH ANSWER")
	}
	answer, known := codes[args[1]]
	if !known {
		ts.Fatalf("there is no answer %q", args[1])
	}
	ts.Value(stageKey{}).(*stage).web.Break(args[0], answer)
}
