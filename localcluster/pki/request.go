package pki

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"net"
	"slices"
	"time"
)

// Request says whom a certificate is for.
type Request struct {
	Name   string   // user name
	Groups []string // of the user
	Hosts  []string // host names and addresses; a certificate with hosts serves as well as it calls
}

func (r Request) template() *x509.Certificate {
	cert := &x509.Certificate{
		Subject:     pkix.Name{CommonName: r.Name, Organization: r.Groups},
		NotAfter:    time.Now().Add(certificateLife),
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	if len(r.Hosts) > 0 {
		cert.ExtKeyUsage = append(cert.ExtKeyUsage, x509.ExtKeyUsageServerAuth)
	}
	for _, host := range r.Hosts {
		if ip := net.ParseIP(host); ip != nil {
			cert.IPAddresses = append(cert.IPAddresses, ip)
		} else {
			cert.DNSNames = append(cert.DNSNames, host)
		}
	}
	return cert
}

// matches compares the parts of a certificate that a request decides.
func (r Request) matches(cert *x509.Certificate) bool {
	want := r.template()
	return want.Subject.CommonName == cert.Subject.CommonName &&
		sameSet(want.Subject.Organization, cert.Subject.Organization) &&
		sameSet(want.DNSNames, cert.DNSNames) &&
		slices.EqualFunc(want.IPAddresses, cert.IPAddresses, net.IP.Equal) &&
		slices.Equal(want.ExtKeyUsage, cert.ExtKeyUsage)
}

// sameSet ignores the order: the encoding of a certificate's groups sorts them.
func sameSet(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}
