package bucket

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"sync"
	"testing"
)

// front stands before a store and sees what is asked of it.
type front struct {
	server *httptest.Server
	mu     sync.Mutex
	seen   []*http.Request
}

// before stands before the store at an address, and answers itself where answer
// says that it did.
func before(t *testing.T, address string, answer func(http.ResponseWriter, *http.Request) bool) *front {
	t.Helper()
	at, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	f := &front{}
	store := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(at)
		r.Out.Host = r.In.Host // which is signed
	}}
	f.server = httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		f.mu.Lock()
		f.seen = append(f.seen, in.Clone(in.Context()))
		f.mu.Unlock()
		if answer == nil || !answer(out, in) {
			store.ServeHTTP(out, in)
		}
	}))
	t.Cleanup(f.server.Close)
	return f
}

// requests are those that have arrived.
func (f *front) requests() []*http.Request {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.seen)
}

// told answers with a status and a body.
func told(status int, body string) func(http.ResponseWriter, *http.Request) bool {
	return func(out http.ResponseWriter, _ *http.Request) bool {
		out.Header().Set("Content-Type", "application/xml")
		out.WriteHeader(status)
		_, _ = out.Write([]byte(body))
		return true
	}
}
