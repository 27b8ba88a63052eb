package listing

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
)

// Bounds of a listing. A page has at least a thousand objects where there are so
// many.
const (
	maxPages = 1000
	maxPage  = 16 << 20 // in bytes
)

// List hands each object directly below an http(s) location to each, and stops
// with the error of each where there is one. The location is HOST/BUCKET, with a
// PREFIX or none, or the host is the bucket's own: who answers decides. All pages
// together have at most so many bytes. The error matches repo.ErrNotFound where
// nothing of the kind is at the location.
func List(ctx context.Context, client *http.Client, l repo.Location, most int64, each func(Object) error) error {
	var denied error
	for _, s := range shelves(l) {
		listed, err := s.list(ctx, client, most, each)
		switch {
		case listed:
			return err
		case errors.Is(err, errForeign), errors.Is(err, repo.ErrNotFound):
		case errors.Is(err, repo.ErrUnauthorized):
			denied = err
		default:
			return err
		}
	}
	if denied != nil {
		return denied
	}
	return repo.Fail(repo.ErrNotFound, "listing %q: nothing that lists its content answers there", l.String())
}

// shelf is where and how a listing may be asked for.
type shelf struct {
	location repo.Location
	address  url.URL // of the bucket
	query    url.Values
	prefix   string // of the keys that count
}

// shelves are the places at which the bucket of a location may be listed: its
// first segment is the bucket, spoken to as S3, which Google's stores and others
// understand, or as Azure; or the host is.
func shelves(l repo.Location) []shelf {
	bucket, prefix, _ := strings.Cut(l.Path(), "/")
	list := []shelf{}
	if bucket != "" {
		list = append(list,
			newShelf(l, bucket, prefix, url.Values{"list-type": {"2"}}),
			newShelf(l, bucket, prefix, url.Values{"restype": {"container"}, "comp": {"list"}}))
	}
	return append(list, newShelf(l, "", l.Path(), url.Values{"list-type": {"2"}}))
}

func newShelf(l repo.Location, bucket, prefix string, query url.Values) shelf {
	origin, _ := url.Parse(l.Origin().String()) // what an Origin prints is an address
	s := shelf{location: l, address: *origin.JoinPath("/", bucket), query: query}
	s.query.Set("delimiter", "/")
	if prefix != "" {
		s.prefix = prefix + "/"
		s.query.Set("prefix", s.prefix)
	}
	return s
}

// list asks for one page after the other, and says whether the first one was a
// page at all.
func (s shelf) list(ctx context.Context, client *http.Client, most int64, each func(Object) error) (bool, error) {
	body := &body{doing: fmt.Sprintf("listing %q", s.location.String()), most: most, budget: most}
	var more url.Values
	for range maxPages {
		next, err := s.page(ctx, client, more, body, each)
		switch {
		case err != nil && !errors.Is(err, errForeign), err == nil && next == nil:
			return body.listed, err
		case err != nil && !body.listed:
			return false, err
		case err != nil, next.Encode() == more.Encode():
			return true, repo.Fail(repo.ErrInvalid, "%s: it does not go on where it said", body.doing)
		}
		more = next
	}
	return true, repo.Fail(repo.ErrTooLarge, "%s: it has more than %d pages", body.doing, maxPages)
}

// page reads one page and returns what asks for the next one, nil after the last.
func (s shelf) page(ctx context.Context, client *http.Client, more url.Values, body *body, each func(Object) error) (url.Values, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.ask(more), nil)
	if err != nil {
		return nil, fetch.Explain(body.doing, err)
	}
	request.Header.Set("Accept-Encoding", "identity")
	response, err := client.Do(request)
	if err != nil {
		return nil, fetch.Explain(body.doing, err)
	}
	defer response.Body.Close()
	if err := refusal(body.doing, response); err != nil {
		return nil, err
	}
	body.source = fetch.Bound(response.Body, maxPage)
	page, err := parse(body, func(o Object) error { return each(s.relative(o)) })
	body.listed = body.listed || !errors.Is(err, errForeign)
	if err != nil {
		return nil, err
	}
	return page.next, nil
}

// ask is the address of a page.
func (s shelf) ask(more url.Values) string {
	query := url.Values{}
	maps.Copy(query, s.query)
	maps.Copy(query, more)
	address := s.address
	address.RawQuery = query.Encode()
	return address.String()
}

// refusal is the error of an answer that is no page. A store that is asked in
// another one's dialect answers with many a status.
func refusal(doing string, response *http.Response) error {
	switch response.StatusCode {
	case http.StatusBadRequest, http.StatusMethodNotAllowed, http.StatusNotImplemented, http.StatusNotAcceptable:
		return errForeign
	case http.StatusConflict: // how Azure says that an account is not public
		return repo.Fail(repo.ErrUnauthorized, "%s: it is not public", doing)
	}
	return fetch.Status(doing, response)
}

// relative is the object with its key as Object has it.
func (s shelf) relative(o Object) Object {
	key, below := strings.CutPrefix(o.Key, s.prefix)
	if !below {
		key = "/" + key
	}
	o.Key = key
	return o
}

// body reads the pages of a listing, which share one bound, and explains what goes
// wrong.
type body struct {
	doing  string
	source io.Reader
	most   int64 // bytes of all pages
	budget int64 // what is left of them
	listed bool  // a page of it was one
}

func (b *body) Read(p []byte) (int, error) {
	if b.budget <= 0 {
		return 0, repo.Fail(repo.ErrTooLarge, "%s: it is larger than %d bytes", b.doing, b.most)
	}
	n, err := b.source.Read(p[:min(int64(len(p)), b.budget)])
	b.budget -= int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		err = fetch.Explain(b.doing, err)
	}
	return n, err
}
