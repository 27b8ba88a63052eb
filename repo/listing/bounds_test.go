package listing

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
)

// endless repeats a text and counts what was read.
type endless struct {
	text string
	read int
}

func (e *endless) Read(p []byte) (int, error) {
	n := copy(p, strings.Repeat(e.text, len(p)/len(e.text)+1))
	e.read += n
	return n, nil
}

// The decoder holds a token in memory: none is read for longer than its bound.
func TestTokensAreBounded(t *testing.T) {
	t.Parallel()
	for name, begin := range map[string]string{
		"a text":         "<ListBucketResult><Contents><Key>",
		"a section":      "<ListBucketResult><Contents><Key><![CDATA[",
		"a comment":      "<ListBucketResult><!--",
		"an instruction": "<ListBucketResult><?",
		"an element":     "<ListBucketResult><",
		"an attribute":   `<ListBucketResult><Contents a="`,
		"attributes":     "<ListBucketResult><Contents ",
		"an end":         "<ListBucketResult></",
	} {
		more := &endless{text: "a='' "}
		if name != "attributes" {
			more.text = "a"
		}
		_, err := parse(io.MultiReader(strings.NewReader(begin), more), func(Object) error { return nil })
		if !errors.Is(err, repo.ErrInvalid) || more.read > 2*maxToken {
			t.Errorf("%s: the error is %v after %d bytes", name, err, more.read)
		}
	}
}

// A page is bounded, and so are all of them together.
func TestPagesAreBounded(t *testing.T) {
	t.Parallel()
	const entry = "<Contents><Key>a/b</Key></Contents>"
	large := "<ListBucketResult>" + strings.Repeat(entry, maxPage/len(entry)+1) + "</ListBucketResult>"
	for name, c := range map[string]struct {
		first string
		pages int
		most  int64
		kind  error
	}{
		"a page": {large, 1, repo.MaxIndex, repo.ErrTooLarge},
		"pages":  {"<ListBucketResult>" + strings.Repeat(entry, 1000), 10, 9 * 1000 * int64(len(entry)), repo.ErrTooLarge},
		"fewer":  {"<ListBucketResult>" + strings.Repeat(entry, 1000), 10, 11 * 1000 * int64(len(entry)), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			page := 0
			server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
				if got := in.Header.Get("Accept-Encoding"); got != "identity" {
					t.Errorf("encodings %q are asked for", got)
				}
				if page++; page < c.pages {
					fmt.Fprintf(out, "%s<IsTruncated>true</IsTruncated><NextContinuationToken>%d</NextContinuationToken></ListBucketResult>", c.first, page)
					return
				}
				_, _ = io.WriteString(out, strings.TrimSuffix(c.first, "</ListBucketResult>")+"</ListBucketResult>")
			}))
			t.Cleanup(server.Close)
			l, err := repo.ParseLocation(server.URL + "/bucket")
			if err != nil {
				t.Fatal(err)
			}
			client, err := fetch.New(fetch.Policy{Anywhere: true}).Client(fetch.Access{Origin: l.Origin()})
			if err != nil {
				t.Fatal(err)
			}
			err = List(t.Context(), client, l, c.most, func(Object) error { return nil })
			if !errors.Is(err, c.kind) || (err == nil) != (c.kind == nil) {
				t.Errorf("the error is %v, want %v", err, c.kind)
			}
		})
	}
}

// Of one chart, only so many versions are gathered, and nothing of others.
func TestReleasesOfAChart(t *testing.T) {
	t.Parallel()
	r := NewReleases("foo")
	for i := range repo.MaxVersions {
		for _, key := range []string{"foo-%d.0.0.tgz", "foo-bar-%d.0.0.tgz", "foo%d.tgz"} {
			if err := r.Add(Object{Key: fmt.Sprintf(key, i)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if r.Len() != repo.MaxVersions {
		t.Errorf("%d are gathered", r.Len())
	}
	if err := r.Add(Object{Key: "foo-0.0.1.tgz"}); !errors.Is(err, repo.ErrTooLarge) {
		t.Errorf("one more than the most: %v", err)
	}
}
