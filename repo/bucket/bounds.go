package bucket

import (
	"io"
	"net/http"

	"github.com/helm-dm/helm-dm/repo"
)

const (
	maxPage    = 16 << 20 // of a listing of a thousand objects, in bytes
	maxMessage = 1 << 20  // of an answer that tells of an error
)

// bounds keeps short what the libraries read into memory as a whole: the pages of
// listings, and errors.
type bounds struct{ next http.RoundTripper }

// RoundTrip is that of http.RoundTripper.
func (b bounds) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := b.next.RoundTrip(req)
	switch {
	case err != nil:
		return nil, err
	case resp.StatusCode >= http.StatusMultipleChoices:
		resp.Body = &short{resp.Body, maxMessage, io.EOF} // its end says nothing new
	case req.URL.Query().Has("delimiter"):
		resp.Body = &short{resp.Body, maxPage, repo.Fail(repo.ErrTooLarge, "the page of a listing is longer than %d bytes", maxPage)}
	}
	return resp, nil
}

// short is a body that ends where it is longer than it may be.
type short struct {
	io.ReadCloser
	left int64
	end  error
}

func (s *short) Read(p []byte) (int, error) {
	if s.left <= 0 {
		return 0, s.end
	}
	n, err := s.ReadCloser.Read(p[:min(int64(len(p)), s.left)])
	s.left -= int64(n)
	return n, err
}
