package bucket

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
)

// TestHostileListings lists the bucket of a store that means no good.
func TestHostileListings(t *testing.T) {
	t.Parallel()
	const entry = "<Contents><Key>a-1.0.0.tgz</Key><LastModified>2026-03-01T12:00:00.000Z</LastModified><Size>1</Size></Contents>"
	var page atomic.Int64
	for name, test := range map[string]struct {
		answer func(http.ResponseWriter, *http.Request) bool
		kind   error
	}{
		"nothing in an entry": {told(http.StatusOK, "<ListBucketResult><Contents/></ListBucketResult>"), repo.ErrInvalid},
		"no XML":              {told(http.StatusOK, "<ListBucketResult><Contents>"), repo.ErrInvalid},
		"one page for ever":   {told(http.StatusOK, "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>x</NextContinuationToken>"+entry+"</ListBucketResult>"), repo.ErrTooLarge},
		"pages without end": {func(out http.ResponseWriter, in *http.Request) bool {
			return told(http.StatusOK, "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>"+strconv.FormatInt(page.Add(1), 10)+"</NextContinuationToken></ListBucketResult>")(out, in)
		}, repo.ErrTooLarge},
		"a page without end": {func(out http.ResponseWriter, in *http.Request) bool {
			_, _ = out.Write([]byte("<ListBucketResult>"))
			for line := []byte(strings.Repeat(entry, 100)); in.Context().Err() == nil; {
				if _, err := out.Write(line); err != nil {
					break
				}
			}
			return true
		}, repo.ErrTooLarge},
		"an error without end": {func(out http.ResponseWriter, in *http.Request) bool {
			out.WriteHeader(http.StatusForbidden)
			for line := []byte(strings.Repeat("<Error>", 1000)); in.Context().Err() == nil; {
				if _, err := out.Write(line); err != nil {
					break
				}
			}
			return true
		}, repo.ErrUnauthorized},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := before(t, "http://127.0.0.1:9", func(out http.ResponseWriter, in *http.Request) bool {
				if !in.URL.Query().Has("delimiter") {
					return told(http.StatusNotFound, "<Error><Code>NoSuchKey</Code></Error>")(out, in)
				}
				return test.answer(out, in)
			})
			site := fetch.Site{Location: parsed(t, "s3+"+f.server.URL+"/bucket"), Network: loopback()}
			_, err := opened(t, site).List(t.Context(), "", func(repo.Release) error { return errors.New("told of") })
			if !errors.Is(err, test.kind) {
				t.Errorf("got %v, want an error that matches %q", err, test.kind)
			}
		})
	}
}

// TestHostileKeys lists and fetches what leads elsewhere.
func TestHostileKeys(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	for _, key := range []string{"p/../up-1.0.0.tgz", "p//two-1.0.0.tgz", "other/out-1.0.0.tgz", "p/x&#10;y-1.0.0.tgz", "p/..%2fcoded-1.0.0.tgz", "p/good-1.0.0.tgz"} {
		text.WriteString("<Contents><Key>" + key + "</Key><LastModified>2026-03-01T12:00:00.000Z</LastModified><Size>1</Size></Contents>")
	}
	f := before(t, "http://127.0.0.1:9", func(out http.ResponseWriter, in *http.Request) bool {
		if in.URL.Query().Has("delimiter") {
			return told(http.StatusOK, "<ListBucketResult>"+text.String()+"</ListBucketResult>")(out, in)
		}
		return told(http.StatusNotFound, "<Error><Code>NoSuchKey</Code></Error>")(out, in)
	})
	r := opened(t, fetch.Site{Location: parsed(t, "s3+"+f.server.URL+"/bucket/p"), Network: loopback()})
	var names []string
	l, err := r.List(t.Context(), "", func(r repo.Release) error {
		names = append(names, r.Name)
		return nil
	})
	if err != nil || strings.Join(names, " ") != "good" || l.Broken != 5 {
		t.Fatalf("%q are told of, with %+v and %v", names, l, err)
	}
	asked := len(f.requests())
	for _, at := range []string{"../up-1.0.0.tgz", "a/../../up-1.0.0.tgz", "/etc/passwd", "//evil.example.com/x.tgz", "%2e%2e/up-1.0.0.tgz", `..\up-1.0.0.tgz`, "a%00b", "s3://other/up-1.0.0.tgz", "file:///etc/passwd", "s3+" + f.server.URL + "/bucket/p/../up-1.0.0.tgz", "https://user:secret@evil.example.com/x.tgz", "", "%zz"} {
		_, err := r.Fetch(t.Context(), repo.Release{Name: "up", Version: "1.0.0", At: at})
		if !errors.Is(err, repo.ErrInvalid) || strings.Contains(err.Error(), "secret") {
			t.Errorf("fetching from %q: %v", at, err)
		}
	}
	if got := len(f.requests()); got != asked {
		t.Errorf("the store was asked %d times for what is not in the repository", got-asked)
	}
}

// TestHostileFind looks for a chart in what has no end, or is too long for a place
// that nobody added.
func TestHostileFind(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString("apiVersion: v1\nentries:\n  foo:\n")
	for i := range repo.MaxVersions + 1 {
		fmt.Fprintf(&text, "  - {name: foo, version: %d.0.0, urls: [foo.tgz]}\n", i)
	}
	many := text.String()
	text.Reset()
	text.WriteString("apiVersion: v1\nentries:\n  foo:\n  - {name: foo, version: 1.0.0, urls: [foo.tgz]}\n  bar:\n")
	for i := 0; text.Len() <= repo.MaxForeign; i++ {
		fmt.Fprintf(&text, "  - {name: bar, version: %d.0.0, urls: [bar.tgz], description: %s}\n", i, strings.Repeat("x", 1000))
	}
	long := text.String()
	for name, test := range map[string]struct {
		index   string
		foreign bool
		kind    error
	}{
		"many versions":          {many, false, repo.ErrTooLarge},
		"a long index":           {long, false, nil},
		"a long index elsewhere": {long, true, repo.ErrTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := before(t, "http://127.0.0.1:9", told(http.StatusOK, test.index))
			site := fetch.Site{Location: parsed(t, "s3+"+f.server.URL+"/bucket"), Network: loopback(), Foreign: test.foreign}
			found, err := opened(t, site).Find(t.Context(), "foo")
			if !errors.Is(err, test.kind) || (err == nil) != (len(found) == 1) {
				t.Errorf("found %d, with %v, want an error that matches %v", len(found), err, test.kind)
			}
		})
	}
}
