package provenance

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/clearsign"
	"github.com/ProtonMail/go-crypto/openpgp/packet"

	"github.com/helm-dm/helm-dm/chart"
)

const packageName = "web-1.2.3.tgz"

// newKey makes a key with the settings given.
func newKey(t testing.TB, config *packet.Config) *openpgp.Entity {
	t.Helper()
	if config.Algorithm == 0 {
		config.Algorithm = packet.PubKeyAlgoEdDSA
	}
	key, err := openpgp.NewEntity("Tess Ter", "", "tess@example.com", config)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// ringOf is the keyring that an export of keys is read as.
func ringOf(t testing.TB, keys ...*openpgp.Entity) Keyring {
	t.Helper()
	var out bytes.Buffer
	for _, key := range keys {
		if err := key.Serialize(&out); err != nil {
			t.Fatal(err)
		}
	}
	return readRing(t, out.Bytes())
}

func readRing(t testing.TB, data []byte) Keyring {
	t.Helper()
	ring, err := ReadKeyring(data)
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

// armored is the armored export of a key.
func armored(t testing.TB, key *openpgp.Entity) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := armor.Encode(&out, openpgp.PublicKeyType, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := key.Serialize(w); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return append(out.Bytes(), '\n')
}

// signed is a text clearsigned with keys.
func signed(t testing.TB, text string, config *packet.Config, keys ...*openpgp.Entity) []byte {
	t.Helper()
	var private []*packet.PrivateKey
	for _, key := range keys {
		private = append(private, key.PrivateKey)
	}
	var out bytes.Buffer
	w, err := clearsign.EncodeMulti(&out, private, config)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// claimText is what a signer signs of a package.
func claimText(name, version, file, digest string) string {
	return fmt.Sprintf("apiVersion: v2\nname: %s\nversion: %s\n\n...\nfiles:\n  %s: %s\n", name, version, file, digest)
}

// webPackage is the package of a chart called web.
func webPackage(t testing.TB) []byte {
	t.Helper()
	var out bytes.Buffer
	zipped := gzip.NewWriter(&out)
	w := tar.NewWriter(zipped)
	const text = "apiVersion: v2\nname: web\nversion: 1.2.3\n"
	if err := w.WriteHeader(&tar.Header{Name: "web/Chart.yaml", Mode: 0o644, Size: int64(len(text))}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zipped.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func webClaim(t testing.TB) string {
	t.Helper()
	return claimText("web", "1.2.3", packageName, chart.Digest(webPackage(t)))
}

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// at is a clock that stands still, some time from now.
func at(offset time.Duration) func() time.Time {
	now := time.Now().Add(offset)
	return func() time.Time { return now }
}
