package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/terminal"
	"github.com/helm-dm/helm-dm/cmd/helm/world"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/repo/repotest"
)

func TestRepo(t *testing.T) {
	t.Parallel()
	roots := repotest.HTTP(t, repotest.HTTPOptions{}).CAFile()
	trusted, err := os.ReadFile(roots)
	if err != nil {
		t.Fatal(err)
	}
	text, key := file(t, "text.pem", "hush"), file(t, "key.pem", string(trusted)+"-----BEGIN EC PRIVATE KEY-----\nhush\n-----END EC PRIVATE KEY-----\n")
	f := &fake{books: &books{}}
	for _, test := range []struct {
		args string
		want result
	}{
		{"list", result{0, "", "There are no repositories.\nTry: helm repo add URL\n"}},
		{"add HTTPS://Example.com/charts/", result{0, "Added https://example.com/charts\n", ""}},
		{"add https://example.com/charts", result{0, "Added https://example.com/charts\n", "It was there already.\n"}},
		{"add -c key https://example.com/charts", result{4, "", "Error: it is there already\n" +
			"Try: helm repo rm https://example.com/charts, and helm repo add once more\n"}},
		{"add -c key --ca-file " + roots + " s3://bucket", result{0, "Added s3://bucket\n", ""}},
		{"add --ca-file " + text + " s3://other", result{2, "", "Error: reading --ca-file: " + text + " holds no certificate in PEM\n"}},
		{"add --ca-file " + key + " s3://other", result{2, "", "Error: reading --ca-file: " + key + " holds a private key\n" +
			"Try: --ca-file with the file of the certificate that belongs to it\n"}},
		{"add --ca-file " + roots + " http://other", result{2, "", "Error: --ca-file is given, and \"http://other\" is spoken to without TLS\n"}},
		{"list", result{0, "https://example.com/charts\ns3://bucket\n", ""}},
		{"list -o name", result{0, "example-com-charts-ba8189b2\ns3-bucket-03e46ced\n", ""}},
		{"add stable https://example.com/charts", result{2, "", "Error: 2 arguments were given to \"helm repo add [-c CREDENTIAL] URL [flags]\": a repository is called by its address, not by a name\n" +
			"Try: helm repo add https://example.com/charts\n"}},
		{"rm http://example.com/charts", result{3, "", "Error: there is no repository \"http://example.com/charts\"\nTry: helm repo rm https://example.com/charts\n"}},
		{"remove https://example.com/charts", result{0, "Removed https://example.com/charts\n", ""}},
		{"rm https://example.com/charts", result{3, "", "Error: there is no repository \"https://example.com/charts\"\nTry: helm repo list\n"}},
		{"add https://a.example.com", result{0, "Added https://a.example.com\n", ""}},
		{"add https://b.example.com", result{0, "Added https://b.example.com\n", ""}},
		{"rm a-example-com-7653e495 none https://b.example.com", result{3, "Removed https://a.example.com\nRemoved https://b.example.com\n", "Error: there is no repository \"none\"\nTry: helm repo list\n"}},
		{"rm example.com/charts", result{2, "", "Error: reading repository \"example.com/charts\": it does not begin with a protocol that is known\n" +
			"Try: write https://HOST/BUCKET, s3://BUCKET, gs://BUCKET, azblob://CONTAINER or oci://HOST/NAMESPACE\n"}},
		{"update", result{2, "", "Error: there is no command \"helm repo update\"\nTry: helm repo list -o wide: the manager reads repositories anew by itself\n"}},
	} {
		got := helm(t, f, append([]string{"repo"}, strings.Fields(test.args)...)...)
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %s", test.args, diff)
		}
	}
	want := v1alpha1.RepositorySpec{URL: "s3://bucket", Credential: "key", CABundle: trusted}
	if diff := cmp.Diff(want, f.books.repositories[0].Spec); diff != "" {
		t.Error(diff)
	}
	if got := helm(t, f, "__complete", "repo", "rm", ""); got.Out != "s3://bucket\n:4\n" {
		t.Errorf("got %+v", got)
	}
}

// TestRepoAddKeepsSecrets wants an address with a secret in it to be refused
// without being repeated or sent.
func TestRepoAddKeepsSecrets(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"https://me:hush@example.com/charts", "https://example.com/charts?sig=hush", "s3://bucket#hush", "https://example.com/a@hush"} {
		for _, command := range [][]string{{"repo", "add"}, {"repo", "rm"}, {"release", "./none", "-u"}} {
			f := &fake{books: &books{}}
			got := helm(t, f, append(command, address)...)
			if got.Code != fault.ExitUsage || strings.Contains(got.Out+got.Err, "hush") || len(f.books.repositories) > 0 {
				t.Errorf("%s: got %+v", command, got)
			}
		}
	}
}

