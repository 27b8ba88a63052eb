package layer_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/layer"
)

func unavailable() error { return repo.Fail(repo.ErrUnavailable, "nobody is home") }

func TestRetry(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, _ string, operate func(context.Context, repo.Repository) error) {
		for name, test := range map[string]struct {
			failures []error
			calls    int
			kind     error
		}{
			"nothing fails":             {nil, 1, nil},
			"it passes":                 {[]error{unavailable()}, 2, nil},
			"it passes late":            {[]error{unavailable(), unavailable()}, 3, nil},
			"it passes too late":        {[]error{unavailable(), unavailable(), unavailable()}, 3, repo.ErrUnavailable},
			"wrapped":                   {[]error{fmt.Errorf("asking: %w", unavailable())}, 2, nil},
			"then it is something else": {[]error{unavailable(), repo.Fail(repo.ErrUnauthorized, "who are you")}, 2, repo.ErrUnauthorized},
			"somebody has to act":       {[]error{repo.Fail(repo.ErrUnavailable, "not trusted").Mend("trust it")}, 1, repo.ErrUnavailable},
			"unauthorized":              {[]error{repo.Fail(repo.ErrUnauthorized, "")}, 1, repo.ErrUnauthorized},
			"not found":                 {[]error{repo.Fail(repo.ErrNotFound, "")}, 1, repo.ErrNotFound},
			"refused":                   {[]error{repo.Fail(repo.ErrRefused, "")}, 1, repo.ErrRefused},
			"canceled":                  {[]error{context.Canceled}, 1, context.Canceled},
		} {
			synctest.Test(t, func(t *testing.T) {
				shelf := stocked(test.failures...)
				err := operate(t.Context(), layer.Retry(shelf))
				if !errors.Is(err, test.kind) || shelf.calls != test.calls {
					t.Errorf("%s: %d calls and the error %v, want %d and %v", name, shelf.calls, err, test.calls, test.kind)
				}
			})
		}
	})
}

func TestRetryWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		if err := operations()["find"](t.Context(), layer.Retry(stocked(unavailable(), unavailable()))); err != nil {
			t.Fatal(err)
		}
		if d := time.Since(start); d < 1250*time.Millisecond || d > 2500*time.Millisecond { // of the clock in the bubble
			t.Errorf("it has waited for %s", d)
		}
	})
}

func TestRetryEndsWithItsContext(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, _ string, operate func(context.Context, repo.Repository) error) {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			start, shelf := time.Now(), stocked(unavailable())
			if err := operate(ctx, layer.Retry(shelf)); !errors.Is(err, repo.ErrUnavailable) || shelf.calls != 1 {
				t.Errorf("%d calls and the error %v", shelf.calls, err)
			}
			if d := time.Since(start); d != 100*time.Millisecond {
				t.Errorf("it has waited for %s", d)
			}
		})
	})
}

func TestRetryHandsNothingTwice(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		shelf := stocked(unavailable())
		shelf.late = true
		handed := 0
		_, err := layer.Retry(shelf).List(t.Context(), "", func(repo.Release) error { handed++; return nil })
		if !errors.Is(err, repo.ErrUnavailable) || handed != 1 || shelf.calls != 1 {
			t.Errorf("%d releases, %d calls and the error %v", handed, shelf.calls, err)
		}
	})
}

func TestRetryReplacesOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		shelf := stocked(unavailable())
		if _, err := layer.Retry(shelf).Keep(t.Context(), bar("new"), true); !errors.Is(err, repo.ErrUnavailable) || shelf.calls != 1 {
			t.Errorf("%d calls and the error %v", shelf.calls, err)
		}
	})
}

// The answer to the first try is lost, and somebody else wins against the second.
func TestRetryLeavesWhatOthersKept(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		shelf := stocked(unavailable())
		at, err := layer.Retry(shelf).Keep(t.Context(), bar("ours"), false)
		if err != nil || at != "bar-2.0.0.tgz" || shelf.calls != 2 {
			t.Errorf("%q after %d calls, and the error %v", at, shelf.calls, err)
		}
		if _, err := layer.Retry(shelf).Keep(t.Context(), bar("theirs"), false); !errors.Is(err, repo.ErrExists) {
			t.Errorf("the error is %v", err)
		}
	})
}
