package embedded

import (
	"bytes"
	"crypto/tls"
	"encoding/pem"
	"errors"
	"net"
	"os"
	"path/filepath"
	"time"

	"k8s.io/client-go/util/cert"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
)

// renewTime is how long before its end a certificate is replaced.
const renewTime = 30 * 24 * time.Hour

// certify makes sure that the two files hold a serving certificate, followed by
// its CA, and the key, good for another while after now. It returns the CA in
// PEM. The key of the CA is thrown away: nothing else is ever signed by it.
func certify(certificate, key string, now time.Time) ([]byte, error) {
	if !current(certificate, key, now) {
		chain, secret, err := cert.GenerateSelfSignedCertKeyWithOptions(cert.SelfSignedCertKeyOptions{
			Host:         "localhost",
			AlternateIPs: []net.IP{net.IPv4(127, 0, 0, 1)},
			// The API server asks for NAME.NAMESPACE.svc, wherever the
			// Service leads.
			AlternateDNS: []string{"*." + v1alpha1.SystemNamespace + ".svc"},
		})
		if err != nil {
			return nil, err
		}
		if err := writePrivate(key, secret); err != nil {
			return nil, err
		}
		if err := writePrivate(certificate, chain); err != nil {
			return nil, err
		}
	}
	chain, err := os.ReadFile(certificate)
	if err != nil {
		return nil, err
	}
	return last(chain), nil
}

// current says whether the files hold a pair that is good for a while.
func current(certificate, key string, now time.Time) bool {
	pair, err := tls.LoadX509KeyPair(certificate, key)
	return err == nil && now.Add(renewTime).Before(pair.Leaf.NotAfter)
}

// last returns the last block of a PEM file: the CA.
func last(chain []byte) []byte {
	var found *pem.Block
	for {
		block, rest := pem.Decode(chain)
		if block == nil {
			return pem.EncodeToMemory(found)
		}
		found, chain = block, rest
	}
}

// writePrivate writes a file for the user's eyes only, whole or not at all.
func writePrivate(path string, data []byte) error {
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, data) {
		return nil
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name()) // no longer there if all went well
	_, err = temporary.Write(data)
	if err := errors.Join(err, temporary.Close()); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), path)
}
