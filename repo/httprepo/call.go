package httprepo

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
)

// call is a request that is to be made.
type call struct {
	doing  string // a gerund, for errors
	method string
	at     *url.URL
	header map[string]string // empty values are left out
	data   []byte            // sent; nil for none
}

func (c call) title() string { return fmt.Sprintf("%s %q", c.doing, fetch.Shown(c.at.String())) }

// do makes a request and returns the answer, whatever its status. Who calls
// closes its body.
func (r *repository) do(ctx context.Context, c call) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, c.method, c.at.String(), bytes.NewReader(c.data))
	if err != nil {
		return nil, repo.Fail(repo.ErrInvalid, "%s: the address cannot be used", c.title())
	}
	for key, value := range c.header {
		if value != "" {
			request.Header.Set(key, value)
		}
	}
	resp, err := r.client.Do(request)
	if err != nil {
		return nil, fetch.Explain(c.title(), err)
	}
	return resp, nil
}

// open makes a request whose answer is of a status that is none of an error. Who
// calls closes its body.
func (r *repository) open(ctx context.Context, c call) (*http.Response, error) {
	resp, err := r.do(ctx, c)
	if err != nil {
		return nil, err
	}
	if err := fetch.Status(c.title(), resp); err != nil {
		_ = resp.Body.Close() // the status said it all
		return nil, err
	}
	return resp, nil
}

// get returns the content of a file, at most so many bytes of it, and the header
// of the answer.
func (r *repository) get(ctx context.Context, c call, most int64) ([]byte, http.Header, error) {
	c.method = http.MethodGet
	resp, err := r.open(ctx, c)
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	if resp.ContentLength > most {
		return nil, nil, repo.Fail(repo.ErrTooLarge, "%s: it has %d bytes, and %d are the most", c.title(), resp.ContentLength, most)
	}
	data, err := fetch.Read(resp.Body, most)
	if err != nil {
		return nil, nil, fetch.Explain(c.title(), err)
	}
	return data, resp.Header, nil
}
