package reach

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
)

func TestQueueIsShared(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newQueue()
		enter := func(owner string) (leave func()) {
			t.Helper()
			leave, err := q.enter(t.Context(), owner)
			if err != nil {
				t.Fatal(err)
			}
			return leave
		}
		leave := enter("eve")
		for range share - 1 {
			enter("eve")
		}
		entered := false
		go func() {
			defer enter("eve")()
			entered = true
		}()
		synctest.Wait()
		if entered {
			t.Error("one caller has more than their share")
		}
		enter("ada")() // is not kept waiting
		leave()
		leave() // counts once
		synctest.Wait()
		if !entered {
			t.Error("a place was left and not taken")
		}
		if q.total != share-1 || len(q.of) != 1 {
			t.Errorf("%d places are taken, by %v", q.total, q.of)
		}
	})
}

func TestQueueIsBounded(t *testing.T) {
	t.Parallel()
	q := newQueue()
	for i := range places {
		if _, err := q.enter(t.Context(), string(rune('a'+i))); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := q.enter(ctx, "late"); !errors.Is(err, context.Canceled) {
		t.Errorf("entered a queue that is full: %v", err)
	}
}
