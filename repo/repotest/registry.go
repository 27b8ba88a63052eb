package repotest

import (
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/crypto/bcrypt"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/repo"
)

// RegistryOptions say what a registry is like. The zero value has TLS and lets
// everybody do everything.
type RegistryOptions struct {
	Plain bool // without TLS
	// User and Password are asked for by basic authentication, when there are
	// any.
	User, Password string
	// Tokens issues what is asked for instead, to whom it likes. Without an address
	// of its own the service is part of the registry, at /token.
	Tokens *Tokens
	// Unlisted says that the registry does not tell what it holds.
	Unlisted bool
	// Folder is that of another registry whose content this one has too; empty for
	// one of its own.
	Folder string
}

// Registry is a registry of the distribution project, behind a front that ends
// TLS and records what arrives.
type Registry struct {
	options RegistryOptions
	server  *httptest.Server
	behind  *httputil.ReverseProxy
	folder  string
	ca      string

	mu       sync.Mutex
	faults   map[string]Fault
	requests []Request
}

// NewRegistry starts a registry that is empty.
func NewRegistry(t testing.TB, options RegistryOptions) *Registry {
	t.Helper()
	at := address(t)
	r := &Registry{options: options, folder: options.Folder, faults: map[string]Fault{}}
	if r.folder == "" {
		r.folder = t.TempDir()
	}
	r.behind = &httputil.ReverseProxy{ErrorLog: quiet(), Rewrite: func(p *httputil.ProxyRequest) {
		p.SetURL(&url.URL{Scheme: "http", Host: at})
		p.Out.Host = p.In.Host
		p.SetXForwarded()
	}}
	r.server = serve(t, options.Plain, http.HandlerFunc(r.serve))
	r.ca = trusted(t, r.server)
	start(t, answers(at), "registry", "serve", r.configure(t, at))
	return r
}

// serve starts a server in the process of the test.
func serve(t testing.TB, plain bool, handler http.Handler) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = quiet()
	if plain {
		server.Start()
	} else {
		server.StartTLS()
	}
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return server
}

// trusted is a file with the certificate of a server; empty without TLS.
func trusted(t testing.TB, server *httptest.Server) string {
	t.Helper()
	if server.Certificate() == nil {
		return ""
	}
	path := filepath.Join(t.TempDir(), "ca.crt")
	if err := os.WriteFile(path, certificate(server), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func certificate(server *httptest.Server) []byte {
	if server.Certificate() == nil {
		return nil
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
}

// configure writes the registry's configuration, whose JSON is YAML.
func (r *Registry) configure(t testing.TB, at string) string {
	t.Helper()
	dir := t.TempDir()
	write := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	type table = map[string]any
	config := table{
		"version": "0.1",
		"log":     table{"level": "error", "accesslog": table{"disabled": true}},
		"storage": table{"filesystem": table{"rootdirectory": r.folder}, "delete": table{"enabled": true}},
		"http":    table{"addr": at, "relativeurls": true},
	}
	switch o := r.options; {
	case o.Tokens != nil:
		config["auth"] = table{"token": table{
			"realm": o.Tokens.realm(r.URL()), "service": tokenAudience, "issuer": tokenIssuer,
			"jwks": write("keys.json", o.Tokens.keys(t)), "signingalgorithms": []string{"ES256"},
		}}
	case o.User != "":
		hash, err := bcrypt.GenerateFromPassword([]byte(o.Password), bcrypt.MinCost)
		if err != nil {
			t.Fatal(err)
		}
		config["auth"] = table{"htpasswd": table{"realm": "charts", "path": write("htpasswd", []byte(o.User+":"+string(hash)+"\n"))}}
	}
	text, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	return write("config.yml", text)
}

// URL is https://HOST:PORT, or http://.
func (r *Registry) URL() string { return r.server.URL }

// Host is HOST:PORT.
func (r *Registry) Host() string { return r.server.Listener.Addr().String() }

// Location is that of a namespace.
func (r *Registry) Location(t testing.TB, namespace string) repo.Location {
	t.Helper()
	proto := "oci"
	if r.options.Plain {
		proto = "oci+http"
	}
	l, err := repo.ParseLocation(proto + "://" + r.Host() + "/" + namespace)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// Folder is where it keeps what it holds.
func (r *Registry) Folder() string { return r.folder }

// CA is the certificate to trust, in PEM; none without TLS.
func (r *Registry) CA() []byte { return certificate(r.server) }

// CAFile is a file with the certificate; empty without TLS.
func (r *Registry) CAFile() string { return r.ca }

// Break lets a fault answer whatever is asked of a path, until nil mends it.
func (r *Registry) Break(path string, fault Fault) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.faults[path] = fault
}

// Requests are all that have arrived, in order.
func (r *Registry) Requests() []Request {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.requests)
}

// Corrupt changes bytes where the registry has stored them.
func (r *Registry) Corrupt(t testing.TB, data []byte) {
	t.Helper()
	hex := strings.TrimPrefix(chart.Digest(data), "sha256:")
	path := filepath.Join(r.folder, "docker/registry/v2/blobs/sha256", hex[:2], hex, "data")
	if _, err := os.Stat(path); err != nil {
		t.Fatal(err)
	}
	damaged := slices.Clone(data)
	damaged[len(damaged)/2] ^= 1
	if err := os.WriteFile(path, damaged, 0o600); err != nil {
		t.Fatal(err)
	}
}

func (r *Registry) serve(out http.ResponseWriter, in *http.Request) {
	r.mu.Lock()
	r.requests = append(r.requests, Request{in.Method, in.RequestURI, in.Header.Clone()})
	fault := r.faults[in.URL.Path]
	r.mu.Unlock()
	switch tokens := r.options.Tokens; {
	case fault != nil:
		fault(out, in)
	case r.options.Unlisted && in.URL.Path == "/v2/_catalog":
		http.NotFound(out, in)
	case tokens != nil && tokens.server == nil && in.URL.Path == tokenPath:
		tokens.serve(out, in)
	default:
		r.behind.ServeHTTP(out, in)
	}
}
