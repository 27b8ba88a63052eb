package reach

import (
	"errors"
	"log/slog"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/helm-dm/helm-dm/chart/reference"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/catalog"
	books "github.com/helm-dm/helm-dm/state/source"
)

// listing is a Reach that knows repositories, each named by its address.
func listing(t *testing.T, addresses ...string) *Reach {
	t.Helper()
	r := New(Config{Changed: func([]catalog.Source) {}})
	var all []*books.Repository
	for _, a := range addresses {
		all = append(all, &books.Repository{Meta: books.Meta{Name: a, UID: a}, URL: a})
	}
	r.follow(all)
	return r
}

// told is a place as a text.
func told(p *Place) string {
	out := p.Location.String() + " " + p.Chart + p.File
	if p.Entry != nil {
		out = p.Entry.Name + " > " + out
	}
	return out
}

func TestPlacesOfReferences(t *testing.T) {
	t.Parallel()
	r := listing(t, "https://a.example", "https://a.example/charts", "http://b.example:8080/charts", "https://a.example/charts/deep/down",
		"s3://bucket", "s3://bucket/prefix", "s3+http://127.0.0.1:9000/bucket", "gs://bucket", "azblob://box", "oci://r.example", "oci://r.example/team", "oci+http://127.0.0.1:5000/team")
	for text, want := range map[string][]string{
		"helm:a.example/charts/web":                    {"https://a.example/charts > https://a.example/charts web", "https://a.example/charts web"},
		"helm:a.example/web":                           {"https://a.example > https://a.example web", "https://a.example web"},
		"helm:a.example/charts/deep/web":               {"https://a.example/charts/deep web"},
		"helm:a.example/charts/deep/down/web":          {"https://a.example/charts/deep/down > https://a.example/charts/deep/down web", "https://a.example/charts/deep/down web"},
		"helm:a.example/chart/web":                     {"https://a.example/chart web"},
		"helm:b.example:8080/charts/web":               {"http://b.example:8080/charts > http://b.example:8080/charts web", "https://b.example:8080/charts web"},
		"helm:s3/bucket/web":                           {"s3://bucket > s3://bucket web", "s3://bucket web"},
		"helm:s3/bucket/prefix/web":                    {"s3://bucket/prefix > s3://bucket/prefix web", "s3://bucket/prefix web"},
		"helm:s3/other/web":                            {"s3://other web"},
		"helm:gs/bucket/web":                           {"gs://bucket > gs://bucket web", "gs://bucket web"},
		"helm:azblob/box/web":                          {"azblob://box > azblob://box web", "azblob://box web"},
		"helm:r.example/team/web":                      {"oci://r.example/team > oci://r.example/team web", "oci://r.example > oci://r.example/team web", "https://r.example/team web"},
		"helm:r.example/team/sub/web":                  {"oci://r.example/team > oci://r.example/team/sub web", "oci://r.example > oci://r.example/team/sub web", "https://r.example/team/sub web"},
		"oci://r.example/team/web:1.2.3":               {"oci://r.example/team > oci://r.example/team web", "oci://r.example > oci://r.example/team web", "oci://r.example/team web"},
		"oci://r.example/teams/web":                    {"oci://r.example > oci://r.example/teams web", "oci://r.example/teams web"},
		"oci://127.0.0.1:5000/team/web":                {"oci+http://127.0.0.1:5000/team > oci+http://127.0.0.1:5000/team web", "oci://127.0.0.1:5000/team web"},
		"oci://a.example/charts/web":                   {"oci://a.example/charts web"},
		"https://a.example/charts/web-1.0.0.tgz":       {"https://a.example/charts > https://a.example/charts web-1.0.0.tgz", "https://a.example > https://a.example charts/web-1.0.0.tgz", "https://a.example charts/web-1.0.0.tgz"},
		"https://a.example/charts/a%20b/web-1.0.0.tgz": {"https://a.example/charts > https://a.example/charts a%20b/web-1.0.0.tgz", "https://a.example > https://a.example charts/a%20b/web-1.0.0.tgz", "https://a.example charts/a%20b/web-1.0.0.tgz"},
		"https://a.example/chartsandmore/x-1.0.0.tgz":  {"https://a.example > https://a.example chartsandmore/x-1.0.0.tgz", "https://a.example chartsandmore/x-1.0.0.tgz"},
		"http://a.example/charts/web-1.0.0.tgz":        {"http://a.example charts/web-1.0.0.tgz"},
		"https://b.example:8080/charts/web-1.0.0.tgz":  {"https://b.example:8080 charts/web-1.0.0.tgz"},
		"https://a.example.evil/charts/web-1.0.0.tgz":  {"https://a.example.evil charts/web-1.0.0.tgz"},
		"s3://bucket/prefix/web-1.0.0.tgz":             {"s3://bucket/prefix > s3://bucket/prefix web-1.0.0.tgz", "s3://bucket > s3://bucket prefix/web-1.0.0.tgz", "s3://bucket/prefix web-1.0.0.tgz"},
		"s3://127.0.0.1:9000/bucket/web-1.0.0.tgz":     {"s3+http://127.0.0.1:9000/bucket > s3+http://127.0.0.1:9000/bucket web-1.0.0.tgz", "s3://127.0.0.1:9000/bucket web-1.0.0.tgz"},
		"gs://bucket/web-1.0.0.tgz":                    {"gs://bucket > gs://bucket web-1.0.0.tgz", "gs://bucket web-1.0.0.tgz"},
		"gs://bucketful/web-1.0.0.tgz":                 {"gs://bucketful web-1.0.0.tgz"},
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			ref, err := reference.Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, p := range r.candidates(ref) {
				got = append(got, told(p))
			}
			p, err := elsewhere(ref)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, append(got, told(p))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestRemaindersThatAreNoFiles wants a reference to mean a file of a repository
// only where nobody could read what follows its address as anything else.
func TestRemaindersThatAreNoFiles(t *testing.T) {
	t.Parallel()
	r := listing(t, "https://a.example/pub", "http://a.example:8080", "s3://bucket")
	for _, text := range []string{
		"https://a.example/pub//private/x-1.0.0.tgz",
		"https://a.example/pub/..;/private/x-1.0.0.tgz",
		"https://a.example/pub/..;a=b/private/x-1.0.0.tgz",
		"https://a.example/pub/%2e%2e%3b/private/x-1.0.0.tgz",
		"https://a.example/pub/..%20/private/x-1.0.0.tgz",
		"https://a.example/pub/https://b.internal/x-1.0.0.tgz",
		"https://a.example/pub///b.internal/x-1.0.0.tgz",
		"https://a.example/pub/oci://b.internal/x-1.0.0.tgz",
		"https://a.example/pub/https%3A//b.internal/x-1.0.0.tgz",
		"https://a.example/pub/https%3a%2f%2fb.internal%2fx-1.0.0.tgz",
		"https://a.example/pub/folder/%2e%2e%2fx-1.0.0.tgz",
		"https://a.example/pub/%252e%252e/x-1.0.0.tgz",
		"https://a.example/pub/folder\\..\\x-1.0.0.tgz",
		"https://a.example/pub/folder%5c..%5cx-1.0.0.tgz",
		"https://a.example/pub/x%3fy-1.0.0.tgz",
		"http://a.example:8080//b.internal/x-1.0.0.tgz",
		"http://a.example:8080/http://b.internal/x-1.0.0.tgz",
		"s3://bucket/https:x-1.0.0.tgz",
	} {
		ref, err := reference.Parse(text)
		if err != nil {
			continue // it is none
		}
		for _, p := range r.candidates(ref) {
			t.Errorf("%s is taken for a file: %s", text, told(p))
		}
		if p, err := elsewhere(ref); err == nil {
			t.Errorf("%s is looked for as %s", text, told(p))
		}
	}
}

// TestFilesAreNoAddresses wants a file to be fetched from where the reference says.
func TestFilesAreNoAddresses(t *testing.T) {
	t.Parallel()
	r := listing(t, "https://a.example/pub", "s3://bucket")
	for text, want := range map[string]string{
		"https://a.example/pub/a%20b/x-1.0.0.tgz": "https://a.example/pub/a%20b/x-1.0.0.tgz",
		"https://a.example/pub/x-1.0.0+b.tgz":     "https://a.example/pub/x-1.0.0+b.tgz",
		"s3://bucket/a/x-1.0.0.tgz":               "a/x-1.0.0.tgz",
	} {
		ref, err := reference.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		found := r.candidates(ref)
		if len(found) != 1 || found[0].At() != want {
			t.Errorf("%s: %d places, want %s", text, len(found), want)
		}
	}
	for _, text := range []string{"https://b.example/x-1.0.0.tgz", "http://b.example:8080/a/b%20c/x-1.0.0.tgz"} {
		ref, err := reference.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if p, err := elsewhere(ref); err != nil || p.At() != text {
			t.Errorf("%s is fetched from %v (%v)", text, p, err)
		}
	}
}

func TestOwnOrigins(t *testing.T) {
	t.Parallel()
	for address, want := range map[string][2][]string{ // its own, and others
		"https://a.example/pub": {{"https://a.example"}, {"http://a.example", "https://a.example:8443", "https://b.a.example"}},
		"s3://team/more": {
			{"https://s3.amazonaws.com", "https://team.s3.amazonaws.com", "https://team.s3.eu-west-1.amazonaws.com", "https://s3.eu-west-1.amazonaws.com"},
			{"https://other.s3.amazonaws.com", "http://team.s3.amazonaws.com", "https://ec2.amazonaws.com", "https://team.s3.evil.example", "https://s3.evil.example"},
		},
		"gs://team": {{"https://storage.googleapis.com", "https://oauth2.googleapis.com"}, {"https://compute.googleapis.com"}},
		"azblob://team": {
			{"https://blob.core.windows.net", "https://acme.blob.core.windows.net"}, {"https://acme.queue.core.windows.net", "https://evilblob.core.windows.net", "https://other.blob.core.windows.net", "https://x.acme.blob.core.windows.net"},
		},
		"s3://store.internal:9000/team": {{"https://store.internal:9000"}, {"https://team.s3.amazonaws.com"}},
	} {
		location, err := repo.ParseLocation(address)
		if err != nil {
			t.Fatal(err)
		}
		for i, origins := range want {
			for _, text := range origins {
				o, err := repo.ParseOrigin(text)
				if err != nil {
					t.Fatal(err)
				}
				if got := own(location, "acme", o); got != (i == 0) {
					t.Errorf("%s is an origin of %s: %t", o, location, got)
				}
				if location.Scheme() == "azblob" && o != location.Origin() && own(location, "", o) {
					t.Errorf("%s is an origin of %s, whose account is not known", o, location)
				}
			}
		}
	}
}

func TestPlacesToReleaseTo(t *testing.T) {
	t.Parallel()
	r := listing(t, "https://a.example/charts", "http://b.example/charts", "oci://r.example/team", "s3://bucket/prefix")
	for address, want := range map[string][]string{
		"https://a.example/charts":     {"https://a.example/charts > https://a.example/charts "},
		"https://a.example/charts/sub": nil,
		"https://a.example":            nil,
		"http://a.example/charts":      nil,
		"s3://a.example/charts":        nil,
		"https://b.example/charts":     nil,
		"http://b.example/charts/":     {"http://b.example/charts > http://b.example/charts "},
		"oci://r.example/team":         {"oci://r.example/team > oci://r.example/team "},
		"oci://r.example/team/sub":     {"oci://r.example/team > oci://r.example/team/sub "},
		"oci+http://r.example/team":    nil,
		"s3://bucket":                  nil,
		"s3://bucket/prefix":           {"s3://bucket/prefix > s3://bucket/prefix "},
	} {
		location, err := repo.ParseLocation(address)
		if err != nil {
			t.Fatal(err)
		}
		places, err := r.Destinations(t.Context(), location)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range places {
			got = append(got, told(p))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", address, diff)
		}
	}
}

func TestRepositoriesThatStayKeepWhatTheyKnow(t *testing.T) {
	t.Parallel()
	r := New(Config{})
	var told []catalog.Source
	r.Changed = func(sources []catalog.Source) {
		for _, s := range sources {
			known := slices.ContainsFunc(told, func(before catalog.Source) bool { return before.Repository == s.Repository })
			if e := r.Listed().Named(s.Name); !known && e != nil && e.opened == s.Repository {
				t.Errorf("%s is found before the catalogue knows it", s.Name)
			}
		}
		told = sources
	}
	a := &books.Repository{Meta: books.Meta{Name: "a", UID: "1", ResourceVersion: "1"}, URL: "https://a.example"}
	b := &books.Repository{Meta: books.Meta{Name: "b", UID: "2", ResourceVersion: "2"}, URL: "https://b.example"}
	r.follow([]*books.Repository{a, b})
	first := told
	anew := *b
	anew.UID = "3"
	r.follow([]*books.Repository{a, &anew})
	if told[0].Repository != first[0].Repository || told[0].Version != first[0].Version {
		t.Error("a repository that did not change is opened anew")
	}
	if told[1].Repository == first[1].Repository || told[1].Version == first[1].Version {
		t.Error("a repository that was removed and added is taken for the old one")
	}
	kept, gone := r.Listed().Named("a"), r.Listed().Named("b")
	r.opened["a"], r.opened["b"], r.opened["c"] = opened{kept.opened, kept}, opened{gone.opened, gone}, opened{kept.opened, nil}
	r.follow([]*books.Repository{a})
	if _, ok := r.opened["b"]; ok || len(r.opened) != 2 {
		t.Errorf("%d places stay open, with the credential of a repository that is gone: %t", len(r.opened), ok)
	}
	r.follow(nil)
	if len(told) != 0 || len(r.Listed().Names()) != 0 || r.Listed().Named("a") != nil {
		t.Errorf("what was removed is still known: %v", told)
	}
}

// TestRepositoriesThatCannotBeOpenedAreThere wants what an administrator added, and
// nobody can open, not to be looked for elsewhere.
func TestRepositoriesThatCannotBeOpenedAreThere(t *testing.T) {
	t.Parallel()
	r := New(Config{Changed: func([]catalog.Source) {}, Logger: slog.New(slog.DiscardHandler)})
	for _, address := range []string{"https://a.example/charts", "oci://r.example"} {
		r.follow([]*books.Repository{
			{Meta: books.Meta{Name: "a", UID: address}, URL: address, Origins: []string{"nonsense"}},
			{Meta: books.Meta{Name: "b", UID: "b"}, URL: "nonsense"},
		})
		if names := r.Listed().Names(); len(names) != 1 || names[0] != "a" {
			t.Errorf("%s: %q are listed", address, names)
		}
		e := r.Listed().Named("a")
		below, err := repo.ParseLocation(address + "/below")
		if err != nil {
			t.Fatal(err)
		}
		for _, location := range []repo.Location{e.Location, below} {
			if _, err := r.Find(t.Context(), kube.Identity{User: "ada"}, &Place{Entry: e, Location: location, Chart: "web"}); !errors.Is(err, repo.ErrInvalid) {
				t.Errorf("%s: %v, want ErrInvalid", location, err)
			}
		}
	}
}
