package repo

import "fmt"

// Kind of an error, for errors.Is.
type fault string

func (f fault) Error() string { return string(f) }

// The kinds of errors.
const (
	// ErrUnchanged: nothing has changed since the mark.
	ErrUnchanged = fault("nothing has changed")
	// ErrUnlisted: the registry does not tell which charts it holds.
	ErrUnlisted = fault("the registry does not list its charts")
	// ErrNotFound: there is no such repository, chart or version.
	ErrNotFound = fault("not found")
	// ErrUnauthorized: a credential is missing, wrong, or has too few rights.
	ErrUnauthorized = fault("not authorized")
	// ErrUnavailable: nobody answers, or somebody who is not trusted.
	ErrUnavailable = fault("unavailable")
	// ErrInvalid: what arrived is not what a repository sends, or not what was
	// promised.
	ErrInvalid = fault("invalid")
	// ErrTooLarge: it is larger than its bound.
	ErrTooLarge = fault("too large")
	// ErrExists: the version was released already.
	ErrExists = fault("already exists")
	// ErrRefused: the fetch policy forbids it.
	ErrRefused = fault("refused")
)

// Error says what went wrong, of which kind, and what to do about it. Its text
// never holds a credential, the query of an address, or a body that arrived.
type Error struct {
	Kind error
	Err  error
	Try  string // what mends it; empty where nothing is known
}

func (e *Error) Error() string { return e.Err.Error() }

// Unwrap returns the kind and the cause.
func (e *Error) Unwrap() []error { return []error{e.Kind, e.Err} }

// Fail makes an Error; format is that of fmt.Errorf.
func Fail(kind error, format string, args ...any) *Error {
	return &Error{Kind: kind, Err: fmt.Errorf(format, args...)}
}

// Mend returns the error with what to do about it.
func (e *Error) Mend(format string, args ...any) *Error {
	e.Try = fmt.Sprintf(format, args...)
	return e
}
