package cluster

import (
	"bytes"
	"context"
	"errors"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func open(t *testing.T) (*Cluster, *bytes.Buffer) {
	t.Helper()
	var progress bytes.Buffer
	c, err := Open(filepath.Join(t.TempDir(), "cluster"), log.New(&progress, "", 0))
	if err != nil {
		t.Fatal(err)
	}
	return c, &progress
}

func TestPortsAreKept(t *testing.T) {
	t.Parallel()
	c, progress := open(t)
	var s settings
	if err := c.settlePorts(&s); err != nil {
		t.Fatal(err)
	}
	first := map[string]int{}
	distinct := map[int]bool{}
	for name, port := range s.Ports {
		first[name] = port
		distinct[port] = true
	}
	if len(distinct) != len(partNames()) {
		t.Fatalf("ports %v for %v", s.Ports, partNames())
	}
	squatter, err := net.Listen("tcp", loopback(first[kwok]))
	if err != nil {
		t.Skip("another process has taken the port in between")
	}
	defer squatter.Close()
	if err := c.settlePorts(&s); err != nil {
		t.Fatal(err)
	}
	if s.Ports[kwok] == first[kwok] || !strings.Contains(progress.String(), "is taken") {
		t.Errorf("a taken port was kept; progress %q", progress)
	}
	first[kwok] = s.Ports[kwok]
	if diff := cmp.Diff(first, s.Ports); diff != "" {
		t.Errorf("other ports have changed (-before +after):\n%s", diff)
	}
}

// TestNoteFollowsFiles: a part must be started anew when a file that it has read changes, and only then.
func TestNoteFollowsFiles(t *testing.T) {
	t.Parallel()
	c, _ := open(t)
	s, err := c.settle()
	if err != nil {
		t.Fatal(err)
	}
	notes := func() map[string]string {
		all := map[string]string{}
		for _, name := range partNames() {
			all[name] = c.spec(s.part(name)).Note
		}
		return all
	}
	before := notes()
	if _, err := c.settle(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, notes()); diff != "" {
		t.Errorf("settling again has changed something:\n%s", diff)
	}
	if err := os.Remove(c.path(crt(kwok))); err != nil {
		t.Fatal(err)
	}
	if _, err := c.settle(); err != nil {
		t.Fatal(err)
	}
	after := notes()
	if after[kwok] == before[kwok] {
		t.Error("kwok has a new certificate and would not be started anew")
	}
	after[kwok] = before[kwok]
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("other parts would be started anew:\n%s", diff)
	}
}

func TestPurgeLeavesWhatIsNotOurs(t *testing.T) {
	t.Parallel()
	c, _ := open(t)
	if _, err := c.settle(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(c.path("diary.txt"), []byte("dear"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := c.Down(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(c.dir)
	if err != nil || len(entries) != 1 || entries[0].Name() != "diary.txt" {
		t.Errorf("left: %v, %v", entries, err)
	}
}

func TestAwait(t *testing.T) {
	t.Parallel()
	missing, hopeless := errors.New("missing"), errors.New("hopeless")
	ctx, cancel := context.WithTimeoutCause(t.Context(), 3*interval, errors.New("too late"))
	defer cancel()
	err := await(ctx, "godot", func(context.Context) error { return missing })
	if !errors.Is(err, missing) || err.Error() != "waiting for godot: too late (missing)" {
		t.Errorf("in vain: %v", err)
	}
	calls := 0
	if err := await(t.Context(), "godot", func(context.Context) error { calls++; return fatal{hopeless} }); !errors.Is(err, hopeless) || calls != 1 {
		t.Errorf("hopeless: %v after %d calls", err, calls)
	}
	calls = 0
	err = await(t.Context(), "godot", func(context.Context) error {
		if calls++; calls < 3 {
			return missing
		}
		return nil
	})
	if err != nil || calls != 3 {
		t.Errorf("at last: %v after %d calls", err, calls)
	}
}

// TestGuestProbe: any certificate will do on this machine, and nowhere else; a redirect is no answer.
func TestGuestProbe(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/moved" {
			http.Redirect(w, r, "/", http.StatusFound)
		}
	}))
	defer server.Close()
	tests := map[string]bool{server.URL: true, server.URL + "/moved": false}
	for address, ok := range tests {
		ask, err := guestProbe(address)
		if err != nil {
			t.Fatal(err)
		}
		if err := ask.check(t.Context()); (err == nil) != ok {
			t.Errorf("asking %s: %v", address, err)
		}
	}
	for host, want := range map[string]bool{
		"127.0.0.1": true, "::1": true, "localhost": true,
		"127.0.0.1.example.com": false, "localhost.example.com": false, "192.0.2.1": false, "": false,
	} {
		if isLoopback(host) != want {
			t.Errorf("%q is on this machine: %v", host, !want)
		}
	}
}