// TestEmptyFlags takes a flag that is empty for a script's mistake.
func TestEmptyFlags(t *testing.T) {
	t.Parallel()
	for _, command := range []string{
		"repo add https://example.com --credential=", "repo add https://example.com --ca-file=", "credential add foo --from-file=", "credential add foo bar --name=",
		"chart params helm:a/b --file=", "chart show helm:a/b --version=", "deploy helm:a/b --version=",
	} {
		f := &fake{books: &books{}}
		if got := helm(t, f, strings.Fields(command)...); got.Code != fault.ExitUsage || !strings.HasSuffix(got.Err, " is empty\n") {
			t.Errorf("%s: got %+v", command, got)
		}
	}
}

func TestRepoListWide(t *testing.T) {
	t.Parallel()
	at := metav1.Date(2026, 1, 2, 23, 0, 0, 0, time.UTC)
	b := &books{repositories: []v1alpha1.Repository{
		{Spec: v1alpha1.RepositorySpec{URL: "s3://bucket", Credential: "key"}, Status: v1alpha1.RepositoryStatus{Error: "it \x1b[31m\nis down"}},
		{Spec: v1alpha1.RepositorySpec{URL: "https://example.com"}, Status: v1alpha1.RepositoryStatus{
			Kind: "index", Charts: 2, Versions: 7, Broken: 1, Refreshed: &at, Faults: []string{"bar: no version"},
		}},
	}}
	want := result{0, `URL                   KIND    CREDENTIAL   CHARTS   VERSIONS   SET ASIDE   REFRESHED   ERROR
https://example.com   index   -            2        7          1           60m         -
s3://bucket           -       key          0        0          0           -           it [31m is down
`, "https://example.com: set aside: bar: no version\n"}
	if diff := cmp.Diff(want, helm(t, &fake{books: b}, "repo", "list", "-o", "wide")); diff != "" {
		t.Error(diff)
	}
}

func TestCredential(t *testing.T) {
	t.Parallel()
	key := file(t, "key.json", `{"type": "service_account", "client_email": "robot@example.com", "private_key": "hush"}`)
	other := file(t, "other.json", `{"hush": "hush"`)
	asked := func(context.Context, string) (string, error) { return "hush", nil }
	for _, test := range []struct {
		name, stdin string
		args        []string
		ask         func(context.Context, string) (string, error)
		want        result
		spec        v1alpha1.CredentialSpec // zero: nothing is sent
	}{
		{"on the command line", "", []string{"foo", "hush"}, nil, result{0, "Created token-foo\n", ""}, v1alpha1.CredentialSpec{Token: "foo", Secret: "hush"}},
		{"with a name", "", []string{"foo", "hush", "--name", "key"}, nil, result{0, "Created key\n", ""}, v1alpha1.CredentialSpec{Token: "foo", Secret: "hush"}},
		{"from standard input", "hush\n\n", []string{"foo", "-"}, nil, result{0, "Created token-foo\n", ""}, v1alpha1.CredentialSpec{Token: "foo", Secret: "hush\n"}},
		{"asked for", "", []string{"foo"}, asked, result{0, "Created token-foo\n", ""}, v1alpha1.CredentialSpec{Token: "foo", Secret: "hush"}},
		{"from a key file", "", []string{"--from-file", key}, nil, result{0, "Created token-foo\n", ""},
			v1alpha1.CredentialSpec{Token: "robot@example.com", Secret: `{"type": "service_account", "client_email": "robot@example.com", "private_key": "hush"}`}},
		{"from any file", "", []string{"foo", "--from-file", other}, nil, result{0, "Created token-foo\n", ""}, v1alpha1.CredentialSpec{Token: "foo", Secret: `{"hush": "hush"`}},
		{"nobody to ask", "hush", []string{"foo"}, nil, result{2, "", "Error: the secret is missing, and standard input is no terminal to ask for it\n" +
			"Try: SECRET as -, to read it from standard input\n"}, v1alpha1.CredentialSpec{}},
		{"nothing on standard input", "\n", []string{"foo", "-"}, nil, result{2, "", "Error: the secret is empty: standard input has none\n"}, v1alpha1.CredentialSpec{}},
		{"no token", "", nil, nil, result{2, "", "Error: the TOKEN is missing: a user, an access key or an account\nTry: helm credential add TOKEN -\n"}, v1alpha1.CredentialSpec{}},
		{"no key file", "", []string{"--from-file", other}, nil, result{2, "", "Error: the file of --from-file is no key of a service account, which would name it\n" +
			"Try: helm credential add TOKEN --from-file FILE\n"}, v1alpha1.CredentialSpec{}},
		{"twice", "", []string{"foo", "hush", "--from-file", other}, nil, result{2, "", "Error: SECRET is given, and --from-file too\n"}, v1alpha1.CredentialSpec{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := &fake{books: &books{}, ask: test.ask}
			if diff := cmp.Diff(test.want, helmWith(t.Context(), t, f, test.stdin, append([]string{"credential", "add"}, test.args...)...)); diff != "" {
				t.Error(diff)
			}
			var sent v1alpha1.CredentialSpec
			for _, c := range f.books.credentials {
				sent = c.Spec
			}
			if diff := cmp.Diff(test.spec, sent); diff != "" {
				t.Error(diff)
			}
		})
	}
	long := strings.Repeat("x", v1alpha1.MaxSecretBytes+1)
	if got := helmWith(t.Context(), t, &fake{books: &books{}}, long, "credential", "add", "foo", "-"); got.Code != fault.ExitUsage || strings.Contains(got.Err, "xx") {
		t.Errorf("got %+v", got)
	}
}

