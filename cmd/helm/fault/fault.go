package fault

import (
	"errors"
	"fmt"
)

// Error is an error that knows its exit code, or a command that mends it.
type Error struct {
	err  error  // nil: what is wrong has been said already
	code int    // 0: decided by err
	try  string // empty: nothing to suggest
}

// Error implements the interface error.
func (e *Error) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

// Unwrap returns the error that it was made of.
func (e *Error) Unwrap() error { return e.err }

// Mend returns the error with a command to try.
func (e *Error) Mend(format string, args ...any) *Error {
	return &Error{e.err, e.code, fmt.Sprintf(format, args...)}
}

// Usage is an error of whoever typed the command. Its format, as those below, is
// that of fmt.Errorf.
func Usage(format string, args ...any) *Error {
	return &Error{err: fmt.Errorf(format, args...), code: ExitUsage}
}

// NotFound is an error about something that does not exist.
func NotFound(format string, args ...any) *Error {
	return &Error{err: fmt.Errorf(format, args...), code: ExitNotFound}
}

// Conflict is an error about something else that is in the way.
func Conflict(format string, args ...any) *Error {
	return &Error{err: fmt.Errorf(format, args...), code: ExitConflict}
}

// Because is an error whose exit code is that of the one it wraps.
func Because(format string, args ...any) *Error {
	return &Error{err: fmt.Errorf(format, args...)}
}

// Told ends a command whose output already says what is wrong.
func Told(code int) *Error { return &Error{code: code} }

// outermost is the first Error of err's chain that has something, nil if none has.
func outermost(err error, has func(*Error) bool) *Error {
	for own, ok := errors.AsType[*Error](err); ok; own, ok = errors.AsType[*Error](own.err) {
		if has(own) {
			return own
		}
	}
	return nil
}
