package oci_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/repotest"
)

func keep(t *testing.T, in repo.Repository, m *chart.Metadata, note string) *repo.Package {
	t.Helper()
	p := repotest.Pack(t, m, note)
	if _, err := in.Keep(t.Context(), p, true); err != nil {
		t.Fatal(err)
	}
	return p
}

// list returns what a repository tells, sorted.
func list(t *testing.T, in repo.Repository) ([]repo.Release, *repo.Listing) {
	t.Helper()
	var all []repo.Release
	listing, err := in.List(t.Context(), "", func(r repo.Release) error {
		all = append(all, r)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(all, func(a, b repo.Release) int { return strings.Compare(a.Name+a.Version, b.Name+b.Version) })
	return all, listing
}

// TestListing has charts above, beside, in and below the namespace, some of them
// with a word or two too many.
func TestListing(t *testing.T) {
	t.Parallel()
	r := repotest.NewRegistry(t, repotest.RegistryOptions{})
	in := func(namespace string) repo.Repository { return open(t, r.Location(t, namespace), r.CA(), nil) }
	for _, other := range []string{"", "ns", "ns/charts/below", "ns/charts-too", "ns/chartz", "a", "z"} {
		keep(t, in(other), repotest.Chart("elsewhere", "1.0.0"), "")
	}
	web := repotest.Chart("web", "1.1.0")
	web.Description, web.Keywords, web.Deprecated = "Serves\n\x1b[31mthe web\x00\u202e", []string{"a\tb", "c"}, true
	web.Maintainers = []*chart.Maintainer{{Name: "Ada"}, {Name: "Bob"}}
	for _, m := range []*chart.Metadata{repotest.Chart("web", "1.0.0"), web, repotest.Chart("web", "2.0.0-rc.1+x"), repotest.Chart("rc", "0.1.0-rc.2"), repotest.Chart("rc", "0.1.0-rc.1")} {
		keep(t, in(namespace), m, "")
	}
	created := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	want := []repo.Release{
		{Name: "rc", Version: "0.1.0-rc.1", At: "0.1.0-rc.1"},
		{Name: "rc", Version: "0.1.0-rc.2", At: "0.1.0-rc.2", AppVersion: "8.1", Description: "Serves rc", Keywords: []string{"web", "rc"}, Maintainers: []string{"Ada"}, Created: created},
		{Name: "web", Version: "1.0.0", At: "1.0.0"},
		{Name: "web", Version: "1.1.0", At: "1.1.0", AppVersion: "8.1", Description: "Serves [31mthe web", Keywords: []string{"a b", "c"}, Maintainers: []string{"Ada", "Bob"}, Created: created, Deprecated: true},
		{Name: "web", Version: "2.0.0-rc.1+x", At: "2.0.0-rc.1_x"},
	}
	got, listing := list(t, in(namespace))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(&repo.Listing{Kind: repo.KindOCI, Mark: listing.Mark}, listing); diff != "" || listing.Mark == "" {
		t.Errorf("the listing %+v", listing)
	}
	if got, _ := list(t, in("")); len(got) != 1 || got[0].Name != "elsewhere" {
		t.Errorf("without a namespace: %+v", got)
	}
	if got, _ := list(t, in("nothing")); len(got) != 0 {
		t.Errorf("of an empty namespace: %+v", got)
	}
}

// TestMany has more charts than a registry tells on a page.
func TestMany(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{Plain: true})
	chart := artifact{layers: []blob{{typeChart, "package"}}}
	var names []string
	for i := range 250 {
		name := fmt.Sprintf("c%03d", i)
		names = append(names, namespace+"/"+name)
		chart.serve(w, name, "1.0.0")
	}
	w.Break("/v2/_catalog", pages(slices.Concat([]string{"a", "ns"}, names, []string{"z"}), 40))
	w.Break("/v2/"+namespace+"/c007/tags/list", pages([]string{"1.0.0", "latest", "1.1", "1", "v3.0.0", "2.0.0_b.1", "2.0.0-", "../x", "9.9.9\n"}, 3))
	w.Break("/v2/"+namespace+"/c007/manifests/v3.0.0", chart.manifest())
	got, listing := list(t, open(t, at(t, w, namespace), nil, nil))
	var versions []string
	for _, r := range got {
		if r.Name == "c007" {
			versions = append(versions, r.Version)
		}
	}
	if want := []string{"1.0.0", "2.0.0+b.1", "v3.0.0"}; len(got) != 252 || !slices.Equal(versions, want) || listing.Broken != 0 {
		t.Errorf("%d releases, of one chart %q, want %q: %+v", len(got), versions, want, listing)
	}
}

// TestAside has one bad chart of each sort among good ones.
func TestAside(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{Plain: true})
	good := artifact{layers: []blob{{typeChart, "package"}}}
	good.serve(w, "good", "1.0.0")
	artifact{config: blob{"application/vnd.oci.image.config.v1+json", "{}"}}.serve(w, "image", "1.0.0")
	good.serve(w, "broken", "1.0.0")
	w.Break("/v2/"+namespace+"/broken/tags/list", repotest.Status(http.StatusInternalServerError))
	artifact{config: blob{typeConfig, `{"description": 7}`}}.serve(w, "unreadable", "1.0.0")
	artifact{config: blob{typeConfig, `{}`}}.serve(w, "lost", "1.0.0")
	w.Break("/v2/"+namespace+"/lost/blobs/"+digest(`{}`), repotest.Status(http.StatusNotFound))
	artifact{config: blob{typeConfig, `{"a":1}`}}.serve(w, "damaged", "1.0.0")
	w.Break("/v2/"+namespace+"/damaged/blobs/"+digest(`{"a":1}`), answer("", `{"a":2}`))
	w.Break("/v2/"+namespace+"/empty/tags/list", pages(nil, 1))
	names := []string{"broken", "damaged", "deleted", "empty", "good", "image", "lost", "secret", "unreadable"}
	for i, name := range names {
		names[i] = namespace + "/" + name
	}
	w.Break("/v2/"+namespace+"/secret/tags/list", repotest.Status(http.StatusForbidden))
	w.Break("/v2/_catalog", pages(names, 100))
	in := open(t, at(t, w, namespace), nil, nil)
	got, listing := list(t, in)
	if len(got) != 1 || got[0].Name != "good" {
		t.Errorf("told of %+v", got)
	}
	var said []string
	for _, fault := range listing.Faults {
		said = append(said, fault.Error())
	}
	if listing.Broken != 5 || len(said) != 5 || listing.Mark != "" {
		t.Errorf("%d are set aside, with mark %q: %q", listing.Broken, listing.Mark, said)
	}
	for i, name := range []string{"broken", "damaged", "lost", "secret", "unreadable"} {
		if i < len(said) && (!strings.HasPrefix(said[i], `chart "`+name+`": `) || strings.Contains(said[i], "BODY-OF-AN-ERROR")) {
			t.Errorf("of %s it is said: %s", name, said[i])
		}
	}
	good.serve(w, "broken", "1.0.0")
	if got, listing := list(t, in); len(got) != 2 || listing.Broken != 4 || listing.Mark == "" {
		t.Errorf("once one of them is mended: %+v, of %+v", got, listing)
	}
	for _, code := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
		w.Break("/v2/"+namespace+"/good/tags/list", repotest.Status(code))
		_, err := in.List(t.Context(), "", func(repo.Release) error { return nil })
		refuses(t, "listing a busy registry", err, repo.ErrUnavailable)
	}
}

