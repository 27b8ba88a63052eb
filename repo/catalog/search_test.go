package catalog

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/helm-dm/helm-dm/repo"
)

func lines(found []Found) []string {
	out := []string{}
	for _, f := range found {
		out = append(out, f.Key+"/"+f.Release.Name+"#"+f.Release.Version)
	}
	return out
}

// library is a catalogue of two sources.
func library(t testing.TB) *Catalog {
	t.Helper()
	return filled(t,
		source(t, "https://example.com/stable", holding(
			repo.Release{Name: "nginx", Version: "1.0.0"},
			repo.Release{Name: "nginx", Version: "1.10.0"},
			repo.Release{Name: "nginx", Version: "1.9.0"},
			repo.Release{Name: "nginx", Version: "2.0.0-rc.1", Description: "Not yet"},
			repo.Release{Name: "nginx-ingress", Version: "0.1.0", Deprecated: true, Description: "An old controller"},
			repo.Release{Name: "my-nginx", Version: "0.1.0"},
			repo.Release{Name: "proxy", Version: "0.1.0", Description: "Traffic through Nginx and others", Keywords: []string{"web", "load balancer"}},
			repo.Release{Name: "other", Version: "0.1.0", Description: "An opennginxer", Maintainers: []string{"Älva Öst"}},
			repo.Release{Name: "beta", Version: "0.1.0-a"},
			repo.Release{Name: "beta", Version: "0.1.0-b"},
		)),
		source(t, "s3://bucket", holding(
			repo.Release{Name: "nginx", Version: "3.0.0"},
			repo.Release{Name: "nginx-exporter", Version: "0.1.0", Description: "Web metrics"},
			repo.Release{Name: "prometheus", Version: "v1.2"},
		)),
	)
}

func TestSearch(t *testing.T) {
	t.Parallel()
	c := library(t)
	for _, q := range []struct {
		pattern string
		want    []string
	}{
		{"nginx", []string{
			"example.com/stable/nginx#1.10.0", "s3/bucket/nginx#3.0.0", "s3/bucket/nginx-exporter#0.1.0", "example.com/stable/my-nginx#0.1.0",
			"example.com/stable/proxy#0.1.0", "example.com/stable/other#0.1.0", "example.com/stable/nginx-ingress#0.1.0",
		}},
		{"NGINX web", []string{"s3/bucket/nginx-exporter#0.1.0", "example.com/stable/proxy#0.1.0"}},
		{"balan", []string{"example.com/stable/proxy#0.1.0"}},
		{"älva", []string{"example.com/stable/other#0.1.0"}},
		{"beta", []string{"example.com/stable/beta#0.1.0-b"}},
		{"prometeus", []string{"s3/bucket/prometheus#v1.2"}},
		{"rpomethues", []string{"s3/bucket/prometheus#v1.2"}},
		{"exprter", []string{"s3/bucket/nginx-exporter#0.1.0"}},
		{"pro", []string{"example.com/stable/proxy#0.1.0", "s3/bucket/prometheus#v1.2"}},
		{"not yet", []string{}}, // a pre-release does not speak for the chart
		{"xyz", []string{}},
		{"zzzzzzzz", []string{}},
		{"helm:s3/bucket/nginx", []string{"s3/bucket/nginx#3.0.0", "s3/bucket/nginx-exporter#0.1.0"}},
		{"example.com/stable/b", []string{"example.com/stable/beta#0.1.0-b"}},
		{strings.Repeat("a ", 100), []string{}},
		{"*o*X*", []string{"example.com/stable/proxy#0.1.0"}},
		{"nginx*", []string{"example.com/stable/nginx#1.10.0", "s3/bucket/nginx#3.0.0", "s3/bucket/nginx-exporter#0.1.0", "example.com/stable/nginx-ingress#0.1.0"}},
		{"ngin? web", []string{}},
		{"n* web", []string{"s3/bucket/nginx-exporter#0.1.0"}},
		{"helm:*/bucket/p*", []string{"s3/bucket/prometheus#v1.2"}},
		{"prometheu*s*x", []string{}},
		{"[", []string{}},
		{"", []string{
			"example.com/stable/beta#0.1.0-b", "example.com/stable/my-nginx#0.1.0", "example.com/stable/nginx#1.10.0", "example.com/stable/other#0.1.0",
			"example.com/stable/proxy#0.1.0", "s3/bucket/nginx#3.0.0", "s3/bucket/nginx-exporter#0.1.0", "s3/bucket/prometheus#v1.2", "example.com/stable/nginx-ingress#0.1.0",
		}},
	} {
		found, more := c.Search(Query{Pattern: q.pattern})
		if diff := cmp.Diff(q.want, lines(found)); diff != "" || more != 0 {
			t.Errorf("%q: %d more, (-want +got):\n%s", q.pattern, more, diff)
		}
	}
}

