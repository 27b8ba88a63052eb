package provenance

import (
	"bytes"
	"crypto"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
	"github.com/google/go-cmp/cmp"

	"github.com/helm-dm/helm-dm/chart"
)

const hour = time.Hour

// TestVerifyOthers verifies a package that Helm 4.3.1 packed and signed, also as
// signed by GnuPG 2, with the armored and the binary keyring. Helm's verify
// command accepts all of them. The key was made for this and thrown away.
func TestVerifyOthers(t *testing.T) {
	t.Parallel()
	const name = "signed-0.1.0+build.1.tgz"
	for _, files := range [][2]string{{name + ".prov", "keyring.asc"}, {name + ".prov", "keyring.gpg"}, {"gpg.prov", "keyring.asc"}} {
		got, err := Verify(fixture(t, name), name, fixture(t, files[0]), readRing(t, fixture(t, files[1])))
		if err != nil {
			t.Fatal(err)
		}
		want := &Signature{
			By: "A test (not a secret) <test@example.com>", Fingerprint: got.Fingerprint, Time: got.Time,
			Digest: chart.Digest(fixture(t, name)), Name: "signed", Version: "0.1.0+build.1",
		}
		if diff := cmp.Diff(want, got); diff != "" || len(got.Fingerprint) != 40 || got.Time.IsZero() {
			t.Errorf("(-want +got)\n%s", diff)
		}
	}
}

// TestVerify verifies what is in order, with keys of all kinds.
func TestVerify(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]*packet.Config{
		"EdDSA":   {},
		"RSA":     {Algorithm: packet.PubKeyAlgoRSA, RSABits: 2048},
		"ECDSA":   {Algorithm: packet.PubKeyAlgoECDSA, Curve: packet.CurveNistP256},
		"SHA-256": {DefaultHash: crypto.SHA256},
		"in time": {Time: at(-hour), KeyLifetimeSecs: 7200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			key := newKey(t, config)
			other := newKey(t, &packet.Config{})
			prov := signed(t, webClaim(t), config, key)
			for _, ring := range []Keyring{
				ringOf(t, other, key),
				readRing(t, append(armored(t, other), armored(t, key)...)),
			} {
				got, err := Verify(webPackage(t), packageName, prov, ring)
				if err != nil {
					t.Fatal(err)
				}
				if got.By != "Tess Ter <tess@example.com>" || got.Name != "web" || got.Version != "1.2.3" {
					t.Errorf("got %+v", got)
				}
			}
		})
	}
}

// refusal is an attempt that must fail.
type refusal struct {
	name    string
	prov    []byte
	ring    Keyring
	archive []byte // the web package when nil
	file    string // its name when empty
	kind    Kind
	want    string // in the error
}

func (r refusal) run(t *testing.T) {
	t.Parallel()
	archive, file := r.archive, r.file
	if archive == nil {
		archive = webPackage(t)
	}
	if file == "" {
		file = packageName
	}
	got, err := Verify(archive, file, r.prov, r.ring)
	if got != nil || !errors.Is(err, ErrUnverified) || !errors.Is(err, r.kind) || !strings.Contains(err.Error(), r.want) {
		t.Errorf("got %+v and error %v, want %v with %q", got, err, r.kind, r.want)
	}
	for _, kind := range []Kind{ErrMissing, ErrMalformed, ErrUntrusted, ErrMismatch} {
		if errors.Is(err, kind) != (kind == r.kind) {
			t.Errorf("the error is also of the kind %v: %v", kind, err)
		}
	}
}

