package fetch_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
)

// raw answers every connection with a text, and closes it.
func raw(t *testing.T, text string) string {
	t.Helper()
	listener := listen(t, public, "0")
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Read(make([]byte, 1<<10)) // the request
			_, _ = io.WriteString(conn, text)
			_ = conn.Close()
		}
	}()
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	return net.JoinHostPort("home.example.com", port)
}

// expired starts a server whose certificate has expired.
func expired(t *testing.T) (address string, roots []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{"home.example.com"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-2 * time.Hour), NotAfter: time.Now().Add(-time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	secure := tls.NewListener(listen(t, public, "0"), &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}})
	s := start(t, secure, false, say("expired"))
	return "https://home.example.com:" + s.port, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func TestExplain(t *testing.T) {
	t.Parallel()
	secure, plain := serve(t, public, true, say("secure")), serve(t, public, false, say("plain"))
	late, lateRoots := expired(t)
	// The port of a connection's own end is taken, and nobody listens there.
	end, err := (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(public)}}).DialContext(t.Context(), "tcp", plain.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = end.Close() })
	_, nobody, _ := net.SplitHostPort(end.LocalAddr().String())
	old := serve(t, public, false, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", "https://ho me/?"+canary)
		w.WriteHeader(http.StatusFound)
	})
	for name, test := range map[string]struct {
		address, text, try string
		roots              []byte
	}{
		"no such host":         {"https://nobody.example.com", "no host has that name", "", nil},
		"nobody listens":       {"http://home.example.com:" + nobody, "nobody listens there", "", nil},
		"an unknown authority": {secure.at("home.example.com"), "certificate is not trusted", "--ca-file", nil},
		"another host":         {secure.at(public), "another host", "certificate", secure.roots()},
		"expired":              {late, "expired", "owner", lateRoots},
		"no TLS":               {"https://home.example.com:" + plain.port, "does not speak TLS", "http://", nil},
		"no HTTP":              {"http://" + raw(t, canary+"\x1b[31m\r\n\r\n"), "cannot be understood", "", nil},
		"a broken header":      {"http://" + raw(t, "HTTP/1.1 200 OK\r\n"+canary+"\r\n\r\n"), "cannot be understood", "", nil},
		"no answer":            {"http://" + raw(t, ""), "the connection broke", "", nil},
		"half an answer":       {"http://" + raw(t, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"+canary[:5]), "the connection broke", "", nil},
		"a broken location":    {old.at("home.example.com"), "cannot be understood", "", nil},
		"no host":              {"http:///path", "cannot be understood", "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			origin := originOf(t, test.address)
			open := fetch.Policy{Private: func(o repo.Origin) bool { return o == origin }}
			c := client(t, network(open), fetch.Access{Origin: origin, Roots: test.roots})
			_, err := get(t, c, test.address+"/?sig="+canary)
			var e *repo.Error
			if !errors.As(err, &e) || !errors.Is(err, repo.ErrUnavailable) {
				t.Fatalf("the error is %#v", err)
			}
			if !strings.HasPrefix(err.Error(), "trying: ") || !strings.Contains(err.Error(), test.text) || !strings.Contains(e.Try, test.try) || (e.Try == "") != (test.try == "") {
				t.Errorf("the error is %q, try %q, want %q and %q", err, e.Try, test.text, test.try)
			}
			if strings.Contains(err.Error()+e.Try, canary[:5]) || strings.Contains(err.Error(), "\x1b") {
				t.Errorf("the error quotes what nobody may see: %v", err)
			}
		})
	}
}

func TestExplainOthers(t *testing.T) {
	t.Parallel()
	if err := fetch.Explain("trying", nil); err != nil {
		t.Errorf("nothing is explained as %v", err)
	}
	dialled := &url.Error{Op: "Get", URL: "https://user:" + canary + "@example.com/?" + canary}
	for name, test := range map[string]struct {
		err, kind error
		text      string
	}{
		"canceled":        {context.Canceled, context.Canceled, "trying: context canceled"},
		"out of time":     {fmt.Errorf("asking %s: %w", canary, context.DeadlineExceeded), context.DeadlineExceeded, "trying: context deadline exceeded"},
		"explained":       {fetch.Explain("asking", io.EOF), repo.ErrUnavailable, "trying: asking: the connection broke"},
		"known":           {fmt.Errorf("%s: %w", canary, repo.Fail(repo.ErrExists, "it is there")), repo.ErrExists, "trying: it is there"},
		"unknown":         {errors.New(canary), repo.ErrUnavailable, "trying: what answers there cannot be understood"},
		"a timeout":       {&net.OpError{Op: "read", Err: &net.DNSError{IsTimeout: true, Name: canary}}, repo.ErrUnavailable, "trying: its name cannot be resolved now"},
		"a refusal":       {&net.OpError{Op: "dial", Err: &fetch.Refusal{Rule: fetch.RulePrivate, Host: "h"}}, repo.ErrRefused, `trying: "h" is refused: ` + string(fetch.RulePrivate)},
		"a long name":     {&fetch.Refusal{Rule: fetch.RuleUser, Host: strings.Repeat("h", 1000)}, repo.ErrRefused, `trying: "` + strings.Repeat("h", 253) + `" is refused: ` + string(fetch.RuleUser)},
		"TLS, refused":    {&net.OpError{Err: tls.AlertError(42)}, repo.ErrUnavailable, "trying: it refuses to speak TLS with us"},
		"TLS, misspelled": {&tls.CertificateVerificationError{Err: errors.New(canary)}, repo.ErrUnavailable, "trying: its certificate is not trusted"},
	} {
		for _, err := range []error{test.err, &url.Error{Op: dialled.Op, URL: dialled.URL, Err: test.err}} {
			got := fetch.Explain("trying", err)
			if !errors.Is(got, test.kind) || got.Error() != test.text {
				t.Errorf("%s: the error is %q, want %q that matches %v", name, got, test.text, test.kind)
			}
		}
	}
}

