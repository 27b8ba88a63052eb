package fetch_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
)

const bound = 1 << 20 // of a body

// bounded is a client that takes little, and the address of a server.
func bounded(t *testing.T, handle http.HandlerFunc) (*http.Client, string) {
	t.Helper()
	home := serve(t, public, false, handle)
	n := network(fetch.Policy{})
	n.Bound(bound)
	return client(t, n, fetch.Access{}), home.at("home.example.com")
}

// pour sends as fast as somebody reads, until nobody does.
func pour(w io.Writer) {
	block := bytes.Repeat([]byte("x"), 64<<10)
	for {
		if _, err := w.Write(block); err != nil {
			return
		}
	}
}

func TestSizesAreBounded(t *testing.T) {
	t.Parallel()
	bomb := &bytes.Buffer{}
	zip := gzip.NewWriter(bomb)
	if _, err := io.CopyN(zip, zeroes{}, 4*bound); err != nil {
		t.Fatal(err)
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	for name, handle := range map[string]http.HandlerFunc{
		"an endless body":   func(w http.ResponseWriter, _ *http.Request) { pour(w) },
		"one byte too many": func(w http.ResponseWriter, _ *http.Request) { _, _ = io.CopyN(w, zeroes{}, bound+1) },
		"a claim": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", strconv.Itoa(bound+1))
			w.WriteHeader(http.StatusOK)
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		},
		"a bomb": func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Accept-Encoding") != "gzip" {
				t.Error("nothing packed is accepted")
			}
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(bomb.Bytes())
		},
		"an endless error": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusInternalServerError)
			pour(w)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, address := bounded(t, handle)
			got, err := get(t, c, address)
			if !errors.Is(err, repo.ErrTooLarge) || len(got.Body) > bound {
				t.Errorf("got %d bytes and the error %v", len(got.Body), err)
			}
		})
	}
}

// zeroes is a body without end.
type zeroes struct{}

func (zeroes) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestBoundsAreExact(t *testing.T) {
	t.Parallel()
	c, address := bounded(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", r.URL.RawQuery)
		if r.Method == http.MethodGet {
			_, _ = io.CopyN(w, zeroes{}, bound)
		}
	})
	if got, err := get(t, c, address+"/?"+strconv.Itoa(bound)); err != nil || len(got.Body) != bound {
		t.Errorf("got %d bytes and the error %v", len(got.Body), err)
	}
	if _, err := send(t, c, http.MethodHead, address+"/?"+strconv.Itoa(10*bound), nil); err != nil {
		t.Errorf("asking for the size of something large: %v", err)
	}
}

func TestHeadersAreBounded(t *testing.T) {
	t.Parallel()
	c, address := bounded(t, func(w http.ResponseWriter, _ *http.Request) {
		for i := range 2000 {
			w.Header().Add("X-"+strconv.Itoa(i), strings.Repeat(canary, 100))
		}
	})
	_, err := get(t, c, address)
	if !errors.Is(err, repo.ErrUnavailable) || strings.Contains(err.Error(), canary) {
		t.Errorf("the error is %v", err)
	}
}

func TestTimesAreBounded(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		policy fetch.Policy
		text   string
		handle http.HandlerFunc
	}{
		"no answer": {fetch.Policy{Answer: brief}, "nobody answers in time", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }},
		"a body that stalls": {fetch.Policy{Stall: brief}, "nothing has arrived", func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, "begin")
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}},
		"a body that drips": {fetch.Policy{Whole: 2 * brief}, "it was not done", func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				_, _ = io.WriteString(w, "x")
				_ = http.NewResponseController(w).Flush()
				time.Sleep(brief / 20) // the pace of the server, which nothing waits for
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			home := serve(t, public, false, test.handle)
			_, err := get(t, client(t, network(test.policy), fetch.Access{}), home.at("home.example.com"))
			if !errors.Is(err, repo.ErrUnavailable) || !strings.Contains(err.Error(), test.text) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
				t.Errorf("the error is %v", err)
			}
		})
	}
}

// A reader may take its time between two reads.
func TestReadersMayPause(t *testing.T) {
	t.Parallel()
	home := serve(t, public, false, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.CopyN(w, zeroes{}, bound) })
	c := client(t, network(fetch.Policy{Stall: 5 * brief}), fetch.Access{})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, home.at("home.example.com"), nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := io.CopyN(io.Discard, resp.Body, 1); err != nil {
		t.Fatal(err)
	}
	time.Sleep(8 * brief) // longer than a stall
	if n, err := io.Copy(io.Discard, resp.Body); err != nil || n != bound-1 {
		t.Errorf("got %d bytes more and the error %v", n, err)
	}
}

func TestContextsEndRequests(t *testing.T) {
	t.Parallel()
	c, address := bounded(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "begin")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	for name, test := range map[string]struct {
		end  func(context.Context) (context.Context, context.CancelFunc)
		want error
	}{
		"before it begins": {func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			cancel()
			return ctx, cancel
		}, context.Canceled},
		"in its body": {func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, brief/4)
		}, context.DeadlineExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := test.end(t.Context())
			defer cancel()
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"/?"+canary, nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := do(c, req); !errors.Is(err, test.want) || errors.Is(err, repo.ErrUnavailable) || strings.Contains(err.Error(), canary) {
				t.Errorf("the error is %v, want one that matches %v", err, test.want)
			}
		})
	}
}

func TestRead(t *testing.T) {
	t.Parallel()
	if got, err := fetch.Read(strings.NewReader("four"), 4); err != nil || string(got) != "four" {
		t.Errorf("got %q and the error %v", got, err)
	}
	if got, err := fetch.Read(zeroes{}, 4); !errors.Is(err, repo.ErrTooLarge) || got != nil {
		t.Errorf("got %q and the error %v", got, err)
	}
	if _, err := fetch.Read(io.MultiReader(strings.NewReader("x"), broken{}), 4); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("the error is %v", err)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
