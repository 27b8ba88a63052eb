package httprepo_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
	"github.com/helm-dm/helm-dm/repo/repotest"
)

// canary is a credential that may not arrive anywhere but at its origin.
func canary() *repo.Credential {
	return &repo.Credential{Token: "CANARY-user", Secret: repo.NewSecret("CANARY-secret")}
}

// neighbours are two origins: one that wants the canary, and one that must not
// get it. Both may be dialled.
func neighbours(t *testing.T) (home, other *repotest.Web, s fetch.Site) {
	t.Helper()
	home = repotest.HTTP(t, repotest.HTTPOptions{User: "CANARY-user", Password: "CANARY-secret"})
	other = repotest.HTTP(t, repotest.HTTPOptions{})
	s = site(t, home, "charts", canary())
	s.Network = fetch.New(fetch.Policy{Private: func(repo.Origin) bool { return true }})
	t.Cleanup(func() {
		if len(other.Requests()) == 0 {
			t.Error("nothing was asked of the other origin")
		}
		for _, in := range other.Requests() {
			for name, values := range in.Header {
				if strings.Contains(strings.Join(values, " "), "CANARY") || name == "Authorization" || name == "Referer" {
					t.Errorf("%s %s has %s: %q", in.Method, in.Target, name, values)
				}
			}
		}
	})
	return home, other, s
}

func TestIndexElsewhere(t *testing.T) {
	t.Parallel()
	home, other, s := neighbours(t)
	p := repotest.Pack(t, repotest.Chart("foo", "1.0.0"), "")
	other.Put("cdn/index.yaml", []byte("apiVersion: v1\nentries:\n"+entry))
	home.Break("charts/index.yaml", repotest.Redirect(other.URL()+"/cdn/index.yaml?signature=CANARY-query"))
	home.Put("charts/foo-1.0.0.tgz", p.Data)
	releases, err := open(t, s).Find(t.Context(), "foo")
	if err != nil || len(releases) != 1 {
		t.Fatalf("%v, %v", releases, err)
	}
	data, err := open(t, s).Fetch(t.Context(), releases[0])
	if err != nil || !bytes.Equal(data, p.Data) {
		t.Errorf("a package beside the repository's own address: %v", err)
	}
}

func TestPackageElsewhere(t *testing.T) {
	t.Parallel()
	home, other, s := neighbours(t)
	p := repotest.Pack(t, repotest.Chart("foo", "1.0.0"), "")
	other.Put("files/foo.tgz", p.Data)
	home.Break("charts/redirected.tgz", repotest.Redirect(other.URL()+"/files/foo.tgz"))
	host := strings.TrimPrefix(other.URL(), "https:")
	for _, at := range []string{other.URL() + "/files/foo.tgz?sig=x#fragment", host + "/files/foo.tgz", "redirected.tgz"} {
		data, err := open(t, s).Fetch(t.Context(), repo.Release{Name: "foo", Version: "1.0.0", At: at, Digest: chart.Digest(p.Data)})
		if err != nil || !bytes.Equal(data, p.Data) {
			t.Errorf("%s: %v", at, err)
		}
	}
}

// An upload is not sent on, and what an index elsewhere says is not mistaken for
// the place to release to.
func TestKeepElsewhere(t *testing.T) {
	t.Parallel()
	home, other, s := neighbours(t)
	home.Put("charts/index.yaml", []byte(emptyIndex))
	home.Break("charts/foo-1.0.0.tgz", func(out http.ResponseWriter, in *http.Request) {
		if in.Method == http.MethodGet {
			repotest.Redirect(other.URL()+"/foo-1.0.0.tgz")(out, in)
			return
		}
		http.Redirect(out, in, other.URL()+"/foo-1.0.0.tgz", http.StatusTemporaryRedirect)
	})
	_, err := open(t, s).Keep(t.Context(), repotest.Pack(t, repotest.Chart("foo", "1.0.0"), ""), false)
	fails(t, err, repo.ErrRefused, s.Location.String())
	for _, in := range other.Requests() {
		if in.Method != http.MethodGet {
			t.Errorf("%s arrived at the other origin", in.Method)
		}
	}
}

// Where a relative address leads is what Helm 4 makes of it.
func TestAddresses(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{})
	s := site(t, w, "a/b", nil)
	host := strings.TrimPrefix(w.URL(), "https:")
	for at, target := range map[string]string{
		"foo-1.0.0.tgz":             "/a/b/foo-1.0.0.tgz",
		"./foo-1.0.0.tgz":           "/a/b/foo-1.0.0.tgz",
		"deep/foo-1.0.0+a.tgz":      "/a/b/deep/foo-1.0.0%2Ba.tgz",
		"foo-1.0.0%2Ba.tgz":         "/a/b/foo-1.0.0%2Ba.tgz",
		"foo%20bar.tgz?x=1#y":       "/a/b/foo%20bar.tgz?x=1",
		"/foo-1.0.0.tgz":            "/foo-1.0.0.tgz",
		host + "/foo.tgz":           "/foo.tgz",
		w.URL() + "/c/foo.tgz?x=+1": "/c/foo.tgz?x=+1",
	} {
		_, err := open(t, s).Fetch(t.Context(), repo.Release{Name: "foo", Version: "1.0.0", At: at})
		fails(t, err, repo.ErrNotFound)
		requests := w.Requests()
		if got := requests[len(requests)-1].Target; got != target {
			t.Errorf("%s leads to %s, want %s", at, got, target)
		}
	}
}

// What begins with TLS does not go on without it.
func TestPackageWithoutTLS(t *testing.T) {
	t.Parallel()
	plain := repotest.HTTP(t, repotest.HTTPOptions{Plain: true})
	w := repotest.HTTP(t, repotest.HTTPOptions{})
	w.Break("charts/redirected.tgz", repotest.Redirect(plain.URL()+"/foo.tgz"))
	s := site(t, w, "charts", nil)
	s.Network = fetch.New(fetch.Policy{Private: func(repo.Origin) bool { return true }})
	for _, at := range []string{plain.URL() + "/foo.tgz", "redirected.tgz"} {
		_, err := open(t, s).Fetch(t.Context(), repo.Release{Name: "foo", Version: "1.0.0", At: at})
		fails(t, err, repo.ErrRefused, "TLS")
	}
	if n := len(plain.Requests()); n > 0 {
		t.Errorf("%d requests arrived without TLS", n)
	}
}
