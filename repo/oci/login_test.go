package oci_test

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/repotest"
)

// stocked is a folder in which a registry keeps foo 1.0.0.
func stocked(t *testing.T) (folder string, p *repo.Package) {
	t.Helper()
	r := repotest.NewRegistry(t, repotest.RegistryOptions{Plain: true})
	p = repotest.Pack(t, repotest.Chart("foo", "1.0.0"), "stocked")
	if _, err := enter(t, r, nil).Keep(t.Context(), p, false); err != nil {
		t.Fatal(err)
	}
	return r.Folder(), p
}

func origin(t *testing.T, address string) repo.Origin {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return repo.OriginOf(u)
}

// unproven fails where a request bears anything that proves who asked.
func unproven(t *testing.T, requests []repotest.Request) {
	t.Helper()
	for _, r := range requests {
		for name, values := range r.Header {
			if text := strings.Join(values, " "); name == "Authorization" || name == "Cookie" || strings.Contains(text, password) {
				t.Errorf("%s %s bears %s", r.Method, r.Target, name)
			}
		}
		if strings.Contains(r.Target, password) {
			t.Errorf("%s %s tells the password", r.Method, r.Target)
		}
	}
}

// refuses fails unless an error is of the kind, says all of the words and tells no
// secret.
func refuses(t *testing.T, doing string, err, kind error, words ...string) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Errorf("%s: %v, want an error that matches %q", doing, err, kind)
		return
	}
	shown := fmt.Sprintf("%v %+v %#v", err, err, err)
	for _, word := range words {
		if !strings.Contains(shown, word) {
			t.Errorf("%s: %v, which does not say %q", doing, err, word)
		}
	}
	if strings.Contains(shown, password) || strings.Contains(shown, "BODY-OF-AN-ERROR") {
		t.Errorf("%s: %s", doing, shown)
	}
}

// every does all that a repository can, each of which must fail.
func every(t *testing.T, r repo.Repository, kind error, words ...string) {
	t.Helper()
	_, err := r.List(t.Context(), "", func(repo.Release) error { return nil })
	refuses(t, "listing", err, kind, words...)
	_, err = r.Find(t.Context(), "foo")
	refuses(t, "finding", err, kind, words...)
	_, err = r.Fetch(t.Context(), repo.Release{Name: "foo", Version: "1.0.0", At: "1.0.0"})
	refuses(t, "fetching", err, kind, words...)
	_, err = r.Keep(t.Context(), repotest.Pack(t, repotest.Chart("foo", "2.0.0"), ""), false)
	refuses(t, "keeping", err, kind, words...)
}

func TestRefused(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]repotest.RegistryOptions{
		"password": {User: "ada", Password: password},
		"tokens":   {Tokens: repotest.NewTokens(t, "ada", password, false)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := repotest.NewRegistry(t, options)
			every(t, enter(t, r, nil), repo.ErrUnauthorized, r.Host(), "missing or wrong")
			every(t, enter(t, r, credential(password+"!")), repo.ErrUnauthorized, r.Host(), "missing or wrong")
			every(t, open(t, r.Location(t, namespace), nil, credential(password)), repo.ErrUnavailable, "certificate is not trusted")
		})
	}
}

// TestUnreachable has nobody listen where the repository should be.
func TestUnreachable(t *testing.T) {
	t.Parallel()
	l, err := repo.ParseLocation("oci+http://127.0.0.1:1/" + namespace)
	if err != nil {
		t.Fatal(err)
	}
	every(t, open(t, l, nil, credential(password)), repo.ErrUnavailable, "127.0.0.1", "nobody listens")
}

// TestTokensElsewhere has a token service at another origin: whoever it is asked
// for, it does not learn of a credential.
func TestTokensElsewhere(t *testing.T) {
	t.Parallel()
	folder, p := stocked(t)
	tokens := repotest.NewTokens(t, "ada", password, true).Apart(t, true)
	r := repotest.NewRegistry(t, repotest.RegistryOptions{Plain: true, Tokens: tokens, Folder: folder})
	service := origin(t, tokens.URL())
	anybody := enter(t, r, nil, service)
	releases, err := anybody.Find(t.Context(), "foo")
	if err != nil || len(releases) != 1 {
		t.Fatalf("finding what is public: %v, %v", releases, err)
	}
	if data, err := anybody.Fetch(t.Context(), releases[0]); err != nil || !bytes.Equal(data, p.Data) {
		t.Errorf("fetching what is public: %d bytes, %v", len(data), err)
	}
	_, err = anybody.List(t.Context(), "", func(repo.Release) error { return nil })
	refuses(t, "listing as anybody", err, repo.ErrUnlisted)
	_, err = anybody.Keep(t.Context(), repotest.Pack(t, repotest.Chart("foo", "2.0.0"), ""), false)
	refuses(t, "keeping as anybody", err, repo.ErrUnauthorized)
	asked := len(tokens.Requests())
	every(t, enter(t, r, credential(password), service), repo.ErrRefused, tokens.URL(), "another origin")
	if len(tokens.Requests()) != asked {
		t.Error("the service was asked with a credential")
	}
	unproven(t, tokens.Requests())
	every(t, enter(t, r, nil), repo.ErrRefused, "private address")
}

