package worker

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/helm-dm/helm-dm/render/worker/job"
)

// line is where jobs wait for workers, and workers for jobs.
type line struct {
	room int

	mu      sync.Mutex
	live    []*child // that are ready or at work
	idle    []*child // the one that was used last at the end
	waiting turns
	retries []*waiter // for a worker that has done nothing yet, as they came; they go first
	trouble error     // why no worker could be started, nil when one was since
	closed  bool
}

// waiter is a job that waits. It is told of one worker or error, once.
type waiter struct {
	owner, digest string
	retry         bool // it needs a worker that has done nothing yet
	cleared       bool // a worker was ended so that there will be one for it
	grant         chan grant
}

type grant struct {
	child *child
	err   error
}

func newLine(room int) *line { return &line{room: room} }

// take returns a worker that is idle: one that has the chart, if there is one, or
// else one that was used long ago. It waits until there is one or ctx ends.
// Whoever gets a worker gives or kills it.
func (l *line) take(ctx context.Context, w *waiter) (*child, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	w.grant = make(chan grant, 1)
	if c, err := l.enter(w); c != nil || err != nil {
		return c, err
	}
	select {
	case g := <-w.grant:
		if g.child != nil && ctx.Err() != nil {
			l.give(g.child)
			return nil, context.Cause(ctx)
		}
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
	case l.trouble != nil && (w.retry || len(l.live) == 0):
		return nil, l.trouble
	}
	if i := l.choose(w); i >= 0 {
		c := l.idle[i]
		l.idle = slices.Delete(l.idle, i, i+1)
		return c, nil
	}
	if w.retry {
		l.retries = append(l.retries, w)
		if len(l.idle) > 0 {
			l.clear(w, l.idle[0])
			l.idle = l.idle[1:]
		}
		return nil, nil
	}
	if l.waiting.count >= l.room {
		return nil, fmt.Errorf("%w: %d jobs are waiting for one already", job.ErrUnavailable, l.waiting.count)
	}
	if n := l.waiting.of(w.owner); n >= max(1, l.room/4) {
		return nil, fmt.Errorf("%w: %d jobs of the same caller are waiting for one already", job.ErrUnavailable, n)
	}
	l.waiting.add(w)
	return nil, nil
}

// choose returns the index of the idle worker that suits w best, negative when
// none does.
func (l *line) choose(w *waiter) int {
	if w.retry {
		return slices.IndexFunc(l.idle, unused)
	}
	if i := slices.IndexFunc(l.idle, func(c *child) bool { return c.knows(w.digest) }); i >= 0 {
		return i
	}
	return min(len(l.idle), 1) - 1
}

func unused(c *child) bool { return c.served.Load() == 0 }

// clear ends a used worker, in whose place a fresh one will come for w.
func (l *line) clear(w *waiter, c *child) {
	w.cleared = true
	c.kill(errRetired)
}

// leave takes w out of the line. What it was granted meanwhile goes to others.
func (l *line) leave(w *waiter) {
	l.mu.Lock()
	l.waiting.remove(w)
	l.retries = slices.DeleteFunc(l.retries, func(other *waiter) bool { return other == w })
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

// give hands a worker to the job whose turn it is, and has it idle when none
// waits.
func (l *line) give(c *child) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if c.gone() {
		return
	}
	if len(l.retries) > 0 && unused(c) {
		l.retries[0].grant <- grant{child: c}
		l.retries = l.retries[1:]
		return
	}
	if i := slices.IndexFunc(l.retries, func(w *waiter) bool { return !w.cleared }); i >= 0 {
		l.clear(l.retries[i], c)
		return
	}
	if w := l.waiting.next(); w != nil {
		w.grant <- grant{child: c}
		return
	}
	l.idle = append(l.idle, c)
}

// despair fails the jobs that wait, for err: those that need a fresh worker, and
// all if there is no other.
func (l *line) despair(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.trouble = fmt.Errorf("%w: %w", job.ErrUnavailable, err)
	l.refuse(l.trouble, len(l.live) == 0)
}

// close fails the jobs that wait, and all to come.
func (l *line) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	l.refuse(fmt.Errorf("%w: they are stopping", job.ErrUnavailable), true)
}

func (l *line) refuse(err error, all bool) {
	for _, w := range l.retries {
		w.grant <- grant{err: err}
	}
	l.retries = nil
	for all && l.waiting.count > 0 {
		l.waiting.next().grant <- grant{err: err}
	}
}