// TestUntrusted has signatures that are right in themselves.
func TestUntrusted(t *testing.T) {
	t.Parallel()
	claim, usual := webClaim(t), &packet.Config{}
	key := newKey(t, usual)
	expired := newKey(t, &packet.Config{Time: at(-2 * hour), KeyLifetimeSecs: 3600})
	revoked := newKey(t, usual)
	if err := revoked.RevokeKey(packet.KeyCompromised, "stolen", usual); err != nil {
		t.Fatal(err)
	}
	short := newKey(t, &packet.Config{Algorithm: packet.PubKeyAlgoRSA, RSABits: 1024})
	mute := newKey(t, usual)
	for _, identity := range mute.Identities {
		identity.SelfSignature.FlagSign = false
		if err := identity.SelfSignature.SignUserId(identity.UserId.Id, mute.PrimaryKey, mute.PrivateKey, usual); err != nil {
			t.Fatal(err)
		}
	}
	stranger := newKey(t, usual)
	tests := []refusal{
		{name: "empty keyring", prov: signed(t, claim, usual, key), want: "holds no key"},
		{name: "unknown key", prov: signed(t, claim, usual, stranger), ring: ringOf(t, key), want: "not among the signing keys"},
		{name: "a key that may not sign", prov: signed(t, claim, usual, mute), ring: ringOf(t, mute), want: "not among the signing keys"},
		{name: "expired key", prov: signed(t, claim, &packet.Config{Time: at(-90 * time.Minute)}, expired), ring: ringOf(t, expired), want: "key is expired"},
		{name: "revoked key", prov: signed(t, claim, usual, revoked), ring: ringOf(t, revoked), want: "key is revoked"},
		{name: "expired signature", prov: signed(t, claim, &packet.Config{Time: at(-hour), SigLifetimeSecs: 60}, key), ring: ringOf(t, key), want: "expired"},
		{name: "signature from the future", prov: signed(t, claim, &packet.Config{Time: at(hour)}, key), ring: ringOf(t, key), want: "expired"},
		{name: "short key", prov: signed(t, claim, usual, short), ring: ringOf(t, short), want: "1024 bits"},
		{name: "SHA-1", prov: fixture(t, "sha1.prov"), ring: readRing(t, fixture(t, "keyring.asc")), want: "weak hash SHA-1"},
		{name: "SHA-224", prov: fixture(t, "sha224.prov"), ring: readRing(t, fixture(t, "keyring.asc")), want: "weak hash SHA-224"},
		{name: "changed text", prov: bytes.Replace(signed(t, claim, usual, key), []byte("1.2.3\n"), []byte("1.2.4\n"), 1), ring: ringOf(t, key), want: "signature is not right"},
	}
	for _, test := range tests {
		test.kind = ErrUntrusted
		t.Run(test.name, test.run)
	}
}

// TestMalformed has provenances with more, or less, than one signed text.
func TestMalformed(t *testing.T) {
	t.Parallel()
	usual := &packet.Config{}
	key, other := newKey(t, usual), newKey(t, usual)
	ring := ringOf(t, key, other)
	right := string(signed(t, webClaim(t), usual, key))
	digest := chart.Digest(webPackage(t))
	file := func(list string) []byte { return signed(t, "name: web\nversion: 1.2.3\n\n...\n"+list, usual, key) }
	tests := []refusal{
		{name: "not a message", prov: []byte("apiVersion: v2\n"), want: "begin"},
		{name: "text before", prov: []byte("\n" + right), want: "begin"},
		{name: "text behind", prov: []byte(right + "\nmore\n"), want: "more than one"},
		{name: "two messages", prov: []byte(right + "\n" + right), want: "more than one"},
		{name: "two signatures", prov: signed(t, webClaim(t), usual, key, other), want: "more than one"},
		{name: "cut off", prov: []byte(right[:len(right)-40]), want: "whole"},
		{name: "no signature", prov: []byte(right[:strings.Index(right, "-----BEGIN PGP SIGNATURE")]), want: "whole"},
		{name: "another header", prov: []byte(strings.Replace(right, "Hash:", "Comment:", 1)), want: "whole"},
		{name: "too large", prov: []byte(right + strings.Repeat("\n", maxProv)), want: "larger"},
		{name: "signature of noise", prov: []byte(right[:strings.Index(right, "-----BEGIN PGP SIGNATURE")] + "-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----\n"), want: "signature"},
		{name: "no file", prov: file("files: {}\n"), want: "0 files"},
		{name: "files null", prov: file("files:\n"), want: "0 files"},
		{name: "no list", prov: signed(t, "name: web\nversion: 1.2.3\n", usual, key), want: "three dots"},
		{name: "two lists", prov: file("files: {}\n...\nfiles: {}\n"), want: "three dots"},
		{name: "two files", prov: file("files:\n  " + packageName + ": " + digest + "\n  other.tgz: " + digest + "\n"), want: "2 files"},
		{name: "a file twice", prov: file("files:\n  " + packageName + ": " + digest + "\n  " + packageName + ": " + digest + "\n"), want: "list of files"},
		{name: "something else", prov: file("files:\n  " + packageName + ": " + digest + "\nmore: 1\n"), want: "list of files"},
		{name: "another digest", prov: file("files:\n  " + packageName + ": md5:0123456789abcdef0123456789abcdef\n"), want: "sha256:"},
		{name: "digest in capitals", prov: file("files:\n  " + packageName + ": " + strings.ToUpper(digest) + "\n"), want: "sha256:"},
		{name: "not a Chart.yaml", prov: signed(t, "- a\n...\nfiles:\n  "+packageName+": "+digest+"\n", usual, key), want: "Chart.yaml"},
		{name: "no name", prov: signed(t, claimText(`""`, "1.2.3", packageName, digest), usual, key), want: "lacks a name"},
	}
	for _, test := range tests {
		test.kind, test.ring = ErrMalformed, ring
		t.Run(test.name, test.run)
	}
}

