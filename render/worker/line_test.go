package worker

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/helm-dm/helm-dm/render/worker/job"
)

// idler is a worker without a process, which has done so many jobs.
func idler(served int64) *child {
	c := &child{command: &exec.Cmd{Process: &os.Process{Pid: -1}}, dead: make(chan struct{})}
	c.served.Store(served)
	return c
}

// waits has a job enter the line and wait.
func waits(t *testing.T, l *line, w *waiter) *waiter {
	t.Helper()
	w.grant = make(chan grant, 1)
	if c, err := l.enter(w); c != nil || err != nil {
		t.Fatalf("entering: %v, %v; want to wait", c, err)
	}
	return w
}

// granted tells what w was granted, without waiting for it.
func granted(w *waiter) (grant, bool) {
	select {
	case g := <-w.grant:
		return g, true
	default:
		return grant{}, false
	}
}

func TestTurns(t *testing.T) {
	t.Parallel()
	l := newLine(100)
	var all []*waiter
	for _, owner := range []string{"ada", "ada", "ada", "bob", "ada", "cy", "bob"} {
		all = append(all, waits(t, l, &waiter{owner: owner}))
	}
	l.leave(all[4])
	l.leave(all[5])
	all = append(all, waits(t, l, &waiter{owner: "cy"}))
	c := idler(1)
	l.join(c)
	var order []int
	for range 6 {
		for i, w := range all {
			if g, ok := granted(w); ok && g.child == c {
				order = append(order, i)
			}
		}
		l.give(c)
	}
	if want := []int{0, 3, 7, 1, 6, 2}; !slices.Equal(order, want) {
		t.Errorf("the jobs went in the order %v, want %v", order, want)
	}
	if len(l.idle) != 1 || l.waiting.count != 0 || len(l.waiting.queues) != 0 {
		t.Errorf("%d idle workers, %d jobs of %d owners wait", len(l.idle), l.waiting.count, len(l.waiting.queues))
	}
}

func TestShare(t *testing.T) {
	t.Parallel()
	l := newLine(8)
	waits(t, l, &waiter{owner: "ada"})
	waits(t, l, &waiter{owner: "ada"})
	if _, err := l.enter(&waiter{owner: "ada"}); !errors.Is(err, job.ErrUnavailable) || !strings.Contains(err.Error(), "2 jobs of the same caller") {
		t.Errorf("beyond a quarter: %v", err)
	}
	for _, owner := range []string{"bob", "bob", "cy", "cy", "dan", "dan"} {
		waits(t, l, &waiter{owner: owner})
	}
	if _, err := l.enter(&waiter{owner: "eve"}); !errors.Is(err, job.ErrUnavailable) || strings.Contains(err.Error(), "same caller") {
		t.Errorf("beyond all: %v", err)
	}
	l.close()
	if l.waiting.count != 0 {
		t.Errorf("%d jobs wait for what is closed", l.waiting.count)
	}
}

// TestRetry has a job that needs a fresh worker meet only workers that are used.
func TestRetry(t *testing.T) {
	t.Parallel()
	for name, busy := range map[string]bool{"idle": false, "at work": true} {
		l, old := newLine(8), idler(1)
		l.join(old)
		if busy {
			if _, err := l.enter(&waiter{}); err != nil {
				t.Fatal(err)
			}
		}
		retry := waits(t, l, &waiter{retry: true})
		other := waits(t, l, &waiter{})
		if busy {
			l.give(old)
		}
		if !errors.Is(old.killed(), errRetired) || len(l.idle) > 0 {
			t.Errorf("%s: the used worker is still there: %v, %d idle", name, old.killed(), len(l.idle))
		}
		l.part(old)
		late := waits(t, l, &waiter{retry: true})
		second := idler(1)
		l.join(second)
		if !errors.Is(second.killed(), errRetired) {
			t.Errorf("%s: the second used worker is still there", name)
		}
		first := idler(0)
		l.join(first)
		if g, ok := granted(retry); !ok || g.child != first {
			t.Errorf("%s: the fresh worker did not go to the first who needs one", name)
		}
		if _, ok := granted(other); ok {
			t.Errorf("%s: a worker went to whoever does not need a fresh one", name)
		}
		l.despair(errors.New("no more"))
		if g, ok := granted(late); !ok || !errors.Is(g.err, job.ErrUnavailable) {
			t.Errorf("%s: whoever needs a fresh worker still waits when none can be started", name)
		}
		if _, ok := granted(other); ok {
			t.Errorf("%s: a job was refused though there are workers", name)
		}
	}
}

func TestEndedContextTakesNothing(t *testing.T) {
	t.Parallel()
	l, c := newLine(8), idler(0)
	l.join(c)
	why := errors.New("nobody wants it any more")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(why)
	if got, err := l.take(ctx, &waiter{}); got != nil || !errors.Is(err, why) {
		t.Errorf("took %v, %v", got, err)
	}
	if len(l.idle) != 1 || c.gone() {
		t.Errorf("%d idle workers, killed: %v", len(l.idle), c.killed())
	}
}
