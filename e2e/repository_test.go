package e2e

import (
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/metadata/metadatainformer"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/client"
	"github.com/helm-dm/helm-dm/internal/clustertest"
	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/repotest"
)

// lodging is a repository and the credential that opens it, both of one test.
type lodging struct {
	cluster    *clustertest.Cluster
	admin      *clustertest.User
	client     *client.Client // the administrator's
	web        *repotest.Web
	secret     string
	credential string
	url, name  string
}

// lodge starts a server that takes a credential, which it stores. The repository
// is not added yet.
func lodge(t *testing.T) *lodging {
	t.Helper()
	cluster := clustertest.Start(t)
	l := &lodging{cluster: cluster, secret: canary(), credential: cluster.Namespace(t)}
	l.admin = cluster.Admin(t, "")
	l.client = connect(t, l.admin.Config)
	l.web = repotest.HTTP(t, repotest.HTTPOptions{User: "ada", Password: l.secret})
	l.web.Put("charts/index.yaml", []byte("apiVersion: v1\nentries:\n  page:\n  - {name: page, version: 1.0.0, urls: [page-1.0.0.tgz]}\n"))
	location := l.web.Location(t, "charts")
	l.url, l.name = location.String(), location.Name()
	t.Cleanup(func() { l.leave(t) })
	added, err := l.client.Credentials().Create(deadline(t), l.pair())
	if err != nil {
		t.Fatal(err)
	}
	if added.Spec.Secret != "" || added.Spec.Token != "ada" || added.Name != l.credential {
		t.Errorf("added %+v", added)
	}
	return l
}

func (l *lodging) pair() *v1alpha1.Credential {
	return &v1alpha1.Credential{ObjectMeta: metav1.ObjectMeta{Name: l.credential}, Spec: v1alpha1.CredentialSpec{Token: "ada", Secret: l.secret}}
}

func (l *lodging) repository() *v1alpha1.Repository {
	return &v1alpha1.Repository{Spec: v1alpha1.RepositorySpec{URL: l.url, Credential: l.credential, CABundle: l.web.CA()}}
}

func (l *lodging) add(t *testing.T) *v1alpha1.Repository {
	t.Helper()
	added, err := l.client.Repositories().Create(deadline(t), l.repository())
	if err != nil {
		t.Fatal(err)
	}
	return added
}

// leave removes what is left.
func (l *lodging) leave(t *testing.T) {
	ctx := context.WithoutCancel(t.Context())
	if err := l.client.Repositories().Delete(ctx, l.name, metav1.DeleteOptions{}); err != nil && !apierrors.IsNotFound(err) {
		t.Error(err)
	}
	if err := l.client.Credentials().Delete(ctx, l.credential, metav1.DeleteOptions{}); err != nil && !apierrors.IsNotFound(err) {
		t.Error(err)
	}
}

// kubectl runs it as the administrator and returns both outputs together.
func (l *lodging) kubectl(t *testing.T, args ...string) (string, error) {
	t.Helper()
	command := exec.CommandContext(deadline(t), l.cluster.Program("kubectl"), append([]string{"--cache-dir", t.TempDir()}, args...)...)
	command.Env = append(os.Environ(), "KUBECONFIG="+l.admin.Kubeconfig)
	out, err := command.CombinedOutput()
	return string(out), err
}

func (l *lodging) says(t *testing.T, args []string, want ...string) {
	t.Helper()
	out, err := l.kubectl(t, args...)
	if err != nil {
		t.Errorf("kubectl %q: %v\n%s", args, err, out)
	}
	for _, text := range want {
		if !strings.Contains(out, text) {
			t.Errorf("kubectl %q does not say %q:\n%s", args, text, out)
		}
	}
	if strings.Contains(out, l.secret) {
		t.Errorf("kubectl %q tells the secret:\n%s", args, out)
	}
}

// ask makes a request as it is and returns the body of the answer, which must not
// tell the secret.
func (l *lodging) ask(t *testing.T, method, path, accept, body string) string {
	t.Helper()
	text, err := l.exchange(deadline(t), method, path, accept, body)
	if err != nil {
		t.Errorf("%s %s as %q: %v", method, path, accept, err)
	}
	if strings.Contains(text, l.secret) {
		t.Errorf("%s %s as %q tells the secret:\n%s", method, path, accept, text)
	}
	return text
}

