package values

import "fmt"

// ErrInvalid is matched by every error that a text or a path is to blame for.
// Package chart has it under its own name, so that one comparison finds all
// that a user can mend.
const ErrInvalid kind = "invalid chart"

// kind is an error to compare with.
type kind string

func (k kind) Error() string { return string(k) }

// fault is an ErrInvalid whose text is its own, so that callers wrap it with a
// gerund without repeating the kind.
type fault struct{ err error }

func (f *fault) Error() string { return f.err.Error() }

func (f *fault) Unwrap() []error { return []error{f.err, ErrInvalid} }

func invalid(format string, args ...any) error { return &fault{fmt.Errorf(format, args...)} }
