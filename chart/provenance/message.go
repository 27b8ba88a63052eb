package provenance

import (
	"bytes"
	"crypto"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/clearsign"
	pgp "github.com/ProtonMail/go-crypto/openpgp/errors"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

// maxProv is how many bytes a provenance may have. It holds a Chart.yaml.
const maxProv = 1 << 20

// minBits is the shortest RSA key that counts.
const minBits = 2048

// message is a clearsigned message (RFC 9580, section 7), not yet verified.
type message struct {
	text      []byte // without the escapes of the message
	signed    []byte // what the signature is of
	packets   []byte // the signature as it stands
	signature *packet.Signature
}

// readMessage takes a provenance apart. There must be nothing but one message
// with one signature.
func readMessage(prov []byte) (*message, error) {
	if len(prov) > maxProv {
		return nil, fmt.Errorf("the provenance is larger than %d bytes", maxProv)
	}
	if !bytes.HasPrefix(prov, []byte("-----BEGIN PGP SIGNED MESSAGE-----")) {
		return nil, errors.New("the provenance does not begin with a signed message")
	}
	block, rest := clearsign.Decode(prov)
	if block == nil {
		return nil, errors.New("the provenance is no whole signed message")
	}
	if len(bytes.TrimSpace(rest)) > 0 {
		return nil, errors.New("the provenance holds more than one signed message")
	}
	packets, err := io.ReadAll(block.ArmoredSignature.Body)
	if err != nil {
		return nil, fmt.Errorf("reading the signature: %w", err)
	}
	signature, err := onlySignature(packets)
	if err != nil {
		return nil, fmt.Errorf("reading the signature: %w", err)
	}
	return &message{block.Plaintext, block.Bytes, packets, signature}, nil
}

// onlySignature returns the one signature that the packets are.
func onlySignature(packets []byte) (*packet.Signature, error) {
	reader := packet.NewReader(bytes.NewReader(packets))
	first, err := reader.Next()
	if err != nil {
		return nil, err
	}
	signature, ok := first.(*packet.Signature)
	if !ok || signature.IssuerKeyId == nil {
		return nil, errors.New("it is no signature that names its key")
	}
	if _, err := reader.Next(); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is more than one")
	}
	return signature, nil
}

// signer verifies the signature and returns who made it.
func (m *message) signer(keyring Keyring) (*openpgp.Entity, error) {
	if err := checkHash(m.signature); err != nil {
		return nil, err
	}
	keys := keyring.keys.KeysByIdUsage(*m.signature.IssuerKeyId, packet.KeyFlagSign)
	if len(keys) == 0 {
		return nil, fmt.Errorf("key %016X, which signed it, is not among the signing keys of the keyring: add the signer's with gpg --export", *m.signature.IssuerKeyId)
	}
	for _, key := range keys {
		if err := checkKey(key.PublicKey); err != nil {
			return nil, err
		}
	}
	_, signer, err := openpgp.VerifyDetachedSignature(keyring.keys, bytes.NewReader(m.signed), bytes.NewReader(m.packets), nil)
	if err != nil {
		return nil, reason(err)
	}
	return signer, nil
}

// reason says in our words what is wrong with a signature.
func reason(err error) error {
	switch {
	case errors.Is(err, pgp.ErrKeyExpired):
		return errors.New("the signer's key is expired: ask the signer for a new one, and for a new signature if need be")
	case errors.Is(err, pgp.ErrKeyRevoked):
		return errors.New("the signer's key is revoked: do not use the package until it is signed anew")
	case errors.Is(err, pgp.ErrSignatureExpired):
		return errors.New("the signature is expired, or made in the future: ask the signer for a new one, and check the clock")
	default:
		return fmt.Errorf("the signature is not right: %w", err)
	}
}

// checkHash refuses signatures whose hash can be forged.
func checkHash(signature *packet.Signature) error {
	strong := []crypto.Hash{crypto.SHA256, crypto.SHA384, crypto.SHA512, crypto.SHA3_256, crypto.SHA3_512}
	if !slices.Contains(strong, signature.Hash) {
		return fmt.Errorf("the signature uses the weak hash %s: it must be SHA-256 or better", signature.Hash)
	}
	return nil
}

// checkKey refuses keys that can be broken.
func checkKey(key *packet.PublicKey) error {
	switch key.PubKeyAlgo {
	case packet.PubKeyAlgoRSA, packet.PubKeyAlgoRSASignOnly:
		bits, err := key.BitLength()
		if err != nil || bits < minBits {
			return fmt.Errorf("the signer's RSA key has %d bits: it must have %d at least", bits, minBits)
		}
		return nil
	case packet.PubKeyAlgoECDSA, packet.PubKeyAlgoEdDSA, packet.PubKeyAlgoEd25519, packet.PubKeyAlgoEd448:
		return nil
	default:
		return fmt.Errorf("the signer's key is of the weak or unknown algorithm %d: it must be RSA, ECDSA or EdDSA", key.PubKeyAlgo)
	}
}

func fingerprint(raw []byte) string { return strings.ToUpper(hex.EncodeToString(raw)) }

// printable makes a text from a key or from a provenance fit for terminals and
// logs.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, text)
}
