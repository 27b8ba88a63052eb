package provenance

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
)

// maxKeyring is how many bytes a keyring may have.
const maxKeyring = 16 << 20

// Keyring holds the public keys of those who are trusted to sign packages. The
// zero value trusts nobody.
type Keyring struct{ keys openpgp.EntityList }

// ReadKeyring reads the keys that "gpg --export" writes, with --armor or
// without. Private keys count as the public ones in them. The error matches
// ErrMalformed; a keyring without any key is no error.
func ReadKeyring(data []byte) (Keyring, error) {
	if len(data) > maxKeyring {
		return Keyring{}, ErrMalformed.because("reading the keyring: it is larger than %d bytes", maxKeyring)
	}
	if len(data) == 0 {
		return Keyring{}, nil
	}
	if !bytes.Contains(data, []byte("-----BEGIN PGP ")) {
		return binaryKeyring(data)
	}
	return armoredKeyring(data)
}

func binaryKeyring(data []byte) (Keyring, error) {
	if len(data) > 12 && bytes.Equal(data[8:12], []byte("KBXf")) {
		return Keyring{}, ErrMalformed.because("reading the keyring: it is a keybox of GnuPG: write a keyring with gpg --export > FILE")
	}
	keys, err := openpgp.ReadKeyRing(bytes.NewReader(data))
	if err != nil {
		return Keyring{}, ErrMalformed.because("reading the keyring: %w: write one with gpg --export > FILE", err)
	}
	return Keyring{keys}, nil
}

// armoredKeyring reads all of the armored blocks, which may be several exports
// one after the other.
func armoredKeyring(data []byte) (Keyring, error) {
	var all openpgp.EntityList
	rest := bufio.NewReader(bytes.NewReader(data)) // which armor takes as it is, and reads no further than a block
	for {
		block, err := armor.Decode(rest)
		if errors.Is(err, io.EOF) {
			return Keyring{all}, nil
		}
		if err != nil {
			return Keyring{}, ErrMalformed.because("reading the keyring: %w", err)
		}
		if block.Type != openpgp.PublicKeyType && block.Type != openpgp.PrivateKeyType {
			return Keyring{}, ErrMalformed.because("reading the keyring: it holds a %q, which is no key", block.Type)
		}
		keys, err := openpgp.ReadKeyRing(block.Body)
		if err != nil {
			return Keyring{}, ErrMalformed.because("reading the keyring: %w", err)
		}
		all = append(all, keys...)
	}
}