func TestCredentialList(t *testing.T) {
	t.Parallel()
	item := func(name, token, origin string, used ...string) v1alpha1.Credential {
		c := v1alpha1.Credential{Spec: v1alpha1.CredentialSpec{Token: token}, Status: v1alpha1.CredentialStatus{Origin: origin, UsedBy: used}}
		c.Name, c.CreationTimestamp = name, metav1.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		return c
	}
	known := v1alpha1.Repository{Spec: v1alpha1.RepositorySpec{URL: "s3://y"}}
	known.Name = "s3-y"
	f := &fake{books: &books{repositories: []v1alpha1.Repository{known}, credentials: []v1alpha1.Credential{item("b", "robot", ""), item("a", "AKIA", "https://s3.amazonaws.com", "s3-x", "s3-y")}}}
	for _, test := range []struct {
		args string
		want result
	}{
		{"list", result{0, "a: AKIA\nb: robot\n", ""}},
		{"list b -o name", result{0, "b\n", ""}},
		{"list x", result{0, "", "No credentials found.\n"}},
		{"list [", result{2, "", "Error: reading pattern \"[\": syntax error in pattern\n"}},
		{"list -o wide", result{0, `NAME   TOKEN   ORIGIN                     USED BY        AGE
a      AKIA    https://s3.amazonaws.com   s3-x, s3://y   2d
b      robot   -                          -              2d
`, ""}},
		{"rm a", result{0, "Removed a\n", ""}},
		{"rm a", result{3, "", "Error: there is no credential \"a\"\nTry: helm credential list\n"}},
	} {
		if diff := cmp.Diff(test.want, helm(t, f, append([]string{"credential"}, strings.Fields(test.args)...)...)); diff != "" {
			t.Errorf("%s: %s", test.args, diff)
		}
	}
}

