package provenance

import (
	"bytes"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"

	"github.com/helm-dm/helm-dm/chart"
)

// Signature says who signed a package, and what.
type Signature struct {
	By          string    // the signer's name and address, as in the keyring
	Fingerprint string    // of the signer's primary key, in capital hex digits
	Time        time.Time // when it was signed, as the signer says
	Digest      string    // of the package: sha256: and 64 hex digits
	Name        string    // of the chart
	Version     string    // of the chart
}

// Verify checks a package, whose file is called name, against its provenance
// and says who signed it. Each of these must hold:
//
//   - prov is one clearsigned message with one signature and nothing around it.
//   - The signature is by a key in the keyring that may sign, and neither key nor
//     signature is expired or revoked as of now, nor made with anything weaker
//     than SHA-256 and RSA of 2048 bits.
//   - What is signed lists one file, the one of that name, with the SHA-256
//     digest that the package has.
//   - The Chart.yaml that is signed has the name and the version that the
//     package's has.
//
// The error matches ErrUnverified and one other kind. That of a package that is
// no chart matches chart.ErrInvalid too.
func Verify(archive []byte, name string, prov []byte, keyring Keyring) (*Signature, error) {
	if len(prov) == 0 {
		return nil, ErrMissing.because("verifying %q: there is no provenance: sign the package, or put %s.prov beside it", name, name)
	}
	if len(keyring.keys) == 0 {
		return nil, ErrUntrusted.because("verifying %q: the keyring holds no key: add the signer's with gpg --export", name)
	}
	message, err := readMessage(prov)
	if err != nil {
		return nil, ErrMalformed.because("verifying %q: %w", name, err)
	}
	signer, err := message.signer(keyring)
	if err != nil {
		return nil, ErrUntrusted.because("verifying %q: %w", name, err)
	}
	claim, err := readClaim(message.text)
	if err != nil {
		return nil, ErrMalformed.because("verifying %q: %w", name, err)
	}
	if err := claim.check(archive, name); err != nil {
		return nil, err
	}
	return &Signature{
		By:          nameOf(signer),
		Fingerprint: fingerprint(signer.PrimaryKey.Fingerprint),
		Time:        message.signature.CreationTime,
		Digest:      claim.digest,
		Name:        claim.name,
		Version:     claim.version,
	}, nil
}

// check holds what was signed against the package at hand.
func (c *claim) check(archive []byte, name string) error {
	if c.file != name {
		return ErrMismatch.because("verifying %q: the provenance is that of %q", name, c.file)
	}
	if digest := chart.Digest(archive); digest != c.digest {
		return ErrMismatch.because("verifying %q: its digest is %s, and %s was signed: fetch it again", name, digest, c.digest)
	}
	loaded, err := chart.LoadArchive(bytes.NewReader(archive), chart.Limits{})
	if err != nil {
		return ErrMismatch.because("verifying %q: %w", name, err)
	}
	if loaded.Name() != c.name || loaded.Version() != c.version {
		return ErrMismatch.because("verifying %q: it holds chart %q in version %q, and %q in version %q was signed",
			name, loaded.Name(), loaded.Version(), c.name, c.version)
	}
	return nil
}

// nameOf returns the signer's main identity, made printable.
func nameOf(signer *openpgp.Entity) string {
	identity := signer.PrimaryIdentity()
	if identity == nil {
		return ""
	}
	return printable(identity.Name)
}