// TestRealms are challenges that lead where nobody should go.
func TestRealms(t *testing.T) {
	t.Parallel()
	for name, realm := range map[string]string{
		"metadata":  "http://169.254.169.254/token",
		"mapped":    "http://[::ffff:169.254.169.254]/token",
		"decimal":   "http://2852039166/token",
		"loopback":  "http://127.0.0.1:1/token",
		"localhost": "http://localhost:1/token",
		"a file":    "file:///etc/passwd",
		"no scheme": "//127.0.0.1/token",
		"a user":    "http://eve:" + password + "@127.0.0.1:1/token",
		"nothing":   "",
		"garbage":   "http://[::1/%zz",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := repotest.HTTP(t, repotest.HTTPOptions{Plain: true, Bearer: "unknown to all", Challenge: fmt.Sprintf(`Bearer realm=%q,service="registry"`, realm)})
			for _, c := range []*repo.Credential{nil, credential(password)} {
				_, err := open(t, at(t, w, namespace), nil, c).Find(t.Context(), "foo")
				if err == nil || strings.Contains(err.Error(), password) || errors.Is(err, repo.ErrNotFound) {
					t.Errorf("finding: %v", err)
				}
				t.Log(err)
			}
			unproven(t, w.Requests())
		})
	}
}

// TestRedirected has a registry keep its blobs elsewhere, as many do.
func TestRedirected(t *testing.T) {
	t.Parallel()
	folder, p := stocked(t)
	store := repotest.HTTP(t, repotest.HTTPOptions{Plain: true})
	store.Put("blob", p.Data)
	r := repotest.NewRegistry(t, repotest.RegistryOptions{Plain: true, User: "ada", Password: password, Folder: folder})
	path := "/v2/" + namespace + "/foo/blobs/" + chart.Digest(p.Data)
	r.Break(path, repotest.Redirect(store.URL()+"/blob?signature=x"))
	release := repo.Release{Name: "foo", Version: "1.0.0", At: "1.0.0"}
	data, err := enter(t, r, credential(password), origin(t, store.URL())).Fetch(t.Context(), release)
	if err != nil || !bytes.Equal(data, p.Data) {
		t.Errorf("fetching: %d bytes, %v", len(data), err)
	}
	if len(store.Requests()) == 0 {
		t.Error("the blob did not come from elsewhere")
	}
	unproven(t, store.Requests())
	_, err = enter(t, r, credential(password)).Fetch(t.Context(), release)
	refuses(t, "fetching from an address that is not allowed", err, repo.ErrRefused, "private address")
	store.Put("blob", []byte("something else"))
	_, err = enter(t, r, credential(password), origin(t, store.URL())).Fetch(t.Context(), release)
	refuses(t, "fetching other bytes", err, repo.ErrInvalid)
	for _, to := range []string{"http://169.254.169.254/latest", "file:///etc/passwd", "gopher://127.0.0.1/"} {
		r.Break(path, repotest.Redirect(to))
		_, err = enter(t, r, credential(password)).Fetch(t.Context(), release)
		refuses(t, "fetching from "+to, err, repo.ErrRefused)
	}
}

// TestUploadElsewhere has a registry ask for uploads at another origin.
func TestUploadElsewhere(t *testing.T) {
	t.Parallel()
	store := repotest.HTTP(t, repotest.HTTPOptions{Plain: true})
	r := repotest.NewRegistry(t, repotest.RegistryOptions{Plain: true, User: "ada", Password: password})
	kept := enter(t, r, credential(password), origin(t, store.URL()))
	path := "/v2/" + namespace + "/foo/blobs/uploads/"
	for name, fault := range map[string]repotest.Fault{
		"a location": func(out http.ResponseWriter, _ *http.Request) {
			out.Header().Set("Location", store.URL()+"/upload")
			out.WriteHeader(http.StatusAccepted)
		},
		"a redirect": func(out http.ResponseWriter, in *http.Request) {
			http.Redirect(out, in, store.URL()+"/upload", http.StatusTemporaryRedirect)
		},
	} {
		r.Break(path, fault)
		if _, err := kept.Keep(t.Context(), repotest.Pack(t, repotest.Chart("foo", "1.0.0"), ""), false); err == nil || errors.Is(err, repo.ErrExists) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if requests := store.Requests(); len(requests) > 0 {
		t.Errorf("the other origin was sent %+v", requests)
	}
}

// at is the location of a namespace of a web server without TLS.
func at(t *testing.T, w *repotest.Web, namespace string) repo.Location {
	t.Helper()
	l, err := repo.ParseLocation(strings.Replace(w.URL(), "http://", "oci+http://", 1) + "/" + namespace)
	if err != nil {
		t.Fatal(err)
	}
	return l
}