func TestStatus(t *testing.T) {
	t.Parallel()
	for code, kind := range map[int]error{
		200: nil, 201: nil, 204: nil, 206: nil,
		301: repo.ErrInvalid, 304: repo.ErrUnchanged, 400: repo.ErrInvalid, 401: repo.ErrUnauthorized, 403: repo.ErrUnauthorized,
		404: repo.ErrNotFound, 405: repo.ErrInvalid, 408: repo.ErrUnavailable, 409: repo.ErrUnavailable, 410: repo.ErrNotFound,
		412: repo.ErrUnavailable, 413: repo.ErrTooLarge, 418: repo.ErrInvalid, 429: repo.ErrUnavailable,
		500: repo.ErrUnavailable, 501: repo.ErrInvalid, 502: repo.ErrUnavailable, 503: repo.ErrUnavailable,
	} {
		err := fetch.Status("trying", &http.Response{StatusCode: code, Status: canary, Body: io.NopCloser(strings.NewReader(canary))})
		if !errors.Is(err, kind) || (err == nil) != (kind == nil) {
			t.Errorf("%d: the error is %v, want one that matches %v", code, err, kind)
		}
		if err != nil && (strings.Contains(err.Error(), canary) || !strings.HasPrefix(err.Error(), "trying: ") || !strings.Contains(err.Error(), fmt.Sprint(code))) {
			t.Errorf("%d: the error is %q", code, err)
		}
	}
}

func TestShown(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://user:pass@example.com:80/a%20b?sig=x#y": "https://example.com:80/a%20b",
		"foo-1.0.0.tgz":   "foo-1.0.0.tgz",
		"://\x00":         "an address that cannot be read",
		"mailto:a?secret": "mailto:",
	} {
		if got := fetch.Shown(address); got != want {
			t.Errorf("%q is shown as %q, want %q", address, got, want)
		}
	}
}

func TestRoots(t *testing.T) {
	t.Parallel()
	home, other := serve(t, public, true, lead), serve(t, public, true, say("other"))
	base := home.at("home.example.com")
	n := network(fetch.Policy{})
	for _, pem := range []string{"nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"} {
		if _, err := n.Client(fetch.Access{Origin: originOf(t, base), Roots: []byte(pem)}); !errors.Is(err, repo.ErrInvalid) {
			t.Errorf("%q: the error is %v", pem, err)
		}
	}
	trusting := client(t, n, fetch.Access{Origin: originOf(t, base), Roots: home.roots()})
	if got, err := get(t, trusting, base+"/home"); err != nil || got.Body != "home" {
		t.Errorf("got %v and the error %v", got, err)
	}
	// Another repository does not trust them, not even over a connection that stands.
	if _, err := get(t, client(t, n, fetch.Access{Origin: originOf(t, base)}), base+"/home"); !errors.Is(err, repo.ErrUnavailable) {
		t.Errorf("without roots, the error is %v", err)
	}
	if got, err := get(t, trusting, through(base, "302", other.at("other.example.com"))); err != nil || got.Body != "other" {
		t.Errorf("where it leads, got %v and the error %v", got, err)
	}
}

func TestOldTLS(t *testing.T) {
	t.Parallel()
	listener := listen(t, public, "0")
	home := serve(t, public, true, say("home"))
	old := tls.NewListener(listener, &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11, Certificates: home.TLS.Certificates})
	s := start(t, old, false, say("old"))
	address := "https://home.example.com:" + s.port
	_, err := get(t, client(t, network(fetch.Policy{}), fetch.Access{Origin: originOf(t, address), Roots: home.roots()}), address)
	if !errors.Is(err, repo.ErrUnavailable) || len(s.saw()) > 0 {
		t.Errorf("the error is %v", err)
	}
}

// Whoever may not reach private addresses is not told which names have one.
func TestNamesAreNotTold(t *testing.T) {
	t.Parallel()
	for _, secure := range []string{"https", "http"} {
		said := map[string]string{}
		for _, name := range []string{"inside.example.com", "nobody.example.com"} {
			address := secure + "://" + name
			_, err := get(t, client(t, network(fetch.Policy{}), fetch.Access{Origin: originOf(t, address)}), address)
			refused(t, err, fetch.RulePrivate)
			said[strings.ReplaceAll(err.Error(), name, "NAME")] = name
		}
		if len(said) != 1 {
			t.Errorf("a name that nobody has is told from one inside: %v", said)
		}
	}
}
