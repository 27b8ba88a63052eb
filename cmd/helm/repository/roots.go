package repository

import (
	"bytes"
	"crypto/x509"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/input"
	"github.com/helm-dm/helm-dm/repo"
)

// checkTLS refuses certificates for a place that shows none.
func checkTLS(at repo.Location) error {
	if at.Plain() {
		return fault.Usage("--ca-file is given, and %q is spoken to without TLS", at)
	}
	return nil
}

// roots reads the certificates that --ca-file wants trusted at a place. A key in
// that file is not for others to see.
func roots(name string, at repo.Location) ([]byte, error) {
	if err := checkTLS(at); err != nil {
		return nil, err
	}
	text, err := input.File(name, v1alpha1.MaxCABundleBytes)
	switch {
	case err != nil:
		return nil, fault.Usage("reading --ca-file: %w", err)
	case bytes.Contains(text, []byte("PRIVATE KEY-----")):
		return nil, fault.Usage("reading --ca-file: %s holds a private key", name).Mend("--ca-file with the file of the certificate that belongs to it")
	case !x509.NewCertPool().AppendCertsFromPEM(text):
		return nil, fault.Usage("reading --ca-file: %s holds no certificate in PEM", name)
	}
	return text, nil
}