func TestSearchVersions(t *testing.T) {
	t.Parallel()
	c := library(t)
	all := []string{ // four more follow, the last one is deprecated
		"example.com/stable/nginx#2.0.0-rc.1", "example.com/stable/nginx#1.10.0", "example.com/stable/nginx#1.9.0", "example.com/stable/nginx#1.0.0",
		"s3/bucket/nginx#3.0.0", "s3/bucket/nginx-exporter#0.1.0",
	}
	for limit := 1; limit <= len(all); limit++ {
		found, more := c.Search(Query{Pattern: "nginx", Versions: true, Limit: limit})
		if diff := cmp.Diff(all[:limit], lines(found)); diff != "" || more != len(all)+4-limit {
			t.Errorf("limit %d: %d more, (-want +got):\n%s", limit, more, diff)
		}
	}
	if found, more := c.Search(Query{Limit: 3}); len(found) != 3 || more != 6 {
		t.Errorf("got %d and %d more", len(found), more)
	}
}

// TestSearchAllowed asks once for each source, and tells nothing of the others.
func TestSearchAllowed(t *testing.T) {
	t.Parallel()
	c := library(t)
	asked := map[string]int{}
	secret := source(t, "s3://bucket", nil).Name
	found, _ := c.Search(Query{Allowed: func(name string) bool {
		asked[name]++
		return name != secret
	}})
	if len(found) != 6 || len(asked) != 2 || asked[secret] != 1 {
		t.Errorf("asked %v, found %q", asked, lines(found))
	}
	if found, more := c.Search(Query{Pattern: "prometheus", Allowed: func(name string) bool { return name != secret }}); len(found) != 0 || more != 0 {
		t.Errorf("found %q and %d more", lines(found), more)
	}
}

// TestReleases gives back all that was put in.
func TestReleases(t *testing.T) {
	t.Parallel()
	var want []repo.Release
	for i := range 3000 {
		want = append(want, repo.Release{
			Name: "foo", Version: fmt.Sprintf("1.%d.0", 3000-i), AppVersion: fmt.Sprint("v", i), Description: strings.Repeat("ö", 500+i%7),
			Keywords: []string{"a", fmt.Sprint(i)}, Maintainers: []string{"Jo", "Max"}, Deprecated: i%2 == 0, Created: time.Unix(int64(i)+1, 5).UTC(),
			Digest: fmt.Sprintf("sha256:%064x", i), At: fmt.Sprintf("https://example.com/%d/foo-1.%d.0.tgz", i%3, 3000-i),
		})
	}
	want[5] = repo.Release{Name: "foo", Version: "1.2995.0"}
	want[6].At = "elsewhere"
	c := filled(t, source(t, "https://example.com", holding(want...)))
	name := source(t, "https://example.com", nil).Name
	got, ok := c.Releases(name, "foo")
	if diff := cmp.Diff(want, got); diff != "" || !ok {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if state, ok := c.State(name); !ok || state.Charts != 1 || state.Versions != 3000 {
		t.Errorf("got %+v", state)
	}
	for _, other := range [][2]string{{name, "fo"}, {"other", "foo"}} {
		if got, ok := c.Releases(other[0], other[1]); ok {
			t.Errorf("%q: got %v", other, got)
		}
	}
}

func TestDistance(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want int
	}{{"abcd", "abcd", 0}, {"abcd", "abdc", 1}, {"abcd", "abd", 1}, {"abcd", "abxcd", 1}, {"abcd", "xbcd", 1}, {"abcd", "badc", 2}, {"abcd", "wxyz", 4}, {"", "ab", 2}} {
		for _, pair := range [][2]string{{c.a, c.b}, {c.b, c.a}} {
			if got := distance(pair[0], pair[1], 5); got != c.want {
				t.Errorf("%q: got %d, want %d", pair, got, c.want)
			}
		}
	}
}

func FuzzSearch(f *testing.F) {
	c := library(f)
	for _, pattern := range []string{"nginx", "a b", "helm:s3/", "\x00", "ÄLVA", "prom\xff", strings.Repeat("x", 100)} {
		f.Add(pattern)
	}
	f.Fuzz(func(t *testing.T, pattern string) {
		for _, versions := range []bool{false, true} {
			all, _ := c.Search(Query{Pattern: pattern, Versions: versions})
			some, more := c.Search(Query{Pattern: pattern, Versions: versions, Limit: 2})
			if len(some)+more != len(all) || len(some) > 2 {
				t.Errorf("%q: %d and %d more, of %d", pattern, len(some), more, len(all))
			}
		}
	})
}