// TestMismatch has packages that are not the signed one.
func TestMismatch(t *testing.T) {
	t.Parallel()
	usual := &packet.Config{}
	key := newKey(t, usual)
	digest := chart.Digest(webPackage(t))
	changed := append(webPackage(t), 0)
	prov := signed(t, webClaim(t), usual, key)
	tests := []refusal{
		{name: "another file", prov: prov, file: "web-1.2.4.tgz", want: `that of "web-1.2.3.tgz"`},
		{name: "a path", prov: prov, file: "charts/" + packageName, want: "that of"},
		{name: "changed package", prov: prov, archive: changed, want: "digest"},
		{name: "empty package", prov: prov, archive: []byte{}, want: "digest"},
		{name: "not a chart", prov: signed(t, claimText("web", "1.2.3", packageName, chart.Digest([]byte("x"))), usual, key), archive: []byte("x"), want: packageName},
		{name: "another version", prov: signed(t, claimText("web", "1.2.4", packageName, digest), usual, key), want: "1.2.4"},
		{name: "another name", prov: signed(t, claimText("bew", "1.2.3", packageName, digest), usual, key), want: "bew"},
	}
	for _, test := range tests {
		test.kind, test.ring = ErrMismatch, ringOf(t, key)
		t.Run(test.name, test.run)
	}
}

func TestMissing(t *testing.T) {
	t.Parallel()
	key := newKey(t, &packet.Config{})
	for name, prov := range map[string][]byte{"none": nil, "empty": {}} {
		t.Run(name, refusal{prov: prov, ring: ringOf(t, key), kind: ErrMissing, want: "no provenance"}.run)
	}
}

func TestReadKeyring(t *testing.T) {
	t.Parallel()
	key := newKey(t, &packet.Config{})
	prov := signed(t, webClaim(t), &packet.Config{}, key)
	tests := []struct {
		name, want string
		data       []byte
	}{
		{"noise", "gpg --export", []byte("noise")},
		{"keybox", "keybox", append([]byte("\x00\x00\x00\x20\x01\x01\x00\x02KBXf"), make([]byte, 20)...)},
		{"a message", "no key", []byte("-----BEGIN PGP MESSAGE-----\n\nAAAA\n-----END PGP MESSAGE-----\n")},
		{"too large", "larger", make([]byte, maxKeyring+1)},
		{"a signed text", "keyring", prov},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := ReadKeyring(test.data)
			if !errors.Is(err, ErrMalformed) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

// TestSecretKeyring reads an export of private keys, as signers have it.
func TestSecretKeyring(t *testing.T) {
	t.Parallel()
	key := newKey(t, &packet.Config{})
	var out bytes.Buffer
	if err := key.SerializePrivate(&out, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := Verify(webPackage(t), packageName, signed(t, webClaim(t), &packet.Config{}, key), readRing(t, out.Bytes())); err != nil {
		t.Error(err)
	}
}

func TestNamesArePrintable(t *testing.T) {
	t.Parallel()
	signer := &openpgp.Entity{Identities: map[string]*openpgp.Identity{"x": {Name: "\x1b[31mTess\u202e\n", SelfSignature: &packet.Signature{}}}}
	if got := nameOf(signer); got != "[31mTess" {
		t.Errorf("got %q", got)
	}
}

// FuzzVerify looks for panics, and for a provenance that verifies and is not
// the right one.
func FuzzVerify(f *testing.F) {
	const name = "signed-0.1.0+build.1.tgz"
	archive, right, ring := fixture(f, name), fixture(f, name+".prov"), readRing(f, fixture(f, "keyring.asc"))
	f.Add(right)
	f.Add(bytes.ReplaceAll(right, []byte("\n"), []byte("\r\n")))
	f.Add([]byte("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\na\n...\n-----BEGIN PGP SIGNATURE-----\n\nwsC5BAEBCgBt\n-----END PGP SIGNATURE-----\n"))
	claim, err := readMessage(right)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, prov []byte) {
		if _, err := Verify(archive, name, prov, ring); err != nil {
			return
		}
		if message, err := readMessage(prov); err != nil || !bytes.Equal(message.text, claim.text) {
			t.Errorf("verified another text: %q", prov)
		}
	})
}

// FuzzKeyring looks for panics.
func FuzzKeyring(f *testing.F) {
	f.Add(fixture(f, "keyring.gpg"))
	f.Add(fixture(f, "keyring.asc"))
	f.Fuzz(func(_ *testing.T, data []byte) {
		ring, err := ReadKeyring(data)
		if err != nil {
			return
		}
		for _, key := range ring.keys {
			nameOf(key)
		}
	})
}
