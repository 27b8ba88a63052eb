package source_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/internalversion"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/manager/failure"
	"github.com/helm-dm/helm-dm/manager/source"
	"github.com/helm-dm/helm-dm/repo/repotest"
)

const canary = "c4n4ry/+tweet%42"

// forms are the ways in which the secret could be written.
func forms(token string) []string {
	return []string{
		canary, url.QueryEscape(canary), url.PathEscape(canary),
		base64.StdEncoding.EncodeToString([]byte(canary)), base64.RawStdEncoding.EncodeToString([]byte(canary)),
		base64.URLEncoding.EncodeToString([]byte(canary)),
		base64.StdEncoding.EncodeToString([]byte(token + ":" + canary)), base64.URLEncoding.EncodeToString([]byte(token + ":" + canary)),
	}
}

// cage collects everything that gets out.
type cage struct {
	t    *testing.T
	mu   sync.Mutex
	said []string
}

// hear takes in an answer and an error, as whoever asked is told them.
func (c *cage) hear(what string, answer any, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	told := what + ": " + text(c.t, answer) + fmt.Sprintf(" %v %+v", answer, answer)
	if err != nil {
		told += fmt.Sprintf(" %v %+v %#v %s %s", err, err, err, failure.Sentence(err), failure.Try(err))
	}
	c.said = append(c.said, told)
}

// Observe is that of layer.Observer.
func (c *cage) Observe(kind, operation string, _ time.Duration, _ int, err error) {
	c.hear("observed "+kind+" "+operation, nil, err)
}

// TestSecretsStayInside goes through every use-case, well and badly, with a
// repository that repeats whatever it is sent.
func TestSecretsStayInside(t *testing.T) {
	t.Parallel()
	c := &cage{t: t}
	w := repotest.HTTP(t, repotest.HTTPOptions{User: "ada", Password: canary})
	echo := repotest.HTTP(t, repotest.HTTPOptions{})
	repeat := func(out http.ResponseWriter, in *http.Request) {
		out.Header().Set("WWW-Authenticate", "Bearer realm=\""+in.Header.Get("Authorization")+"\"")
		out.Header().Set("Location", "/"+in.Header.Get("Authorization"))
		http.Error(out, in.Header.Get("Authorization"), http.StatusUnauthorized)
	}
	for _, path := range []string{"/charts/index.yaml", "/charts", "/v2/", "/v2", "/charts/web-1.0.0.tgz"} {
		echo.Break(path, repeat)
	}
	shop(t, w, "charts", web(t, "web", "1.0.0"))
	h := open(t, func(config *source.Config) { config.Observer = c })
	var names []string
	for i := range 4 {
		made, err := h.AddCredential(t.Context(), root(), &v1alpha1.Credential{
			ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprint("key-", i), Annotations: map[string]string{"kubectl.kubernetes.io/last-applied-configuration": canary, "example.com/copy": canary}},
			Spec:       v1alpha1.CredentialSpec{Token: "ada", Secret: canary},
		}, i == 3)
		c.hear("add credential", made, err)
		names = append(names, fmt.Sprint("key-", i))
	}
	made, err := h.AddCredential(t.Context(), root(), &v1alpha1.Credential{ObjectMeta: metav1.ObjectMeta{Name: "Key 1"}, Spec: v1alpha1.CredentialSpec{Secret: canary}}, false)
	c.hear("bad credential", made, err)
	made, err = h.AddCredential(t.Context(), root(), &v1alpha1.Credential{ObjectMeta: metav1.ObjectMeta{Name: names[0]}, Spec: v1alpha1.CredentialSpec{Token: "x", Secret: canary}}, false)
	c.hear("credential again", made, err)
	watching, stop := context.WithCancel(t.Context())
	watch, err := h.WatchCredentials(watching, &internalversion.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var told sync.WaitGroup
	told.Go(func() {
		for event := range watch.ResultChan() {
			c.hear("watch", event.Object, nil)
		}
	})
	for i, address := range []string{w.URL() + "/charts", echo.URL() + "/charts", "oci://" + key(echo, "charts"), w.URL() + "/nothing", "https://ada:" + url.PathEscape(canary) + "@example.com/charts", "https://example.com/charts?sig=" + url.QueryEscape(canary), "s3+http://" + key(echo, "charts"), "azblob+http://" + key(echo, "charts") + "/more"} {
		for _, ca := range [][]byte{nil, w.CA()} {
			s := v1alpha1.RepositorySpec{URL: address, Credential: names[i%3], CABundle: ca}
			checked, err := h.Check(t.Context(), root(), &v1alpha1.RepositoryCheck{Spec: s})
			c.hear("check", checked, err)
			added, err := h.AddRepository(t.Context(), root(), &v1alpha1.Repository{Spec: s}, false)
			c.hear("add", added, err)
		}
	}
	if bound, err := h.Credential(t.Context(), names[0]); err != nil || bound.Status.Origin != w.URL() {
		t.Fatalf("the repository that works was not added: %s (%v)\n%s", text(t, bound), err, strings.Join(c.said, "\n"))
	}
	h.useAll(c, w, echo)
	for _, name := range names {
		found, err := h.Credential(t.Context(), name)
		c.hear("credential", found, err)
		removed, err := h.RemoveCredential(t.Context(), root(), name, source.Removal{})
		c.hear("remove credential", removed, err)
	}
	credentials, err := h.Credentials(t.Context(), &internalversion.ListOptions{})
	c.hear("credentials", credentials, err)
	repositories, err := h.Repositories(t.Context(), &internalversion.ListOptions{})
	c.hear("repositories", repositories, err)
	stop()
	told.Wait()
	c.said = append(c.said, h.logs.String())
	for _, said := range c.said {
		if i := slices.IndexFunc(forms("ada"), func(form string) bool { return strings.Contains(said, form) }); i >= 0 {
			t.Errorf("it got out: %s", said)
		}
	}
	if !sent(w, canary) {
		t.Error("the secret was never used: this test proves nothing")
	}
}

