package bucket

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"path"
	"strings"
	"testing"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
	"github.com/helm-dm/helm-dm/repo/repotest"
)

// TestPlaces fetches what an index has at all the places that indexes name.
func TestPlaces(t *testing.T) {
	t.Parallel()
	server, web := repotest.S3(t), repotest.HTTP(t, repotest.HTTPOptions{Plain: true})
	b := server.Bucket(t)
	p := repotest.Pack(t, repotest.Chart("foo", "1.0.0+b"), "")
	b.Put(t, "charts/foo-1.0.0+b.tgz", p.Data)
	b.Put(t, "charts/deep er/foo.tgz", p.Data)
	web.Put("elsewhere/foo.tgz", p.Data)
	site := fetch.Site{Location: b.Location(t, "charts"), Credential: server.Credential(), Network: loopback()}
	r := opened(t, site)
	for _, at := range []string{
		"foo-1.0.0+b.tgz", "foo-1.0.0%2Bb.tgz", "./foo-1.0.0+b.tgz", "deep%20er/foo.tgz",
		site.Location.String() + "/foo-1.0.0%2Bb.tgz",
		"http://" + server.Address() + "/" + b.Name() + "/charts/foo-1.0.0+b.tgz",
		web.URL() + "/elsewhere/foo.tgz",
	} {
		data, err := r.Fetch(t.Context(), repo.Release{Name: "foo", Version: "1.0.0+b", At: at, Digest: chart.Digest(p.Data)})
		if err != nil || !bytes.Equal(data, p.Data) {
			t.Errorf("fetching from %q: %d bytes and %v", at, len(data), err)
		}
	}
	for _, request := range web.Requests() {
		if said := fmt.Sprint(request.Header); request.Header.Get("Authorization") != "" || strings.Contains(said, server.Credential().Token) {
			t.Errorf("another origin was told %s", said)
		}
	}
	web.Put("elsewhere/foo.tgz", []byte("other bytes"))
	_, err := r.Fetch(t.Context(), repo.Release{Name: "foo", Version: "1.0.0+b", At: web.URL() + "/elsewhere/foo.tgz", Digest: chart.Digest(p.Data)})
	if !errors.Is(err, repo.ErrInvalid) || !strings.Contains(err.Error(), chart.Digest(p.Data)) {
		t.Errorf("fetching other bytes: %v", err)
	}
}

// TestRedirects keeps what is signed for one store from being taken to another.
func TestRedirects(t *testing.T) {
	t.Parallel()
	other := before(t, "http://127.0.0.1:9", told(http.StatusOK, "apiVersion: v1"))
	f := before(t, "http://127.0.0.1:9", func(out http.ResponseWriter, in *http.Request) bool {
		http.Redirect(out, in, other.server.URL+in.URL.Path, http.StatusTemporaryRedirect)
		return true
	})
	site := fetch.Site{Location: parsed(t, "s3+"+f.server.URL+"/bucket"), Credential: &repo.Credential{Token: "t", Secret: repo.NewSecret("s")}, Network: loopback()}
	for what, err := range each(t, opened(t, site)) {
		if !errors.Is(err, repo.ErrUnavailable) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if got := other.requests(); len(got) > 0 {
		t.Errorf("the other store was asked: %v", got)
	}
}

func FuzzLocate(f *testing.F) {
	for _, at := range []string{"foo-1.0.0.tgz", "a/b.tgz", "s3://bucket/p/x.tgz", "https://example.com/x.tgz", "..%2fx.tgz", "a/..", "//x", "./x", "."} {
		f.Add(at)
	}
	s := &store{name: "s3://bucket/p", prefix: "p/", bases: []string{"s3://bucket/p/"}}
	f.Fuzz(func(t *testing.T, at string) {
		name, elsewhere, err := s.locate(at)
		if err != nil {
			if name != "" || elsewhere != nil || !errors.Is(err, repo.ErrInvalid) {
				t.Errorf("%q is at %q, %v, with %v", at, name, elsewhere, err)
			}
			return
		}
		if elsewhere != nil {
			if elsewhere.Host == "" || elsewhere.User != nil || elsewhere.Scheme != "http" && elsewhere.Scheme != "https" {
				t.Errorf("%q is at %v", at, elsewhere)
			}
			return
		}
		if full := path.Clean(s.prefix + name); full != s.prefix+name && name != "." || strings.ContainsAny(name, "\\\x00\n") || strings.HasPrefix(name, "/") {
			t.Errorf("%q is at %q, which is %q", at, name, full)
		}
	})
}
