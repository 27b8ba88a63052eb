package author

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/world"
)

// within does work for as long as --timeout allows, and until it is interrupted.
// The work says which template it begins to execute. Loops in a template need
// not heed a context: then the work is left behind, for the process to end with.
func within(ctx context.Context, w *world.World, doing string, work func(ctx context.Context, began func(string)) error) error {
	ctx, cancel := w.Limited(ctx)
	defer cancel()
	var at atomic.Pointer[string]
	done := make(chan error, 1)
	go func() { done <- work(ctx, func(template string) { at.Store(&template) }) }()
	var err error
	select {
	case err = <-done:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	where := ""
	if template := at.Load(); template != nil {
		where = " at " + *template
	}
	return fault.Because("%s came%s to the end of --timeout %v: %w", doing, where, w.Flags.Timeout, err)
}
