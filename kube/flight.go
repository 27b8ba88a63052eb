package kube

import (
	"context"
	"fmt"
	"sync"
)

// Flight lets one caller do what many want done: those who come while it is
// under way wait and share its outcome. Its zero value is ready.
type Flight struct {
	mu  sync.Mutex
	now *trip
}

type trip struct {
	landed chan struct{}
	err    error // valid once landed
	lost   bool  // its own caller went away, so err says nothing to the others
}

// Do does work, or waits for the work under way, and returns its error. A caller
// whose ctx ends waits no longer; when it is the one whose work the others wait
// for, another of them works instead.
func (f *Flight) Do(ctx context.Context, work func(context.Context) error) error {
	for {
		t, mine := f.board()
		if mine {
			return f.fly(ctx, t, work)
		}
		select {
		case <-t.landed:
		case <-ctx.Done():
			return fmt.Errorf("waiting for another's request to the cluster: %w", context.Cause(ctx))
		}
		if !t.lost {
			return t.err
		}
	}
}

func (f *Flight) board() (t *trip, mine bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.now != nil {
		return f.now, false
	}
	f.now = &trip{landed: make(chan struct{}), lost: true}
	return f.now, true
}

// fly leaves the trip lost when work panics.
func (f *Flight) fly(ctx context.Context, t *trip, work func(context.Context) error) error {
	defer func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.now = nil
		close(t.landed)
	}()
	t.err = work(ctx)
	t.lost = t.err != nil && ctx.Err() != nil
	return t.err
}
