// Package pki makes the keys, certificates and kubeconfigs of a cluster and keeps them in files that only their owner
// may read. Keys are ECDSA P-256. Authorities last ten years, certificates one; whoever keeps a certificate in a
// file gets it renewed when it runs out within thirty days or no longer fits.
package pki

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"os"
	"time"

	"github.com/helm-dm/helm-dm/localcluster/file"
)

const (
	authorityLife   = 10 * 365 * 24 * time.Hour
	certificateLife = 365 * 24 * time.Hour
	renewal         = 30 * 24 * time.Hour
	backdate        = time.Hour // for clocks that are behind
)

// Authority signs certificates.
type Authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// KeepAuthority returns the authority in the files path.crt and path.key, and makes it when it is missing or runs
// out. A new one ends the validity of every certificate that the old one signed.
func KeepAuthority(path, name string) (*Authority, error) {
	a, err := OpenAuthority(path)
	if err == nil && time.Until(a.cert.NotAfter) > renewal {
		return a, nil
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	return makeAuthority(path, name)
}

// OpenAuthority returns the authority in the files path.crt and path.key.
func OpenAuthority(path string) (*Authority, error) {
	pair, err := readPair(path)
	if err != nil {
		return nil, fmt.Errorf("reading authority %q: %w", path, err)
	}
	cert, key, err := pair.parse()
	if err != nil {
		return nil, fmt.Errorf("reading authority %q: %w", path, err)
	}
	return &Authority{cert, key}, nil
}

func makeAuthority(path, name string) (*Authority, error) {
	key, err := newKey()
	if err != nil {
		return nil, err
	}
	cert := &x509.Certificate{
		Subject:               pkix.Name{CommonName: name},
		NotAfter:              time.Now().Add(authorityLife),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		IsCA:                  true,
		BasicConstraintsValid: true,
	}
	pair, err := sign(cert, cert, key, key)
	if err != nil {
		return nil, err
	}
	if err := pair.write(path); err != nil {
		return nil, err
	}
	return OpenAuthority(path)
}

// PEM returns the authority's certificate.
func (a *Authority) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: certificateBlock, Bytes: a.cert.Raw})
}

// Issue makes a certificate that is valid for a year.
func (a *Authority) Issue(r Request) (Pair, error) {
	key, err := newKey()
	if err != nil {
		return Pair{}, err
	}
	pair, err := sign(r.template(), a.cert, key, a.key)
	if err != nil {
		return Pair{}, fmt.Errorf("issuing a certificate for %q: %w", r.Name, err)
	}
	return pair, nil
}

// Keep returns the certificate in the files path.crt and path.key, issued anew when it is missing, is not what the
// request asks for, or must be renewed.
func (a *Authority) Keep(path string, r Request) (Pair, error) {
	pair, err := readPair(path)
	if err == nil && a.fits(pair, r) {
		return pair, nil
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return Pair{}, err
	}
	if pair, err = a.Issue(r); err != nil {
		return Pair{}, err
	}
	return pair, pair.write(path)
}

func (a *Authority) fits(pair Pair, r Request) bool {
	cert, _, err := pair.parse()
	return err == nil &&
		cert.CheckSignatureFrom(a.cert) == nil &&
		time.Until(cert.NotAfter) > renewal &&
		r.matches(cert)
}

// sign fills in what all certificates have in common and signs with the parent's key.
func sign(cert, parent *x509.Certificate, key, parentKey *ecdsa.PrivateKey) (Pair, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return Pair{}, err
	}
	cert.SerialNumber = serial
	cert.NotBefore = time.Now().Add(-backdate)
	der, err := x509.CreateCertificate(rand.Reader, cert, parent, &key.PublicKey, parentKey)
	if err != nil {
		return Pair{}, err
	}
	return newPair(der, key)
}

// KeepKey makes the private key in the file when it is missing.
func KeepKey(path string) error {
	there, err := file.Exists(path)
	if err != nil || there {
		return err
	}
	key, err := newKey()
	if err != nil {
		return err
	}
	data, err := encodeKey(key)
	if err != nil {
		return err
	}
	return file.Write(path, data)
}
