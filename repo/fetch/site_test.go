package fetch_test

import (
	"encoding/pem"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
)

// What is taken for a public address, and what is a private one.
const (
	public  = "127.0.0.2"
	private = "127.0.0.1"
)

// received is a request as a server has seen it.
type received struct {
	Method, Target, Body string
	Header               http.Header
}

// server is one that remembers what it was asked.
type server struct {
	*httptest.Server
	port     string
	mu       sync.Mutex
	requests []received
}

// serve starts a server at an address; with TLS its certificate is for
// *.example.com and 127.0.0.1.
func serve(t *testing.T, address string, secure bool, handle http.HandlerFunc) *server {
	t.Helper()
	return start(t, listen(t, address, "0"), secure, handle)
}

// listen listens at an address; nil when the port is taken.
func listen(t *testing.T, address, port string) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", net.JoinHostPort(address, port))
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil
	case err != nil:
		t.Fatal(err)
	}
	return listener
}

func start(t *testing.T, listener net.Listener, secure bool, handle http.HandlerFunc) *server {
	t.Helper()
	s := &server{}
	s.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // what has arrived of it
		s.mu.Lock()
		s.requests = append(s.requests, received{r.Method, r.RequestURI, string(body), r.Header.Clone()})
		s.mu.Unlock()
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		handle(w, r)
	}))
	_ = s.Listener.Close() // the one it comes with
	s.Listener = listener
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // of handshakes that are meant to fail
	_, s.port, _ = net.SplitHostPort(listener.Addr().String())
	if secure {
		s.StartTLS()
	} else {
		s.Start()
	}
	t.Cleanup(s.Close)
	return s
}

// saw is what the server was asked so far.
func (s *server) saw() []received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// at is the address of the server by a name.
func (s *server) at(host string) string {
	scheme := "http"
	if s.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + net.JoinHostPort(host, s.port)
}

// roots are the certificates to trust.
func (s *server) roots() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
}

// network is one in which home.example.com and other.example.com are public, and
// inside.example.com is not.
func network(p fetch.Policy) *fetch.Network {
	z := &zone{answers: map[string][]string{
		"home.example.com": {public}, "other.example.com": {public}, "inside.example.com": {private},
	}}
	if p.Resolver == nil {
		p.Resolver = z.resolver()
	}
	n := fetch.New(p)
	n.Pretend(public + "/32")
	return n
}

func client(t *testing.T, n *fetch.Network, a fetch.Access) *http.Client {
	t.Helper()
	c, err := n.Client(a)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func originOf(t *testing.T, address string) repo.Origin {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return repo.OriginOf(u)
}

// answer is what came of a request.
type answer struct {
	Status int
	Body   string
}

// send makes a request and reads its answer. Its error is explained.
func send(t *testing.T, c *http.Client, method, address string, body io.Reader, header ...string) (answer, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, body)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	return do(c, req)
}

func do(c *http.Client, req *http.Request) (answer, error) {
	resp, err := c.Do(req)
	if err != nil {
		return answer{}, fetch.Explain("trying", err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	return answer{resp.StatusCode, string(data)}, fetch.Explain("trying", err)
}

func get(t *testing.T, c *http.Client, address string, header ...string) (answer, error) {
	t.Helper()
	return send(t, c, http.MethodGet, address, nil, header...)
}

// say answers with a text.
func say(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) }
}

// lead redirects to wherever the query says, with the status of the path, and
// /circle to itself.
func lead(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/circle" {
		http.Redirect(w, r, "/circle", http.StatusFound)
		return
	}
	status := map[string]int{"/302": http.StatusFound, "/303": http.StatusSeeOther, "/307": http.StatusTemporaryRedirect, "/308": http.StatusPermanentRedirect}[r.URL.Path]
	if status == 0 {
		_, _ = io.WriteString(w, "home")
		return
	}
	w.Header().Set("Location", r.URL.Query().Get("to"))
	w.WriteHeader(status)
}

// through is an address that redirects.
func through(base, status, to string) string {
	return base + "/" + status + "?to=" + url.QueryEscape(to)
}

// brief is a time that is up soon, and long enough for what is meant to succeed.
const brief = 200 * time.Millisecond

// Clients that trust the same roots share connections, others do not.
func TestClientsShareConnections(t *testing.T) {
	t.Parallel()
	s := serve(t, public, true, say("hello"))
	n := network(fetch.Policy{})
	var opened []string
	for _, roots := range [][]byte{s.roots(), s.roots(), append(s.roots(), '\n')} {
		c := client(t, n, fetch.Access{Origin: originOf(t, s.at("home.example.com")), Roots: roots})
		ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
			opened = append(opened, strconv.FormatBool(!info.Reused))
		}})
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.at("home.example.com"), nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := c.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body) // the connection is free then
		_ = resp.Body.Close()
	}
	if got := strings.Join(opened, " "); got != "true false true" {
		t.Errorf("connections were opened: %s", got)
	}
}
