package chart

import (
	"errors"
	"fmt"

	"github.com/helm-dm/helm-dm/chart/values"
)

// ErrInvalid is matched by every error that the chart, or the values given to
// it, are to blame for, be the error from this package or from package values. A
// missing chart folder or file matches fs.ErrNotExist.
const ErrInvalid = values.ErrInvalid

// ErrTooLarge is matched, beside ErrInvalid, when one of Limits is exceeded.
var ErrTooLarge = errors.New("chart too large")

// fault is an error of one or more kinds whose text is its own, so that callers
// wrap it with a gerund without repeating the kind.
type fault struct {
	err   error
	kinds []error
}

func (f *fault) Error() string { return f.err.Error() }

func (f *fault) Unwrap() []error { return append([]error{f.err}, f.kinds...) }

func invalid(format string, args ...any) error {
	return &fault{fmt.Errorf(format, args...), []error{ErrInvalid}}
}

func tooLarge(format string, args ...any) error {
	return &fault{fmt.Errorf(format, args...), []error{ErrInvalid, ErrTooLarge}}
}
