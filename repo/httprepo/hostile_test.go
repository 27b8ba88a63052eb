package httprepo_test

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
	"github.com/helm-dm/helm-dm/repo/repotest"
)

// listed lists a repository and returns how many releases it told, and the error.
func listed(t *testing.T, s fetch.Site) (int, *repo.Listing, error) {
	t.Helper()
	n := 0
	l, err := open(t, s).List(t.Context(), "", func(repo.Release) error { n++; return nil })
	return n, l, err
}

func fails(t *testing.T, err, kind error, says ...string) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Fatalf("%v, want an error that matches %q", err, kind)
	}
	for _, part := range says {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%v, want it to say %q", err, part)
		}
	}
}

const entry = "  foo:\n  - {apiVersion: v2, name: foo, version: 1.0.0, urls: [foo-1.0.0.tgz]}\n"

func TestListFails(t *testing.T) {
	t.Parallel()
	const begin = "apiVersion: v1\nentries:\n" + entry
	for name, c := range map[string]struct {
		fault repotest.Fault
		kind  error
		says  string
	}{
		"no index":             {nil, repo.ErrNotFound, "there is no index.yaml"},
		"gone":                 {repotest.Status(http.StatusGone), repo.ErrNotFound, "there is no index.yaml"},
		"forbidden":            {repotest.Status(http.StatusForbidden), repo.ErrUnauthorized, "403"},
		"broken server":        {repotest.Status(http.StatusInternalServerError), repo.ErrUnavailable, "500"},
		"page":                 {repotest.Page(), repo.ErrInvalid, "a page of a web site"},
		"claims 2 GB":          {repotest.Claim(2<<30, []byte(begin)), repo.ErrTooLarge, "larger"},
		"cut short":            {repotest.Claim(1<<20, []byte(begin)), repo.ErrUnavailable, "broke"},
		"stalls":               {repotest.Stall([]byte(begin)), repo.ErrUnavailable, "nothing has arrived"},
		"link-local redirect":  {repotest.Redirect("http://169.254.169.254/latest/meta-data/"), repo.ErrRefused, "169.254.169.254"},
		"redirect without end": {loop, repo.ErrRefused, "redirects"},
		"redirect to a file":   {repotest.Redirect("file:///etc/passwd"), repo.ErrRefused, "https and http"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := repotest.HTTP(t, repotest.HTTPOptions{Plain: true})
			w.Break("charts/index.yaml", c.fault)
			s := site(t, w, "charts", nil)
			s.Network = fetch.New(fetch.Policy{Private: func(o repo.Origin) bool { return o == s.Location.Origin() }, Stall: time.Second / 5})
			_, _, err := listed(t, s)
			fails(t, err, c.kind, c.says, s.Location.String())
			if strings.Contains(err.Error(), "BODY") {
				t.Errorf("%v quotes the body", err)
			}
		})
	}
}

func loop(out http.ResponseWriter, in *http.Request) {
	http.Redirect(out, in, in.URL.Path, http.StatusFound)
}

// An index without end is read until it is too large, in little memory: what is
// handed on are the entries before.
func TestListEndless(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{Plain: true})
	w.Break("charts/index.yaml", repotest.Endless([]byte("apiVersion: v1\nentries:\n"+entry+"# "), strings.Repeat("x", 4095)+"\n# "))
	s := site(t, w, "charts", nil)
	_, _, err := listed(t, s)
	fails(t, err, repo.ErrTooLarge, s.Location.String())
}

// Of a chart that has versions without end, only so many are gathered.
func TestFindEndless(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault repotest.Fault
		says  string
	}{
		"index":   {versions("apiVersion: v1\nentries:\n  foo:\n", "  - {name: foo, version: %d.0.0, urls: [foo.tgz]}\n"), "more than 20000 versions"},
		"texts":   {versions("apiVersion: v1\nentries:\n  foo:\n", "  - {name: foo, version: %d.0.0, urls: [foo.tgz], description: "+strings.Repeat("x", 1000)+"}\n"), "takes more than"},
		"listing": {nil, "more than 20000 packages"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := repotest.HTTP(t, repotest.HTTPOptions{Plain: true})
			w.Break("charts/index.yaml", c.fault)
			w.Break("charts", versions("<ListBucketResult>", "<Contents><Key>foo-%d.0.0.tgz</Key></Contents>"))
			_, err := open(t, site(t, w, "charts", nil)).Find(t.Context(), "foo")
			fails(t, err, repo.ErrTooLarge, c.says)
		})
	}
}

