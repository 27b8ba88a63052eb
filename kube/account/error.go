package account

import (
	"context"
	"errors"
	"fmt"
)

// Error is a failure of the manager's own account. It keeps the words of its
// cause, for the log, and hides its kind: what the API server refuses to the
// manager it has not refused to the caller. Of the cause only the end of a
// context can be told.
type Error struct{ cause error }

func (e *Error) Error() string { return e.cause.Error() }

// Is tells the end of a context alone.
func (e *Error) Is(target error) bool {
	return (target == context.Canceled || target == context.DeadlineExceeded) && errors.Is(e.cause, target)
}

// failing makes an Error; format is that of fmt.Errorf.
func failing(format string, args ...any) error {
	return &Error{fmt.Errorf("as the manager: "+format, args...)}
}
