package worker

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/helm-dm/helm-dm/render/worker/job"
)

// fresh is asked for instead of a digest by those who need a worker that has
// done nothing yet.
const fresh = ""

// line is where jobs wait for workers, and workers for jobs.
type line struct {
	room int

	mu      sync.Mutex
	live    []*child // that are ready or at work
	idle    []*child // the one that was used last at the end
	waiting []*waiter
	trouble error // why no worker could be started, nil when one was since
	closed  bool
}

// waiter is a job that waits. It is told of one worker or error, once.
type waiter struct {
	digest string
	grant  chan grant
}

type grant struct {
	child *child
	err   error
}

func newLine(room int) *line { return &line{room: room} }

func (w *waiter) accepts(c *child) bool { return w.digest != fresh || c.served.Load() == 0 }

// take returns a worker that is idle: one that has the chart of that digest, if
// there is one, or else one that was used long ago. It waits until there is one
// or ctx ends. Whoever gets a worker gives or kills it.
func (l *line) take(ctx context.Context, digest string) (*child, error) {
	w := &waiter{digest: digest, grant: make(chan grant, 1)}
	if c, err := l.enter(w); c != nil || err != nil {
		return c, err
	}
	select {
	case g := <-w.grant:
		return g.child, g.err
	case <-ctx.Done():
		l.leave(w)
		return nil, context.Cause(ctx)
	}
}

// enter returns a worker at once, or has w wait.
func (l *line) enter(w *waiter) (*child, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.closed:
		return nil, fmt.Errorf("%w: they are stopping", job.ErrUnavailable)
	case len(l.live) == 0 && l.trouble != nil:
		return nil, l.trouble
	}
	if i := l.choose(w); i >= 0 {
		c := l.idle[i]
		l.idle = slices.Delete(l.idle, i, i+1)
		return c, nil
	}
	if w.digest == fresh { // it has waited before
		l.waiting = slices.Insert(l.waiting, 0, w)
		return nil, nil
	}
	if len(l.waiting) >= l.room {
		return nil, fmt.Errorf("%w: %d jobs are waiting for one already", job.ErrUnavailable, len(l.waiting))
	}
	l.waiting = append(l.waiting, w)
	return nil, nil
}

func (l *line) choose(w *waiter) int {
	if i := slices.IndexFunc(l.idle, func(c *child) bool { return w.digest != fresh && c.knows(w.digest) }); i >= 0 {
		return i
	}
	return slices.IndexFunc(l.idle, w.accepts)
}

// leave takes w out of the line. What it was granted meanwhile goes to others.
func (l *line) leave(w *waiter) {
	l.mu.Lock()
	l.waiting = slices.DeleteFunc(l.waiting, func(other *waiter) bool { return other == w })
	l.mu.Unlock()
	select {
	case g := <-w.grant:
		if g.child != nil {
			l.give(g.child)
		}
	default:
	}
}

// join adds a worker that is ready.
func (l *line) join(c *child) {
	l.mu.Lock()
	l.live = append(l.live, c)
	l.trouble = nil
	l.mu.Unlock()
	l.give(c)
}

// part removes a worker that is dead.
func (l *line) part(c *child) {
	l.mu.Lock()
	defer l.mu.Unlock()
	is := func(other *child) bool { return other == c }
	l.live, l.idle = slices.DeleteFunc(l.live, is), slices.DeleteFunc(l.idle, is)
}

// give hands a worker to the first job that accepts it.
func (l *line) give(c *child) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if c.gone() {
		return
	}
	i := slices.IndexFunc(l.waiting, func(w *waiter) bool { return w.accepts(c) })
	if i < 0 {
		l.idle = append(l.idle, c)
		return
	}
	l.waiting[i].grant <- grant{child: c}
	l.waiting = slices.Delete(l.waiting, i, i+1)
}

// despair fails the jobs that wait if there is no worker, for err.
func (l *line) despair(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.trouble = fmt.Errorf("%w: %w", job.ErrUnavailable, err)
	if len(l.live) == 0 {
		l.refuse(l.trouble)
	}
}

// close fails the jobs that wait, and all to come.
func (l *line) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	l.refuse(fmt.Errorf("%w: they are stopping", job.ErrUnavailable))
}

func (l *line) refuse(err error) {
	for _, w := range l.waiting {
		w.grant <- grant{err: err}
	}
	l.waiting = nil
}
