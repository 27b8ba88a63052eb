package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"syscall"

	"github.com/helm-dm/helm-dm/repo"
)

// Explain says what an error of a client, or of reading a body, means for what
// was being done, as `fetching "…"`: an *repo.Error of the right kind, or one
// that matches the error of the context that ended. Nothing of its text is quoted
// from what arrived, but for the names of hosts. Nil stays nil.
func Explain(doing string, err error) error {
	var known *repo.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("%s: %w", doing, context.Canceled)
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%s: %w", doing, context.DeadlineExceeded)
	default:
		known = classify(err)
	}
	return &repo.Error{Kind: known.Kind, Err: fmt.Errorf("%s: %w", doing, known.Err), Try: known.Try}
}

// Shown is an address as it may be printed: without what may be a secret.
func Shown(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "an address that cannot be read"
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
}

// reaching says at which host something went wrong: redirects lead to others.
func reaching(host string, e *repo.Error) *repo.Error {
	if errors.Is(e, repo.ErrRefused) {
		return e // it says so itself
	}
	return &repo.Error{Kind: e.Kind, Err: fmt.Errorf("reaching %.253q: %w", host, e.Err), Try: e.Try}
}

// classify makes what is known of an error of the network, whose own text may
// quote what nobody may see.
func classify(err error) *repo.Error {
	var refusal *Refusal
	var name *net.DNSError
	var timeout net.Error
	var known *repo.Error
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &refusal):
		return &repo.Error{Kind: repo.ErrRefused, Err: refusal, Try: refusal.try()}
	case errors.As(err, &name) && name.IsNotFound:
		return repo.Fail(repo.ErrUnavailable, "no host has that name")
	case errors.As(err, &name):
		return repo.Fail(repo.ErrUnavailable, "its name cannot be resolved now")
	case errors.Is(err, syscall.ECONNREFUSED):
		return repo.Fail(repo.ErrUnavailable, "nobody listens there")
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return repo.Fail(repo.ErrUnavailable, "no network leads there")
	case errors.As(err, &timeout) && timeout.Timeout():
		return repo.Fail(repo.ErrUnavailable, "nobody answers in time")
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return repo.Fail(repo.ErrUnavailable, "the connection broke")
	}
	if e := distrusted(err); e != nil {
		return e
	}
	return repo.Fail(repo.ErrUnavailable, "what answers there cannot be understood")
}

// distrusted is what went wrong with TLS, or nil.
func distrusted(err error) *repo.Error {
	var unknown x509.UnknownAuthorityError
	var invalid x509.CertificateInvalidError
	var host x509.HostnameError
	var verification *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	switch {
	case errors.As(err, &unknown):
		return repo.Fail(repo.ErrUnavailable, "its certificate is not trusted: nobody who is known has signed it").
			Mend("if it is yours, name who signs: helm repo add --ca-file FILE URL")
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return repo.Fail(repo.ErrUnavailable, "its certificate is not trusted: it has expired, or is not valid yet").
			Mend("let its owner renew it")
	case errors.As(err, &host):
		return repo.Fail(repo.ErrUnavailable, "its certificate is not trusted: it is that of another host").
			Mend("name the host as its certificate does")
	case errors.As(err, &verification), errors.As(err, &invalid):
		return repo.Fail(repo.ErrUnavailable, "its certificate is not trusted")
	case errors.As(err, &record), errors.Is(err, http.ErrSchemeMismatch):
		return repo.Fail(repo.ErrUnavailable, "it does not speak TLS").
			Mend("if that is meant, add the repository by its address without TLS: http://…, oci+http://…, s3+http://…")
	case errors.As(err, &alert):
		return repo.Fail(repo.ErrUnavailable, "it refuses to speak TLS with us")
	}
	return nil
}