// useAll uses the charts of two servers in every way, and breaks them meanwhile.
func (h *house) useAll(c *cage, w, echo *repotest.Web) {
	ctx := h.t.Context()
	digest := h.upload(root(), web(h.t, "new", "1.0.0").Data)
	use := func() {
		for _, reference := range []string{
			"helm:" + key(w, "charts") + "/web", "helm:" + key(w, "charts") + "/web#9", w.URL() + "/charts/web-1.0.0.tgz", w.URL() + "/charts/none-1.0.0.tgz",
			"helm:" + key(echo, "charts") + "/web", echo.URL() + "/charts/web-1.0.0.tgz", "oci://" + key(echo, "charts") + "/web:1.0.0", "localchart/new#1.0.0@" + digest,
		} {
			got, err := h.Obtain(ctx, root(), reference)
			c.hear("obtain", got, err)
			seen, err := h.inspect(root(), reference)
			c.hear("inspect", seen, err)
		}
		for _, destination := range []string{"", w.URL() + "/charts", echo.URL() + "/charts", "oci://" + key(echo, "charts")} {
			released, err := h.release(root(), v1alpha1.ChartReleaseSpec{Destination: destination, Digest: digest})
			c.hear("release", released, err)
		}
		found, err := h.Search(ctx, root(), &v1alpha1.ChartSearch{})
		c.hear("search", found, err)
		repositories, err := h.Repositories(ctx, &internalversion.ListOptions{})
		c.hear("repositories", repositories, err)
	}
	use()
	for _, path := range []string{"/charts/index.yaml", "/charts/web-1.0.0.tgz", "/charts/new-1.0.0.tgz"} {
		w.Break(path, func(out http.ResponseWriter, in *http.Request) {
			http.Redirect(out, in, echo.URL()+"/"+url.PathEscape(in.Header.Get("Authorization"))+"?token="+url.QueryEscape(canary), http.StatusFound)
		})
	}
	use()
}

// sent says whether a server received the secret.
func sent(w *repotest.Web, secret string) bool {
	return slices.ContainsFunc(w.Requests(), func(r repotest.Request) bool {
		_, password, _ := (&http.Request{Header: r.Header}).BasicAuth()
		return password == secret
	})
}
