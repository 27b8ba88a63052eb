package cluster

import (
	"context"
	"errors"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
)

// interval is the time between two looks at something that is awaited.
const interval = 50 * time.Millisecond

// fatal is an error that waiting longer does not mend.
type fatal struct{ error }

func (f fatal) Unwrap() error { return f.error }

// await calls check until it returns nil or a fatal error, or ctx ends. Then the error tells what was last missing.
func await(ctx context.Context, what string, check func(context.Context) error) error {
	var last error
	err := wait.PollUntilContextCancel(ctx, interval, true, func(ctx context.Context) (bool, error) {
		err := check(ctx)
		if ctx.Err() != nil {
			return false, ctx.Err() // keeps the last real answer
		}
		last = err
		var f fatal
		if errors.As(err, &f) {
			return false, f.error
		}
		return err == nil, nil
	})
	if err == nil || ctx.Err() == nil {
		return err
	}
	if last == nil {
		return fmt.Errorf("waiting for %s: %w", what, context.Cause(ctx))
	}
	return fmt.Errorf("waiting for %s: %w (%w)", what, context.Cause(ctx), last)
}
