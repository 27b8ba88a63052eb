package pki

import (
	"bytes"
	"crypto/x509"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/client-go/tools/clientcmd"
)

func newAuthority(t *testing.T) *Authority {
	t.Helper()
	a, err := KeepAuthority(filepath.Join(t.TempDir(), "ca"), "test")
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestIssue(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	server := Request{Name: "server", Hosts: []string{"localhost", "127.0.0.1"}}
	user := Request{Name: "jane", Groups: []string{"b", "a"}}
	tests := map[string]struct {
		request Request
		host    string
		usage   x509.ExtKeyUsage
		ok      bool
	}{
		"server by name":    {server, "localhost", x509.ExtKeyUsageServerAuth, true},
		"server by address": {server, "127.0.0.1", x509.ExtKeyUsageServerAuth, true},
		"server elsewhere":  {server, "example.com", x509.ExtKeyUsageServerAuth, false},
		"server as client":  {server, "", x509.ExtKeyUsageClientAuth, true},
		"user as client":    {user, "", x509.ExtKeyUsageClientAuth, true},
		"user as server":    {user, "", x509.ExtKeyUsageServerAuth, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pair, err := a.Issue(test.request)
			if err != nil {
				t.Fatal(err)
			}
			cert, _, err := pair.parse()
			if err != nil {
				t.Fatal(err)
			}
			roots := x509.NewCertPool()
			roots.AppendCertsFromPEM(a.PEM())
			_, err = cert.Verify(x509.VerifyOptions{Roots: roots, DNSName: test.host, KeyUsages: []x509.ExtKeyUsage{test.usage}})
			if (err == nil) != test.ok {
				t.Errorf("verifying: %v", err)
			}
			if cert.Subject.CommonName != test.request.Name || !sameSet(cert.Subject.Organization, test.request.Groups) {
				t.Errorf("subject %v, want %v", cert.Subject, test.request)
			}
			if life := time.Until(cert.NotAfter); life < 364*24*time.Hour || cert.IsCA {
				t.Errorf("valid for %v, an authority: %v", life, cert.IsCA)
			}
		})
	}
}

func TestKeep(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	request := Request{Name: "jane", Groups: []string{"b", "a"}}
	tests := map[string]struct {
		prepare func(t *testing.T, path string)
		request Request
		kept    bool
	}{
		"fits":            {func(*testing.T, string) {}, request, true},
		"other groups":    {func(*testing.T, string) {}, Request{Name: "jane", Groups: []string{"a"}}, false},
		"other hosts":     {func(*testing.T, string) {}, Request{Name: "jane", Groups: request.Groups, Hosts: []string{"::1"}}, false},
		"runs out":        {func(t *testing.T, path string) { put(t, a, path, renewal-time.Hour) }, request, false},
		"does not yet":    {func(t *testing.T, path string) { put(t, a, path, renewal+time.Hour) }, request, true},
		"other authority": {func(t *testing.T, path string) { put(t, newAuthority(t), path, certificateLife) }, request, false},
		"no key":          {func(t *testing.T, path string) { remove(t, path+".key") }, request, false},
		"garbage":         {func(t *testing.T, path string) { overwrite(t, path+".crt") }, request, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "pki", "jane")
			if _, err := a.Keep(path, request); err != nil {
				t.Fatal(err)
			}
			test.prepare(t, path)
			before, _ := os.ReadFile(path + ".crt")
			got, err := a.Keep(path, test.request)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Equal(before, got.Cert) != test.kept {
				t.Errorf("kept: %v, want %v", !test.kept, test.kept)
			}
			if stored, err := readPair(path); err != nil || !cmp.Equal(stored, got) || !a.fits(got, test.request) {
				t.Errorf("stored what does not fit: %v", err)
			}
			for _, file := range []string{path + ".crt", path + ".key"} {
				if info, err := os.Stat(file); err != nil || info.Mode() != 0o600 {
					t.Errorf("%s: %v %v", file, info, err)
				}
			}
		})
	}
}

// put stores a certificate for jane that is valid for the given time.
func put(t *testing.T, a *Authority, path string, life time.Duration) {
	t.Helper()
	key, err := newKey()
	if err != nil {
		t.Fatal(err)
	}
	template := Request{Name: "jane", Groups: []string{"b", "a"}}.template()
	template.NotAfter = time.Now().Add(life)
	pair, err := sign(template, a.cert, key, a.key)
	if err != nil {
		t.Fatal(err)
	}
	if err := pair.write(path); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, path string) {
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

func overwrite(t *testing.T, path string) {
	if err := os.WriteFile(path, []byte("garbage"), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestAuthorityAndKeyAreKept(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path, key := filepath.Join(dir, "ca"), filepath.Join(dir, "sa.key")
	var authorities, keys [][]byte
	for range 2 {
		a, err := KeepAuthority(path, "test")
		if err != nil {
			t.Fatal(err)
		}
		if err := KeepKey(key); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(key)
		if err != nil {
			t.Fatal(err)
		}
		authorities, keys = append(authorities, a.PEM()), append(keys, data)
	}
	if !bytes.Equal(authorities[0], authorities[1]) || !bytes.Equal(keys[0], keys[1]) {
		t.Error("made anew")
	}
	overwrite(t, path+".crt")
	if _, err := KeepAuthority(path, "test"); err == nil {
		t.Error("a broken authority was replaced, and with it all that it has signed")
	}
}

func TestKubeconfig(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	pair, err := a.Issue(Request{Name: "jane"})
	if err != nil {
		t.Fatal(err)
	}
	data, err := Kubeconfig(Access{
		Server: "https://127.0.0.1:1", CA: a.PEM(), Cluster: "cluster", Context: "work", User: "jane", Pair: pair,
	})
	if err != nil {
		t.Fatal(err)
	}
	config, err := clientcmd.RESTConfigFromKubeConfig(data)
	if err != nil {
		t.Fatal(err)
	}
	if config.Host != "https://127.0.0.1:1" || !bytes.Equal(config.CAData, a.PEM()) ||
		!bytes.Equal(config.CertData, pair.Cert) || !bytes.Equal(config.KeyData, pair.Key) {
		t.Errorf("got %+v", config)
	}
}
