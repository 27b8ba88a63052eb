package reach

import (
	"context"
	"sync"
)

const (
	// places bounds what is fetched at a time: each may hold a package.
	places = 12
	// share bounds what is fetched at a time for one caller.
	share = 3
)

// queue lets callers fetch, a few at a time, and each of them only so often at
// once: a repository that one of them is kept waiting by stops nobody else.
type queue struct {
	mu    sync.Mutex
	total int
	of    map[string]int // by caller
	freed chan struct{}  // closed when a place is left
}

func newQueue() *queue { return &queue{of: map[string]int{}, freed: make(chan struct{})} }

// enter waits for a place. Whoever gets one must call the function returned, once.
func (q *queue) enter(ctx context.Context, owner string) (leave func(), err error) {
	for {
		free, freed := q.take(owner)
		if free {
			return sync.OnceFunc(func() { q.leave(owner) }), nil
		}
		select {
		case <-freed:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

func (q *queue) take(owner string) (free bool, freed <-chan struct{}) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.total >= places || q.of[owner] >= share {
		return false, q.freed
	}
	q.total++
	q.of[owner]++
	return true, nil
}

func (q *queue) leave(owner string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.total--
	if q.of[owner]--; q.of[owner] == 0 {
		delete(q.of, owner)
	}
	close(q.freed)
	q.freed = make(chan struct{})
}
