package fetch

import (
	"crypto/x509"
	"net/http"
	"slices"

	"github.com/helm-dm/helm-dm/repo"
)

// maxTransports bounds those that a network keeps for its next clients.
const maxTransports = 16

// Access is what one repository may be reached with.
type Access struct {
	// Origin is that of the repository. When it is https, nothing is fetched
	// without TLS.
	Origin repo.Origin
	// Also are further origins that a library may prove itself to, as the token
	// service of a registry. The Credential does not go there.
	Also []repo.Origin
	// Credential is sent to Origin with every request: as basic authentication, and
	// as a bearer token where that is asked for instead. Nil leaves authentication
	// to the library that uses the client: what it sets arrives at Origin and Also.
	Credential *repo.Credential
	// Roots are PEM certificates that are trusted besides the system's, wherever the
	// repository leads: whoever named them keeps more than one host by them.
	Roots []byte
}

// Client returns a client for requests to the repository, and to wherever that
// leads. The error is one of Roots, and matches repo.ErrInvalid. The Transport of
// the client alone keeps the policy too, for libraries that ask for one. Answers
// are unpacked and then counted, unless a request asks for them packed.
func (n *Network) Client(a Access) (*http.Client, error) {
	transport, err := n.trusting(a.Roots)
	if err != nil {
		return nil, err
	}
	return &http.Client{Transport: &carrier{access: a, network: n, next: transport}}, nil
}

// trusting is the transport of all who trust the same roots, made when it is first
// asked for.
func (n *Network) trusting(roots []byte) (*http.Transport, error) {
	n.mutex.Lock()
	defer n.mutex.Unlock()
	if known := n.transports[string(roots)]; known != nil {
		return known, nil
	}
	var trusted *x509.CertPool
	if len(roots) > 0 {
		var err error
		if trusted, err = pool(roots); err != nil {
			return nil, err
		}
	}
	made := n.transport(trusted)
	if len(n.transports) >= maxTransports {
		clear(n.transports)
	}
	n.transports[string(roots)] = made
	return made, nil
}

func (a Access) origins() []repo.Origin { return append(slices.Clone(a.Also), a.Origin) }

func pool(pem []byte) (*x509.CertPool, error) {
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool() // a system without certificates of its own
	}
	if !roots.AppendCertsFromPEM(pem) {
		return nil, repo.Fail(repo.ErrInvalid, "reading the certificates to trust: there is none in PEM format")
	}
	return roots, nil
}
