package repotest

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/helm-dm/helm-dm/repo"
)

// HTTPOptions say what a web server is like. The zero value has TLS, needs no
// credential and takes uploads.
type HTTPOptions struct {
	Plain bool // without TLS
	// User and Password are asked for by basic authentication, when there are
	// any.
	User, Password string
	// Bearer is the token that is asked for instead, Challenge how, by default
	// the word Bearer alone.
	Bearer, Challenge string
	ReadOnly          bool // takes no uploads
	Unconditional     bool // gives no validators and heeds no preconditions
}

// Web is a web server whose files are in memory.
type Web struct {
	options HTTPOptions
	server  *httptest.Server
	ca      string

	mu       sync.Mutex
	files    map[string]file
	faults   map[string]Fault
	requests []Request
}

type file struct {
	data     []byte
	modified time.Time
}

// Request is one that arrived.
type Request struct {
	Method string
	Target string // the path and query as they were sent
	Header http.Header
}

// HTTP starts a web server.
func HTTP(t testing.TB, options HTTPOptions) *Web {
	t.Helper()
	w := &Web{options: options, files: map[string]file{}, faults: map[string]Fault{}}
	w.server = serve(t, options.Plain, http.HandlerFunc(w.serve))
	w.ca = trusted(t, w.server)
	return w
}

// URL is https://HOST:PORT, or http://.
func (w *Web) URL() string { return w.server.URL }

// Location is that of a folder of the server.
func (w *Web) Location(t testing.TB, folder string) repo.Location {
	t.Helper()
	l, err := repo.ParseLocation(w.URL() + "/" + folder)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// CA is the certificate to trust, in PEM; none without TLS. All such servers
// have the same.
func (w *Web) CA() []byte { return certificate(w.server) }

// CAFile is a file with the certificate; empty without TLS.
func (w *Web) CAFile() string { return w.ca }

// Put puts a file at a path such as bucket/index.yaml.
func (w *Web) Put(name string, data []byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.files[path.Clean("/"+name)] = file{slices.Clone(data), time.Now()}
}

// Get returns the file at a path, nil when there is none.
func (w *Web) Get(name string) []byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.files[path.Clean("/"+name)].data)
}

// Names are the paths of all files, sorted.
func (w *Web) Names() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Sorted(maps.Keys(w.files))
}

// Break lets a fault answer whatever is asked of a path, until nil mends it.
func (w *Web) Break(name string, fault Fault) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faults[path.Clean("/"+name)] = fault
}

// Requests are all that have arrived, in order.
func (w *Web) Requests() []Request {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.requests)
}

func (w *Web) serve(out http.ResponseWriter, in *http.Request) {
	w.mu.Lock()
	w.requests = append(w.requests, Request{in.Method, in.RequestURI, in.Header.Clone()})
	fault := w.faults[path.Clean(in.URL.Path)]
	w.mu.Unlock()
	switch {
	case !w.admits(out, in):
	case fault != nil:
		fault(out, in)
	case in.Method == http.MethodGet || in.Method == http.MethodHead:
		w.send(out, in)
	case w.options.ReadOnly:
		http.Error(out, "this server takes no uploads", http.StatusMethodNotAllowed)
	case in.Method == http.MethodPut:
		w.receive(out, in)
	case in.Method == http.MethodDelete:
		w.remove(out, in)
	default:
		http.Error(out, "no such method", http.StatusMethodNotAllowed)
	}
}

// admits answers who does not prove to be somebody.
func (w *Web) admits(out http.ResponseWriter, in *http.Request) bool {
	switch o := w.options; {
	case o.Bearer != "":
		if same(in.Header.Get("Authorization"), "Bearer "+o.Bearer) {
			return true
		}
		out.Header().Set("WWW-Authenticate", "Bearer")
		if o.Challenge != "" {
			out.Header().Set("WWW-Authenticate", o.Challenge)
		}
	case o.User != "":
		user, password, _ := in.BasicAuth()
		if same(user, o.User) && same(password, o.Password) {
			return true
		}
		out.Header().Set("WWW-Authenticate", `Basic realm="charts"`)
	default:
		return true
	}
	http.Error(out, "who are you?", http.StatusUnauthorized)
	return false
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

func (w *Web) send(out http.ResponseWriter, in *http.Request) {
	w.mu.Lock()
	found, ok := w.files[in.URL.Path]
	w.mu.Unlock()
	if !ok {
		http.NotFound(out, in)
		return
	}
	modified := found.modified
	if w.options.Unconditional {
		modified = time.Time{}
	} else {
		out.Header().Set("ETag", found.tag())
	}
	out.Header().Set("Content-Type", "application/octet-stream")
	http.ServeContent(out, in, "", modified, strings.NewReader(string(found.data)))
}

func (f file) tag() string {
	if f.data == nil {
		return ""
	}
	sum := sha256.Sum256(f.data)
	return `"` + hex.EncodeToString(sum[:8]) + `"`
}

// receive takes an upload. Its preconditions are checked when all of it is there,
// so that of two at a time the second one fails.
func (w *Web) receive(out http.ResponseWriter, in *http.Request) {
	data, err := io.ReadAll(http.MaxBytesReader(out, in.Body, repo.MaxIndex))
	if err != nil {
		http.Error(out, "the body ended early", http.StatusBadRequest)
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	old, there := w.files[in.URL.Path]
	if !w.options.Unconditional && !allowed(in.Header, old, there) {
		http.Error(out, "a precondition failed", http.StatusPreconditionFailed)
		return
	}
	w.files[in.URL.Path] = file{data, time.Now()}
	out.WriteHeader(http.StatusCreated)
}

// allowed decides about the preconditions of an upload (RFC 9110, 13.1).
func allowed(h http.Header, old file, there bool) bool {
	if h.Get("If-None-Match") == "*" && there {
		return false
	}
	match := h.Get("If-Match")
	return match == "" || there && (match == "*" || match == old.tag())
}

func (w *Web) remove(out http.ResponseWriter, in *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, ok := w.files[in.URL.Path]; !ok {
		http.NotFound(out, in)
		return
	}
	delete(w.files, in.URL.Path)
	out.WriteHeader(http.StatusNoContent)
}
