package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"

	"github.com/helm-dm/helm-dm/repo"
)

const (
	maxHeader = 64 << 10         // of an answer, in bytes
	idle      = 30 * time.Second // that a connection is kept for the next request
)

// transport speaks HTTP/1.1 alone: one framing, whose bounds are known. Without
// roots it trusts the system's certificates.
func (n *Network) transport(roots *x509.CertPool) *http.Transport {
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	return &http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			o := origin("http", address)
			conn, err := n.dialer(o).DialContext(ctx, network, address)
			return conn, n.hide(o, err)
		},
		DialTLSContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			o := origin("https", address)
			dialer := tls.Dialer{
				NetDialer: n.dialer(o),
				Config:    &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots},
			}
			conn, err := dialer.DialContext(ctx, network, address)
			return conn, n.hide(o, err)
		},
		ResponseHeaderTimeout:  n.policy.Answer,
		MaxResponseHeaderBytes: maxHeader,
		IdleConnTimeout:        idle,
		Protocols:              &protocols,
	}
}

func origin(scheme, address string) repo.Origin {
	return repo.OriginOf(&url.URL{Scheme: scheme, Host: address})
}

// dialer dials for one origin. The kernel is asked for a connection only after
// the very address was judged, of which there may be several, tried at once.
func (n *Network) dialer(o repo.Origin) *net.Dialer {
	return &net.Dialer{
		Timeout:  n.policy.Connect,
		Resolver: n.policy.Resolver,
		ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
			return n.judge(o, address)
		},
	}
}

// judge refuses what may not be dialled for an origin.
func (n *Network) judge(o repo.Origin, address string) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return &Refusal{Rule: RuleReserved, Host: o.Host}
	}
	rule := n.ruleOf(at.Addr())
	if rule == "" || rule == RulePrivate && n.isOpen(o) {
		return nil
	}
	return &Refusal{Rule: rule, Address: at.Addr(), Host: o.Host, Origin: o}
}

// isOpen says whether an origin may lie at private addresses.
func (n *Network) isOpen(o repo.Origin) bool {
	return n.policy.Anywhere || n.policy.Private != nil && n.policy.Private(o)
}

// hide says the same of a name that nobody has as of one that leads to a private
// address: which names there are in a private network is not told to everybody.
func (n *Network) hide(o repo.Origin, err error) error {
	var name *net.DNSError
	if errors.As(err, &name) && name.IsNotFound && !n.isOpen(o) {
		return &Refusal{Rule: RulePrivate, Host: o.Host, Origin: o}
	}
	return err
}