// versions answers with one version after the other, until nobody reads.
func versions(begin, line string) repotest.Fault {
	return func(out http.ResponseWriter, in *http.Request) {
		_, err := fmt.Fprint(out, begin)
		for i := 0; err == nil && in.Context().Err() == nil; i++ {
			_, err = fmt.Fprintf(out, line, i)
		}
	}
}

// Less is read of an index that no administrator asked for.
func TestForeign(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{Plain: true})
	var text strings.Builder
	text.WriteString("apiVersion: v1\nentries:\n" + entry + "  bar:\n")
	versions := 0
	for ; text.Len() <= repo.MaxForeign; versions++ {
		fmt.Fprintf(&text, "  - {name: bar, version: %d.0.0, urls: [bar.tgz], description: %s}\n", versions, strings.Repeat("x", 1000))
	}
	w.Put("charts/index.yaml", []byte(text.String()))
	s := site(t, w, "charts", nil)
	if n, _, err := listed(t, s); n != versions+1 || err != nil {
		t.Errorf("%d are told of, with %v", n, err)
	}
	s.Foreign = true
	_, _, err := listed(t, s)
	fails(t, err, repo.ErrTooLarge, s.Location.String())
}

func TestUnreachable(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	for at, says := range map[string]string{address: "nobody listens", "charts.invalid": "name"} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			location, err := repo.ParseLocation("https://" + at + "/charts")
			if err != nil {
				t.Fatal(err)
			}
			_, _, err = listed(t, fetch.Site{Location: location, Network: fetch.New(fetch.Policy{Anywhere: true})})
			fails(t, err, repo.ErrUnavailable, location.String(), says)
		})
	}
}

func TestDistrusted(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{})
	w.Put("charts/index.yaml", []byte(emptyIndex))
	s := site(t, w, "charts", nil)
	s.Roots = nil
	_, _, err := listed(t, s)
	fails(t, err, repo.ErrUnavailable, s.Location.String(), "certificate is not trusted")
	if n := len(w.Requests()); n > 0 {
		t.Errorf("%d requests were made all the same", n)
	}
}

func TestWrongCredential(t *testing.T) {
	t.Parallel()
	const secret = "CANARY-wrong"
	for name, c := range map[string]struct {
		options    repotest.HTTPOptions
		credential *repo.Credential
	}{
		"none":   {repotest.HTTPOptions{User: "ada", Password: "right"}, nil},
		"basic":  {repotest.HTTPOptions{User: "ada", Password: "right"}, &repo.Credential{Token: "ada", Secret: repo.NewSecret(secret)}},
		"bearer": {repotest.HTTPOptions{Bearer: "right"}, &repo.Credential{Token: "any", Secret: repo.NewSecret(secret)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := repotest.HTTP(t, c.options)
			s := site(t, w, "charts", c.credential)
			_, _, err := listed(t, s)
			fails(t, err, repo.ErrUnauthorized, s.Location.String())
			_, err = open(t, s).Keep(t.Context(), repotest.Pack(t, repotest.Chart("foo", "1.0.0"), ""), true)
			fails(t, err, repo.ErrUnauthorized, s.Location.String())
			if strings.Contains(err.Error(), secret) {
				t.Errorf("%v holds the secret", err)
			}
		})
	}
}