// note makes the package of a chart.
func note(t *testing.T) (path string, data []byte) {
	t.Helper()
	p := repotest.Pack(t, repotest.Chart("note", "0.3.0"), "")
	path = filepath.Join(t.TempDir(), "note-0.3.0.tgz")
	if err := os.WriteFile(path, p.Data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path, p.Data
}

func TestReleaseThroughManager(t *testing.T) {
	t.Parallel()
	path, data := note(t)
	if err := os.WriteFile(path+".prov", []byte("signed"), 0o600); err != nil {
		t.Fatal(err)
	}
	const url = "https://example.com/charts"
	want := v1alpha1.ChartReleaseSpec{Digest: chart.Digest(data), Provenance: []byte("signed")}
	for _, test := range []struct {
		args        []string
		environment map[string]string
		destination string
		at, shown   string
	}{
		{nil, nil, "", url, url},
		{[]string{"-u", url}, nil, url, url, url},
		{nil, map[string]string{"HELM_RELEASE_DEST": url}, url, url, url},
		{[]string{"-u", url}, map[string]string{"HELM_RELEASE_DEST": "s3://other"}, url, url, url},
		{nil, nil, "", "s3+http://example.com/b", "s3+http://example.com/b"},
		{nil, nil, "", "oci+http://example.com/b", "oci://example.com/b"},
	} {
		f := &fake{environment: test.environment, books: &books{repositories: []v1alpha1.Repository{{Spec: v1alpha1.RepositorySpec{URL: test.at}}}}}
		got := helm(t, f, append([]string{"release", path}, test.args...)...)
		if diff := cmp.Diff(result{0, "Uploaded to " + test.shown + "/note-0.3.0.tgz\n", "Uploading " + path + " as note-0.3.0.tgz\n"}, got); diff != "" {
			t.Error(diff)
		}
		want.Destination = test.destination
		if diff := cmp.Diff([]v1alpha1.ChartReleaseSpec{want, want}, f.books.released); diff != "" {
			t.Error(diff)
		}
		if string(f.uploaded[chart.Digest(data)]) != string(data) {
			t.Error("the package did not arrive as it is")
		}
	}
}

// TestReleaseDirectly releases to a repository that the manager does not know.
func TestReleaseDirectly(t *testing.T) {
	t.Parallel()
	web := repotest.HTTP(t, repotest.HTTPOptions{User: "me", Password: "hush-hush"})
	path, data := note(t)
	url := web.URL() + "/charts"
	f := &fake{books: &books{repositories: []v1alpha1.Repository{{Spec: v1alpha1.RepositorySpec{URL: "https://other.example.com"}}}}}
	release := func(stdin string, args ...string) result {
		return helmWith(t.Context(), t, f, stdin, append([]string{"release", path, "-u", url, "--ca-file", web.CAFile()}, args...)...)
	}
	if got := release(""); got.Code != fault.ExitDenied || !strings.Contains(got.Err, "Try: --username USER --password-stdin") {
		t.Errorf("got %+v", got)
	}
	got := release("wrong-hush\n", "--username", "me", "--password-stdin")
	if got.Code != fault.ExitDenied || strings.Contains(got.Err, "hush") || !strings.Contains(got.Err, "Try: see whether user and password are right, and may write to "+url) {
		t.Errorf("got %+v", got)
	}
	got = helm(t, f, "release", path, "-u", url)
	if got.Code != fault.ExitUnreachable || !strings.Contains(got.Err, "Try: if it is yours, name who signs: helm release --ca-file FILE -u "+url) {
		t.Errorf("got %+v", got)
	}
	want := result{0, "Uploaded to " + url + "/note-0.3.0.tgz\n", "Uploading " + path + " to " + url + " without the manager\n"}
	if diff := cmp.Diff(want, release("hush-hush\n", "--username", "me", "--password-stdin")); diff != "" {
		t.Error(diff)
	}
	if got := web.Get("charts/note-0.3.0.tgz"); string(got) != string(data) {
		t.Errorf("%d bytes arrived", len(got))
	}
	if !strings.Contains(string(web.Get("charts/index.yaml")), "note-0.3.0.tgz") {
		t.Error("the index does not know it")
	}
	if len(f.uploaded) > 0 {
		t.Error("the package went to a manager that has no use for it")
	}
	changed := repotest.Pack(t, repotest.Chart("note", "0.3.0"), "changed")
	if err := os.WriteFile(path, changed.Data, 0o600); err != nil {
		t.Fatal(err)
	}
	got = release("hush-hush\n", "--username", "me", "--password-stdin")
	if got.Code != fault.ExitConflict || !strings.Contains(got.Err, "--force") {
		t.Errorf("got %+v", got)
	}
	if got := release("hush-hush\n", "--username", "me", "--password-stdin", "--force"); got.Code != 0 {
		t.Errorf("got %+v", got)
	}
}

// TestReleaseWithoutCluster releases from a machine that knows no cluster.
func TestReleaseWithoutCluster(t *testing.T) {
	t.Parallel()
	web := repotest.HTTP(t, repotest.HTTPOptions{})
	path, data := note(t)
	release := func(args ...string) result {
		var out, err strings.Builder
		w := &world.World{
			Screen: &terminal.Screen{Out: &out, Err: &err}, Now: time.Now,
			Connect: func(*world.World) (*world.Session, error) { return nil, fmt.Errorf("%w: none", kube.ErrConfig) },
		}
		code := run(t.Context(), w, append([]string{"release", path}, args...))
		return result{code, out.String(), err.String()}
	}
	url := web.URL() + "/charts"
	if got := release("-u", url, "--ca-file", web.CAFile()); got.Code != 0 || got.Out != "Uploaded to "+url+"/note-0.3.0.tgz\n" {
		t.Errorf("got %+v", got)
	}
	if string(web.Get("charts/note-0.3.0.tgz")) != string(data) {
		t.Error("it did not arrive")
	}
	got := release("-u", "s3://bucket")
	if got.Code != fault.ExitUsage || !strings.Contains(got.Err, "no cluster is configured") || strings.Contains(got.Err, "has no repository") {
		t.Errorf("got %+v", got)
	}
	for _, args := range [][]string{nil, {"-u", url, "--context", "prod"}, {"-u", url, "--kubeconfig", "none"}} {
		if got := release(args...); got.Code != fault.ExitUsage || !strings.Contains(got.Err, kube.ErrConfig.Error()) {
			t.Errorf("%q: got %+v", args, got)
		}
	}
}

func TestReleaseRefuses(t *testing.T) {
	t.Parallel()
	path, _ := note(t)
	folder := filepath.Dir(file(t, "Chart.yaml", "apiVersion: v2\nname: x\nversion: 1.0.0\ndependencies:\n- {name: y, version: 1.0.0}\n"))
	for _, test := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{path, "-u", "s3://bucket"}, fault.ExitNotFound, "Try: helm repo add -c CREDENTIAL s3://bucket"},
		{[]string{path, "-u", ""}, fault.ExitUsage, "--url is empty"},
		{[]string{path, "-u", "https://example.com", "--username", ""}, fault.ExitUsage, "--username is empty"},
		{[]string{path, "-u", "bucket"}, fault.ExitUsage, "Try: "},
		{[]string{path, "--username", "me"}, fault.ExitUsage, "Try: -u DEST"},
		{[]string{path, "-u", "http://example.com", "--ca-file", path}, fault.ExitUsage, "without TLS"},
		{[]string{path, "--password-stdin"}, fault.ExitUsage, "without --username"},
		{[]string{path, "-u", "https://example.com", "--username", "me"}, fault.ExitUsage, "Try: --password-stdin, to read it from standard input"},
		{[]string{"none.tgz"}, fault.ExitUsage, "no such file"},
		{[]string{folder}, fault.ExitUsage, "declares dependencies that are missing"},
		{[]string{filepath.Dir(file(t, "values.yaml", "a: 1"))}, fault.ExitUsage, "Chart.yaml is missing"},
		{[]string{file(t, "x.tgz", "x")}, fault.ExitUsage, "it is no package of a chart"},
	} {
		f := &fake{books: &books{repositories: []v1alpha1.Repository{{Spec: v1alpha1.RepositorySpec{URL: "https://example.com"}}}}}
		got := helm(t, f, append([]string{"release"}, test.args...)...)
		if got.Code != test.code || got.Out != "" || !strings.Contains(got.Err, test.says) || len(f.uploaded) > 0 {
			t.Errorf("%q: got %+v", test.args, got)
		}
	}
}