// TestNoList are registries that do not tell what they hold, and what is none.
func TestNoList(t *testing.T) {
	t.Parallel()
	const page = "/v2/"
	for name, test := range map[string]struct {
		catalog, base repotest.Fault
		want          error
	}{
		"not there":          {repotest.Status(http.StatusNotFound), answer("", "{}"), repo.ErrUnlisted},
		"not for everybody":  {repotest.Status(http.StatusUnauthorized), answer("", "{}"), repo.ErrUnlisted},
		"for nobody":         {repotest.Status(http.StatusForbidden), repotest.Status(http.StatusForbidden), repo.ErrUnlisted},
		"cannot":             {repotest.Status(http.StatusNotImplemented), answer("", "{}"), repo.ErrUnlisted},
		"nothing there":      {repotest.Status(http.StatusNotFound), repotest.Status(http.StatusNotFound), repo.ErrNotFound},
		"a page":             {repotest.Page(), repotest.Page(), repo.ErrInvalid},
		"a credential":       {repotest.Status(http.StatusUnauthorized), repotest.Status(http.StatusUnauthorized), repo.ErrUnauthorized},
		"busy":               {repotest.Status(http.StatusTooManyRequests), answer("", "{}"), repo.ErrUnavailable},
		"broken":             {repotest.Status(http.StatusBadGateway), answer("", "{}"), repo.ErrUnavailable},
		"endless":            {repotest.Endless([]byte(`{"repositories":["`), "x"), answer("", "{}"), repo.ErrInvalid},
		"pages without end":  {pages([]string{"a", "b"}, 0), answer("", "{}"), repo.ErrTooLarge},
		"the next elsewhere": {link("http://169.254.169.254/"), answer("", "{}"), repo.ErrInvalid},
		"cut":                {repotest.Claim(1000, []byte(`{"repos`)), answer("", "{}"), repo.ErrUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := repotest.HTTP(t, repotest.HTTPOptions{Plain: true})
			w.Break(page+"_catalog", test.catalog)
			w.Break(page, test.base)
			_, err := open(t, at(t, w, namespace), nil, nil).List(t.Context(), "", func(repo.Release) error { return errors.New("it tells something") })
			refuses(t, "listing", err, test.want)
		})
	}
}

// TestFindTooMany looks for a chart with more versions than anybody should hold.
func TestFindTooMany(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{Plain: true})
	tags := make([]string, repo.MaxVersions+1)
	for i := range tags {
		tags[i] = fmt.Sprintf("%d.0.0", i)
	}
	w.Break("/v2/"+namespace+"/many/tags/list", pages(tags, len(tags)))
	w.Break("/v2/"+namespace+"/fewer/tags/list", pages(tags[1:], len(tags)))
	in := open(t, at(t, w, namespace), nil, nil)
	if found, err := in.Find(t.Context(), "many"); !errors.Is(err, repo.ErrTooLarge) || found != nil {
		t.Errorf("found %d, with %v", len(found), err)
	}
	if found, err := in.Find(t.Context(), "fewer"); err != nil || len(found) != repo.MaxVersions {
		t.Errorf("found %d, with %v", len(found), err)
	}
}
