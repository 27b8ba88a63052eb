package client

import (
	"context"
	"errors"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/wait"
)

// errCut says that the server ends every connection before it told anything.
var errCut = errors.New("the connection breaks off again and again")

// retry paces the repeats of a request and gives up after a while.
type retry struct {
	patience time.Duration
	backoff  wait.Backoff
	since    time.Time // of the first failure since the last success
	admitted bool      // the caller has been let in before
}

func newRetry(patience time.Duration) *retry {
	r := &retry{patience: patience}
	r.succeeded()
	r.admitted = false
	return r
}

func (r *retry) succeeded() {
	r.since, r.admitted = time.Time{}, true
	r.backoff = wait.Backoff{Duration: 50 * time.Millisecond, Factor: 2, Jitter: 0.2, Steps: 100, Cap: 5 * time.Second}
}

// failed waits before the next attempt, as long as the server asks for if it
// does; a nil err stands for a connection that ended too early. It returns err
// when another attempt makes no sense, and the context's error when that ends
// first.
func (r *retry) failed(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err == nil {
		err = errCut
	}
	if r.since.IsZero() {
		r.since = time.Now()
	}
	// A manager that has just started does not yet know whom the API server
	// vouches for, and lets nobody in.
	starting := r.admitted && apierrors.IsUnauthorized(err)
	if !passes(err) && !starting || time.Since(r.since) > r.patience {
		return err
	}
	pause := r.backoff.Step()
	if seconds, ok := apierrors.SuggestsClientDelay(err); ok {
		pause = max(pause, min(time.Duration(seconds)*time.Second, r.patience))
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
