package reach

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/helm-dm/helm-dm/chart/reference"
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
		var got []string
		for _, p := range r.Destinations(location) {
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
	r.Changed = func(sources []catalog.Source) { told = sources }
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
	r.follow(nil)
	if len(told) != 0 || len(r.Listed().Names()) != 0 || r.Listed().Named("a") != nil {
		t.Errorf("what was removed is still known: %v", told)
	}
}