// A bearer realm at another origin is asked for nothing.
func TestRealmElsewhere(t *testing.T) {
	t.Parallel()
	other := repotest.HTTP(t, repotest.HTTPOptions{})
	w := repotest.HTTP(t, repotest.HTTPOptions{Bearer: "CANARY", Challenge: `Bearer realm="` + other.URL() + `/token"`})
	s := site(t, w, "charts", &repo.Credential{Token: "any", Secret: repo.NewSecret("CANARY")})
	_, _, err := listed(t, s)
	fails(t, err, repo.ErrUnauthorized, s.Location.String())
	if n := len(other.Requests()); n > 0 {
		t.Errorf("the realm was asked %d times", n)
	}
	for _, in := range w.Requests() {
		if strings.HasPrefix(in.Header.Get("Authorization"), "Bearer") {
			t.Error("the secret was sent as a bearer token, which that realm did not ask for")
		}
	}
}

// Packages of an index that lead elsewhere, or are not what they should be.
func TestFetchFails(t *testing.T) {
	t.Parallel()
	good := repotest.Pack(t, repotest.Chart("foo", "1.0.0"), "")
	w := repotest.HTTP(t, repotest.HTTPOptions{Plain: true})
	w.Put("charts/foo-1.0.0.tgz", good.Data)
	w.Put("foo-1.0.0.tgz", good.Data)
	for name, fault := range map[string]repotest.Fault{
		"endless": repotest.Endless(good.Data, "more"),
		"huge":    repotest.Claim(repo.MaxPackage+1, good.Data),
		"stalls":  repotest.Stall(good.Data),
		"cut":     repotest.Claim(int64(len(good.Data)+1), good.Data),
		"away":    repotest.Redirect("http://169.254.169.254/foo-1.0.0.tgz"),
		"none":    repotest.Status(http.StatusNotFound),
	} {
		w.Break("charts/"+name+".tgz", fault)
	}
	s := site(t, w, "charts", nil)
	s.Network = fetch.New(fetch.Policy{Private: func(o repo.Origin) bool { return o == s.Location.Origin() }, Stall: time.Second / 5})
	r := open(t, s)
	for _, c := range []struct {
		at   string
		kind error
	}{
		{"../foo-1.0.0.tgz", repo.ErrInvalid},
		{"..;x/foo-1.0.0.tgz", repo.ErrInvalid},
		{"%2e%2e%20/foo-1.0.0.tgz", repo.ErrInvalid},
		{"%2e%2e/foo-1.0.0.tgz", repo.ErrInvalid},
		{`..\foo-1.0.0.tgz`, repo.ErrInvalid},
		{w.URL() + "/charts/../foo-1.0.0.tgz", repo.ErrInvalid},
		{"http://ada:CANARY@" + strings.TrimPrefix(w.URL(), "http://") + "/charts/foo-1.0.0.tgz", repo.ErrInvalid},
		{"file:///etc/passwd", repo.ErrInvalid},
		{"gopher://127.0.0.1/x", repo.ErrInvalid},
		{"", repo.ErrInvalid},
		{"http://169.254.169.254/foo-1.0.0.tgz?sig=CANARY", repo.ErrRefused},
		{"http://[::ffff:169.254.169.254]/foo-1.0.0.tgz", repo.ErrRefused},
		{"http://127.0.0.1:1/foo-1.0.0.tgz?sig=CANARY", repo.ErrRefused},
		{"//127.0.0.1:1/foo-1.0.0.tgz", repo.ErrRefused},
		{"endless.tgz", repo.ErrTooLarge},
		{"huge.tgz", repo.ErrTooLarge},
		{"stalls.tgz", repo.ErrUnavailable},
		{"cut.tgz", repo.ErrUnavailable},
		{"away.tgz", repo.ErrRefused},
		{"none.tgz?sig=CANARY", repo.ErrNotFound},
	} {
		t.Run(c.at, func(t *testing.T) {
			t.Parallel()
			_, err := r.Fetch(t.Context(), repo.Release{Name: "foo", Version: "1.0.0", At: c.at, Digest: chart.Digest(good.Data)})
			fails(t, err, c.kind)
			if strings.Contains(err.Error(), "CANARY") {
				t.Errorf("%v holds a secret", err)
			}
		})
	}
}
