package pki

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"

	"github.com/helm-dm/helm-dm/localcluster/file"
)

// Pair is a certificate with its private key, both PEM.
type Pair struct {
	Cert, Key []byte
}

const (
	certificateBlock = "CERTIFICATE"
	keyBlock         = "EC PRIVATE KEY" // the one form that all parts read
)

func newKey() (*ecdsa.PrivateKey, error) {
	return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
}

func encodeKey(key *ecdsa.PrivateKey) ([]byte, error) {
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: keyBlock, Bytes: der}), nil
}

func newPair(der []byte, key *ecdsa.PrivateKey) (Pair, error) {
	data, err := encodeKey(key)
	return Pair{Cert: pem.EncodeToMemory(&pem.Block{Type: certificateBlock, Bytes: der}), Key: data}, err
}

func readPair(path string) (Pair, error) {
	cert, err := os.ReadFile(path + ".crt")
	if err != nil {
		return Pair{}, err
	}
	key, err := os.ReadFile(path + ".key")
	return Pair{Cert: cert, Key: key}, err
}

func (p Pair) write(path string) error {
	if err := file.Write(path+".key", p.Key); err != nil {
		return err
	}
	return file.Write(path+".crt", p.Cert)
}

func (p Pair) parse() (*x509.Certificate, *ecdsa.PrivateKey, error) {
	pair, err := p.TLS()
	if err != nil {
		return nil, nil, err
	}
	key, ok := pair.PrivateKey.(*ecdsa.PrivateKey)
	if !ok {
		return nil, nil, errors.New("not an ECDSA key")
	}
	return pair.Leaf, key, nil
}

// TLS returns the pair for use in a TLS configuration. It fails when key and certificate do not belong together.
func (p Pair) TLS() (tls.Certificate, error) {
	pair, err := tls.X509KeyPair(p.Cert, p.Key)
	if err != nil {
		return pair, fmt.Errorf("parsing a certificate: %w", err)
	}
	return pair, nil
}
