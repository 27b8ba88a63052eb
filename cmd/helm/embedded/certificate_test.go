package embedded

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestCertify(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	certificate, key := filepath.Join(dir, "crt"), filepath.Join(dir, "key")
	now := time.Now()
	ca, err := certify(certificate, key, now)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(certificate)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	leaf, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(ca) || bytes.Count(ca, []byte("BEGIN")) != 1 {
		t.Fatalf("the CA is %q", ca)
	}
	for _, host := range []string{"localhost", "127.0.0.1", "helm-manager.helm-dm.svc"} {
		if _, err := leaf.Verify(x509.VerifyOptions{DNSName: host, Roots: roots}); err != nil {
			t.Error(err)
		}
	}
	again, err := certify(certificate, key, now.Add(24*time.Hour))
	if err != nil || !bytes.Equal(ca, again) {
		t.Errorf("a good certificate was replaced, or %v", err)
	}
	renewed, err := certify(certificate, key, now.Add(350*24*time.Hour))
	if err != nil || bytes.Equal(ca, renewed) {
		t.Errorf("an old certificate was kept, or %v", err)
	}
}

func TestChoosePort(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "port")
	first, err := choosePort(path, false)
	if err != nil || first == 0 {
		t.Fatalf("got %d, %v", first, err)
	}
	listener, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: first})
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	if port, err := choosePort(path, true); err != nil || port != first {
		t.Errorf("our own port %d was given up for %d, %v", first, port, err)
	}
	if port, err := choosePort(path, false); err != nil || port == first {
		t.Errorf("somebody else's port %d was kept, or %v", port, err)
	}
}
