package httprepo_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/httprepo"
	"github.com/helm-dm/helm-dm/repo/repotest"
)

// An index may be compressed on the way, whether that was asked for or lies so.
func TestGzip(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{})
	w.Break("charts/index.yaml", repotest.Gzip([]byte("apiVersion: v1\nentries:\n"+entry)))
	n, _, err := listed(t, site(t, w, "charts", nil))
	if n != 1 || err != nil {
		t.Errorf("%d releases, %v", n, err)
	}
}

// A package that a server calls compressed is taken as it lies there.
func TestGzipPackage(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{})
	p := repotest.Pack(t, repotest.Chart("foo", "1.0.0"), "")
	w.Break("charts/foo-1.0.0.tgz", func(out http.ResponseWriter, _ *http.Request) {
		out.Header().Set("Content-Encoding", "gzip")
		_, _ = out.Write(p.Data)
	})
	data, err := open(t, site(t, w, "charts", nil)).Fetch(t.Context(), repo.Release{Name: "foo", Version: "1.0.0", At: "foo-1.0.0.tgz"})
	if string(data) != string(p.Data) || err != nil {
		t.Errorf("%d bytes, want %d: %v", len(data), len(p.Data), err)
	}
}

// What a server lets a state be recognised by.
func TestMarks(t *testing.T) {
	t.Parallel()
	date := func(ago time.Duration) string { return time.Now().Add(-ago).UTC().Format(http.TimeFormat) }
	for name, c := range map[string]struct {
		header map[string]string
		asked  string // the header of the second request
		marked bool
	}{
		"tag":        {map[string]string{"ETag": `"a"`, "Last-Modified": date(time.Hour)}, "If-None-Match", true},
		"weak tag":   {map[string]string{"ETag": `W/"a"`}, "If-None-Match", true},
		"date":       {map[string]string{"Last-Modified": date(time.Hour)}, "If-Modified-Since", true},
		"late date":  {map[string]string{"Last-Modified": date(-time.Hour)}, "", false},
		"wrong date": {map[string]string{"Last-Modified": "yesterday"}, "", false},
		"nothing":    {nil, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := repotest.HTTP(t, repotest.HTTPOptions{})
			// It ignores what is asked for, so that equal marks have to do.
			w.Break("charts/index.yaml", func(out http.ResponseWriter, _ *http.Request) {
				for k, v := range c.header {
					out.Header().Set(k, v)
				}
				fmt.Fprint(out, "apiVersion: v1\nentries:\n"+entry)
			})
			s := site(t, w, "charts", nil)
			_, first, err := listed(t, s)
			if err != nil || (first.Mark != "") != c.marked {
				t.Fatalf("the mark is %q, %v", first.Mark, err)
			}
			_, err = open(t, s).List(t.Context(), first.Mark, func(repo.Release) error { return nil })
			if !c.marked {
				if err != nil {
					t.Error(err)
				}
				return
			}
			fails(t, err, repo.ErrUnchanged)
			if last := w.Requests()[1]; last.Header.Get(c.asked) == "" {
				t.Errorf("%s was not asked for: %v", c.asked, last.Header)
			}
		})
	}
}

// A public bucket without an index tells what it holds; what is kept there does
// not hide the rest behind an index.
func TestPublicBucket(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{})
	p := repotest.Pack(t, repotest.Chart("foo", "1.0.0"), "")
	w.Put("charts/foo-1.0.0.tgz", p.Data)
	w.Break("charts", func(out http.ResponseWriter, _ *http.Request) {
		var keys strings.Builder
		for _, name := range w.Names() {
			fmt.Fprintf(&keys, "<Contents><Key>%s</Key><Size>10</Size></Contents>", strings.TrimPrefix(name, "/charts/"))
		}
		fmt.Fprintf(out, `<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>charts</Name><IsTruncated>false</IsTruncated>%s</ListBucketResult>`, &keys)
	})
	s := site(t, w, "charts", nil)
	n, listing, err := listed(t, s)
	if err != nil || n != 1 || listing.Kind != repo.KindBucket {
		t.Fatalf("%d releases, %+v, %v", n, listing, err)
	}
	if _, err := open(t, s).List(t.Context(), listing.Mark, func(repo.Release) error { return nil }); err == nil {
		t.Error("nothing has changed, and that was not told")
	}
	releases, err := open(t, s).Find(t.Context(), "foo")
	if err != nil {
		t.Fatal(err)
	}
	if data, err := open(t, s).Fetch(t.Context(), releases[0]); err != nil || string(data) != string(p.Data) {
		t.Errorf("fetching by its key: %v", err)
	}
	if _, err := open(t, s).Keep(t.Context(), repotest.Pack(t, repotest.Chart("bar", "1.0.0"), ""), false); err != nil {
		t.Fatal(err)
	}
	if n, listing, err = listed(t, s); err != nil || n != 2 || listing.Kind != repo.KindBucket {
		t.Errorf("after keeping one more: %d releases, %+v, %v", n, listing, err)
	}
}

// Certificates that are none are told of when the repository is opened.
func TestRoots(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{})
	s := site(t, w, "charts", nil)
	s.Roots = []byte("no certificate")
	_, err := httprepo.New(s)
	fails(t, err, repo.ErrInvalid)
}
