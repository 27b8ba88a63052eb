package author

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/world"
)

// TestWithin does work that heeds no context.
func TestWithin(t *testing.T) {
	t.Parallel()
	failed := errors.New("failed")
	interrupted, cancel := context.WithCancel(t.Context())
	cancel()
	for _, test := range []struct {
		name    string
		ctx     context.Context //nolint:containedctx // what the work is done under
		timeout time.Duration
		endless bool
		code    int
		want    error
	}{
		{"done", t.Context(), time.Hour, false, fault.ExitFailed, failed},
		{"no bound", t.Context(), 0, false, fault.ExitFailed, failed},
		{"timed out", t.Context(), time.Millisecond, true, fault.ExitTimeout, context.DeadlineExceeded},
		{"interrupted", interrupted, time.Hour, true, fault.ExitCode(context.Canceled), context.Canceled},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			end := make(chan struct{})
			defer close(end)
			begun := make(chan struct{})
			w := &world.World{Flags: world.Flags{Timeout: test.timeout}}
			err := within(test.ctx, w, "waiting", func(_ context.Context, began func(string)) error {
				began("x/templates/a.yaml")
				close(begun)
				if test.endless {
					<-end
				}
				return failed
			})
			if !errors.Is(err, test.want) || fault.ExitCode(err) != test.code {
				t.Errorf("got %v", err)
			}
			<-begun
			if test.code == fault.ExitTimeout && !strings.HasPrefix(err.Error(), "waiting came") {
				t.Errorf("got %v", err)
			}
		})
	}
}