func (l *lodging) exchange(ctx context.Context, method, path, accept, body string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, method, l.admin.Config.Host+"/apis/dm.helm.sh/v1alpha1/"+path, strings.NewReader(body))
	if err != nil {
		return "", err
	}
	request.Header.Set("Accept", accept)
	request.Header.Set("Content-Type", "application/json")
	transport, err := rest.TransportFor(l.admin.Config)
	if err != nil {
		return "", err
	}
	answer, err := transport.RoundTrip(request)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	return string(text), err
}

// TestRepositoryLife adds, reads and removes a repository and its credential with
// kubectl and the client.
func TestRepositoryLife(t *testing.T) {
	t.Parallel()
	l := lodge(t)
	added := l.add(t)
	if added.Name != l.name || added.Spec.URL != l.url || added.Status.Kind != string(repo.KindIndex) || added.Status.Charts != 1 {
		t.Errorf("added %+v", added)
	}
	if _, err := l.client.Repositories().Create(deadline(t), l.repository()); !apierrors.IsAlreadyExists(err) || client.Try(err) == "" {
		t.Errorf("added again: %v, try %q", err, client.Try(err))
	}
	l.says(t, []string{"get", "repositories", l.name}, "NAME", "URL", "CHARTS", l.name, l.url, "index")
	l.says(t, []string{"get", "repo", l.name, "-o", "wide"}, "CREDENTIAL", "SET ASIDE", l.credential)
	l.says(t, []string{"get", "cred", l.credential}, "TOKEN", "ORIGIN", "USED BY", "ada", l.web.URL())
	l.says(t, []string{"get", "repositories", l.name, "-o", "yaml"}, "kind: Repository", "url: "+l.url, "credential: "+l.credential, "charts: 1")
	l.says(t, []string{"get", "credentials", l.credential, "-o", "yaml"}, "kind: Credential", "token: ada", "origin: "+l.web.URL(), "- "+l.name)
	l.says(t, []string{"describe", "repository", l.name}, "Credential:", l.credential)
	l.says(t, []string{"explain", "credentials.spec.secret"}, "Write-only")
	l.says(t, []string{"explain", "repositories.spec.url"}, "PROTO://HOST[:PORT]/BUCKET")
	out, err := l.kubectl(t, "delete", "credential", l.credential)
	if err == nil || !strings.Contains(out, "is used by "+l.url) {
		t.Errorf("kubectl removes a credential that is used: %v\n%s", err, out)
	}
	out, err = l.kubectl(t, "label", "repository", l.name, "a=b")
	if err == nil || !strings.Contains(out, "MethodNotAllowed") {
		t.Errorf("kubectl changes a repository: %v\n%s", err, out)
	}
	l.says(t, []string{"delete", "repository", l.name, "--dry-run=server"}, l.name)
	l.says(t, []string{"delete", "repository", l.name, "--wait"}, "deleted")
	if _, err := l.client.Repositories().Get(deadline(t), l.name); !apierrors.IsNotFound(err) {
		t.Errorf("read after it was removed: %v", err)
	}
	l.says(t, []string{"delete", "credential", l.credential}, "deleted")
}

