package provenance

import "fmt"

// Kind is an error to compare with. Every error of this package matches
// ErrUnverified; those of Verify match one of the others besides.
type Kind string

const (
	// ErrUnverified says that nothing is known of who made the package.
	ErrUnverified Kind = "package not verified"
	// ErrMissing says that there is no provenance.
	ErrMissing Kind = "provenance missing"
	// ErrMalformed says that the provenance, or the keyring, cannot be read.
	ErrMalformed Kind = "provenance malformed"
	// ErrUntrusted says that the signature is not one to rely on.
	ErrUntrusted Kind = "signature not trusted"
	// ErrMismatch says that another package was signed.
	ErrMismatch Kind = "package is not the signed one"
)

func (k Kind) Error() string { return string(k) }

// fault is an error with a text of its own.
type fault struct {
	err  error
	kind Kind
}

func (f *fault) Error() string { return f.err.Error() }

func (f *fault) Unwrap() []error { return []error{f.err, f.kind, ErrUnverified} }

func (k Kind) because(format string, args ...any) error {
	return &fault{fmt.Errorf(format, args...), k}
}