// TestReleaseWithoutTLS wants nobody to be spoken to without TLS: what is released
// may come with a password.
func TestReleaseWithoutTLS(t *testing.T) {
	t.Parallel()
	path, _ := note(t)
	web := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { t.Errorf("%s %s was asked", r.Method, r.URL) }))
	t.Cleanup(web.Close)
	_, host, _ := strings.Cut(web.URL, "://")
	for _, url := range []string{"http://" + host + "/charts", "oci+http://" + host + "/charts"} {
		f := &fake{books: &books{repositories: []v1alpha1.Repository{{Spec: v1alpha1.RepositorySpec{URL: "https://example.com"}}}}}
		got := helmWith(t.Context(), t, f, "hush\n", "release", path, "-u", url, "--username", "me", "--password-stdin")
		want := result{fault.ExitUsage, "", "Error: --username releases without the manager, and so to https:// and oci:// alone, not to \"" + url + "\"\n" +
			"Try: helm repo add -c CREDENTIAL " + url + ", and helm release without --username\n"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		want = result{fault.ExitNotFound, "", "Error: the manager has no repository \"" + url + "\", and without it only https:// and oci:// can be released to\n" +
			"Try: helm repo add -c CREDENTIAL " + url + "\n"}
		if diff := cmp.Diff(want, helm(t, f, "release", path, "-u", url)); diff != "" {
			t.Error(diff)
		}
	}
}
