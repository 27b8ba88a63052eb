// Package fault is how the packages of the chart format say that what they were
// given is to blame: errors whose text is their own and whose kind errors.Is
// finds, so that callers wrap them with a gerund without repeating the kind.
package fault

import (
	"fmt"
	"strings"
)

// Kind is an error to compare with.
type Kind string

const (
	// ErrInvalid is matched by every error that a chart, values or another text
	// is to blame for.
	ErrInvalid Kind = "invalid chart"
	// ErrTooLarge is matched, beside ErrInvalid, when a limit is exceeded.
	ErrTooLarge Kind = "chart too large"
)

func (k Kind) Error() string { return string(k) }

type fault struct {
	err   error
	kinds []error
}

// maxText bounds what is said of one fault, in bytes: hostile input is quoted in
// parts, and what libraries say of it is cut.
const maxText = 4096

func (f *fault) Error() string {
	text := f.err.Error()
	if len(text) <= maxText {
		return text
	}
	return strings.ToValidUTF8(text[:maxText], "") + "…"
}

func (f *fault) Unwrap() []error { return append([]error{f.err}, f.kinds...) }

// Invalid is fmt.Errorf for an ErrInvalid.
func Invalid(format string, args ...any) error {
	return &fault{fmt.Errorf(format, args...), []error{ErrInvalid}}
}

// TooLarge is fmt.Errorf for an ErrTooLarge.
func TooLarge(format string, args ...any) error {
	return &fault{fmt.Errorf(format, args...), []error{ErrInvalid, ErrTooLarge}}
}