// TestCredentialStaysAtItsOrigin has a server of somebody else ask for it.
func TestCredentialStaysAtItsOrigin(t *testing.T) {
	t.Parallel()
	l := lodge(t)
	l.add(t)
	thief := repotest.HTTP(t, repotest.HTTPOptions{User: "ada", Password: "whatever comes"})
	stolen := &v1alpha1.Repository{Spec: v1alpha1.RepositorySpec{
		URL: thief.Location(t, "charts").String(), Credential: l.credential, CABundle: thief.CA(),
	}}
	_, added := l.client.Repositories().Create(deadline(t), stolen)
	_, checked := l.client.Check(deadline(t), &v1alpha1.RepositoryCheck{Spec: stolen.Spec})
	if err := l.client.Repositories().Delete(deadline(t), l.name, metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	_, later := l.client.Repositories().Create(deadline(t), stolen)
	for name, err := range map[string]error{"added": added, "checked": checked, "added when its own repository is gone": later} {
		if !apierrors.IsConflict(err) || !strings.Contains(client.Try(err), "helm credential add") {
			t.Errorf("%s elsewhere: %v, try %q", name, err, client.Try(err))
		}
	}
	if asked := thief.Requests(); len(asked) > 0 {
		t.Errorf("the other server was asked: %v", asked)
	}
}

// TestSecretNeverComesOut asks for a credential in every way there is, and has
// every way of adding one fail.
func TestSecretNeverComesOut(t *testing.T) {
	t.Parallel()
	l := lodge(t)
	l.add(t)
	const json, partial = "application/json", ";v=v1;g=meta.k8s.io, application/json"
	for _, accept := range []string{
		json, "application/yaml", "application/vnd.kubernetes.protobuf, application/json",
		json + ";as=Table" + partial, json + ";as=PartialObjectMetadata" + partial, json + ";as=PartialObjectMetadataList" + partial,
	} {
		for path, name := range map[string]string{
			"credentials/" + l.credential: l.credential, "credentials": l.credential, "credentials?includeObject=Object": l.credential,
			"repositories/" + l.name: l.name, "repositories?includeObject=Object": l.name,
		} {
			text := l.ask(t, http.MethodGet, path, accept, "")
			if one := strings.Contains(path, "/"); strings.Contains(accept, "Partial") && one == strings.Contains(accept, "MetadataList") {
				continue // the one asked for as many, or the other way round
			}
			if !strings.Contains(text, name) {
				t.Errorf("%s as %q tells nothing of %s:\n%s", path, accept, name, text)
			}
		}
	}
	var watches sync.WaitGroup
	for _, accept := range []string{json, json + ";as=Table" + partial, json + ";as=PartialObjectMetadata" + partial} {
		for _, path := range []string{
			"credentials?watch=true", "credentials?watch=true&includeObject=Object", "repositories?watch=true",
			"credentials?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true",
		} {
			watches.Go(func() {
				text := l.ask(t, http.MethodGet, path+"&timeoutSeconds=1", accept, "")
				if !strings.Contains(text, l.credential) && !strings.Contains(text, l.name) {
					t.Errorf("%s as %q tells nothing:\n%s", path, accept, text)
				}
			})
		}
	}
	watches.Wait()
	sent := func(meta, spec string) string {
		return `{"apiVersion":"dm.helm.sh/v1alpha1","kind":"Credential","metadata":` + meta + `,"spec":` + spec + `}`
	}
	named, spec := `{"name":"`+l.credential+`"}`, `{"token":"ada","secret":"`+l.secret+`"}`
	copied := `{"name":"` + l.credential + `","annotations":{"kubectl.kubernetes.io/last-applied-configuration":"` + l.secret + `"}}`
	for name, c := range map[string]struct{ method, path, body string }{
		"taken":            {http.MethodPost, "credentials", sent(named, spec)},
		"dry run":          {http.MethodPost, "credentials?dryRun=All", sent(`{"name":"`+l.credential+`-dry"}`, spec)},
		"copied":           {http.MethodPost, "credentials?dryRun=All", sent(strings.Replace(copied, l.credential, l.credential+"-dry", 1), spec)},
		"no token":         {http.MethodPost, "credentials", sent(named, `{"secret":"`+l.secret+`"}`)},
		"wrong name":       {http.MethodPost, "credentials", sent(`{"name":"A B"}`, spec)},
		"unknown field":    {http.MethodPost, "credentials?fieldValidation=Strict", sent(named, `{"token":"ada","secrets":"`+l.secret+`"}`)},
		"warned of":        {http.MethodPost, "credentials?fieldValidation=Warn", sent(named, `{"token":"ada","secret":"`+l.secret+`","x":1}`)},
		"no text":          {http.MethodPost, "credentials", sent(named, `{"token":"ada","secret":["`+l.secret+`"]}`)},
		"no JSON":          {http.MethodPost, "credentials", sent(named, `{"token":"ada","secret":"`+l.secret)},
		"put":              {http.MethodPut, "credentials/" + l.credential, sent(named, spec)},
		"patched":          {http.MethodPatch, "credentials/" + l.credential, sent(named, spec)},
		"removed, used":    {http.MethodDelete, "credentials/" + l.credential, ""},
		"of another's URL": {http.MethodPost, "repositories", `{"apiVersion":"dm.helm.sh/v1alpha1","kind":"Repository","spec":{"url":"https://ada:` + l.secret + `@127.0.0.1/x"}}`},
		"in a query":       {http.MethodPost, "repositories", `{"apiVersion":"dm.helm.sh/v1alpha1","kind":"Repository","spec":{"url":"https://127.0.0.1/x?sig=` + l.secret + `"}}`},
		"checked in a URL": {http.MethodPost, "repositorychecks", `{"apiVersion":"dm.helm.sh/v1alpha1","kind":"RepositoryCheck","spec":{"url":"https://ada:` + l.secret + `@127.0.0.1/x"}}`},
	} {
		if text := l.ask(t, c.method, c.path, json, c.body); text == "" {
			t.Errorf("%s: no answer", name)
		}
	}
}

// TestRepositoryInformers follows repositories and credentials as controllers do.
func TestRepositoryInformers(t *testing.T) {
	t.Parallel()
	l := lodge(t)
	whole, err := dynamic.NewForConfig(l.admin.Config)
	if err != nil {
		t.Fatal(err)
	}
	partial, err := metadata.NewForConfig(l.admin.Config)
	if err != nil {
		t.Fatal(err)
	}
	repositories := v1alpha1.GroupVersion().WithResource(v1alpha1.Repositories)
	credentials := v1alpha1.GroupVersion().WithResource(v1alpha1.Credentials)
	only := func(o *metav1.ListOptions) { o.FieldSelector = "metadata.name=" + l.name }
	seen := map[string]<-chan string{}
	for name, informer := range map[string]cache.SharedIndexInformer{
		"whole":    dynamicinformer.NewFilteredDynamicSharedInformerFactory(whole, 0, "", nil).ForResource(repositories).Informer(),
		"one":      dynamicinformer.NewFilteredDynamicSharedInformerFactory(whole, 0, "", only).ForResource(repositories).Informer(),
		"metadata": metadatainformer.NewFilteredSharedInformerFactory(partial, 0, "", nil).ForResource(repositories).Informer(),
	} {
		seen[name] = follow(t, informer)
	}
	keys := metadatainformer.NewFilteredSharedInformerFactory(partial, 0, "", nil).ForResource(credentials).Informer()
	used := follow(t, keys)
	if _, exists, err := keys.GetStore().GetByKey(l.credential); !exists || err != nil {
		t.Errorf("%q is not in the store after the sync: %v", l.credential, err)
	}
	l.add(t)
	expect(t, used, "updated "+l.credential)
	for _, events := range seen {
		expect(t, events, "added "+l.name)
	}
	if err := l.client.Repositories().Delete(deadline(t), l.name, metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, events := range seen {
		expect(t, events, "deleted "+l.name)
	}
	if err := l.client.Credentials().Delete(deadline(t), l.credential, metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	expect(t, used, "deleted "+l.credential)
}

// TestRepositoryLists selects, pages, and refuses versions that cannot be.
func TestRepositoryLists(t *testing.T) {
	t.Parallel()
	l := lodge(t)
	added := l.add(t)
	c, err := dynamic.NewForConfig(l.admin.Config)
	if err != nil {
		t.Fatal(err)
	}
	door := c.Resource(v1alpha1.GroupVersion().WithResource(v1alpha1.Repositories))
	list, err := door.List(deadline(t), metav1.ListOptions{FieldSelector: "metadata.name=" + l.name, ResourceVersion: added.ResourceVersion})
	if err != nil || len(list.Items) != 1 || list.Items[0].GetName() != l.name {
		t.Errorf("selected by name: %v, %v", list, err)
	}
	found := 0
	for options := (metav1.ListOptions{Limit: 1}); ; {
		page, err := door.List(deadline(t), options)
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range page.Items {
			if item.GetName() == l.name {
				found++
			}
		}
		if options.Continue = page.GetContinue(); options.Continue == "" {
			break
		}
	}
	if found != 1 {
		t.Errorf("found %d times page by page", found)
	}
	if _, err := door.List(deadline(t), metav1.ListOptions{FieldSelector: "spec.url=x"}); !apierrors.IsBadRequest(err) {
		t.Errorf("selected by a field that is unknown: %v", err)
	}
	future := l.ask(t, http.MethodGet, "repositories?resourceVersion=900000000&resourceVersionMatch=NotOlderThan", "application/json", "")
	if !strings.Contains(future, string(metav1.CauseTypeResourceVersionTooLarge)) {
		t.Errorf("listed as of a version that is to come: %s", future)
	}
	if _, err := door.List(deadline(t), metav1.ListOptions{Limit: 1, Continue: "rubbish"}); !apierrors.IsBadRequest(err) {
		t.Errorf("continued with rubbish: %v", err)
	}
}

// TestRepositoryRights asks as somebody without rights, as a viewer of the whole
// cluster, and as an administrator of repositories.
func TestRepositoryRights(t *testing.T) {
	t.Parallel()
	l := lodge(t)
	l.add(t)
	namespace := l.cluster.Namespace(t)
	viewer, keeper := l.cluster.User(t, "viewer-"+namespace), l.cluster.User(t, "keeper-"+namespace)
	stranger := connect(t, l.cluster.Stranger(t, namespace).Config)
	bindings := l.cluster.Client().RbacV1().ClusterRoleBindings()
	for user, role := range map[*clustertest.User]string{viewer: "view", keeper: "helm-dm:repositories-admin"} {
		_, err := bindings.Create(t.Context(), &rbacv1.ClusterRoleBinding{
			ObjectMeta: metav1.ObjectMeta{Name: user.Name},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role},
			Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: user.Name}},
		}, metav1.CreateOptions{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := bindings.Delete(context.WithoutCancel(t.Context()), user.Name, metav1.DeleteOptions{}); err != nil {
				t.Error(err)
			}
		})
	}
	for name, c := range map[string]struct {
		client                           *client.Client
		repositories, credentials, check bool
	}{
		"stranger": {stranger, false, false, false},
		"viewer":   {connect(t, viewer.Config), true, false, false},
		"keeper":   {connect(t, keeper.Config), true, true, true},
	} {
		if c.repositories { // as soon as the API server knows
			err := clustertest.Poll(t.Context(), func(ctx context.Context) (bool, error) {
				_, err := c.client.Repositories().List(ctx, everything())
				return err == nil, err
			})
			if err != nil {
				t.Errorf("%s lists repositories: %v", name, err)
			}
		}
		_, repositories := c.client.Repositories().Get(deadline(t), l.name)
		_, credentials := c.client.Credentials().List(deadline(t), everything())
		_, checked := c.client.Check(deadline(t), &v1alpha1.RepositoryCheck{Spec: l.repository().Spec})
		for what, asked := range map[string]struct {
			err  error
			want bool
		}{"repositories": {repositories, c.repositories}, "credentials": {credentials, c.credentials}, "a check": {checked, c.check}} {
			if (asked.err == nil) != asked.want || !asked.want && !apierrors.IsForbidden(asked.err) {
				t.Errorf("%s asks for %s: %v, want it allowed: %t", name, what, asked.err, asked.want)
			}
		}
		found, err := c.client.Search(deadline(t), &v1alpha1.ChartSearch{Spec: v1alpha1.ChartSearchSpec{Pattern: "page", Limit: v1alpha1.MaxSearchLimit}})
		if err != nil {
			t.Errorf("%s searches: %v", name, err)
		}
		short := "helm:" + strings.TrimPrefix(l.url, "https://") + "/page#1.0.0"
		there := false
		for _, chart := range found.Status.Charts {
			there = there || chart.Reference == short
		}
		if !there {
			t.Errorf("%s does not find %s", name, short)
		}
	}
}
