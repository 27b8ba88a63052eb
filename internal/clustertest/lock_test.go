package clustertest

import (
	"context"
	"path/filepath"
	"testing"
	"time"
)

// want makes an attempt that must end as said.
func want(t *testing.T, what string, attempt func() (bool, error), expected bool) {
	t.Helper()
	got, err := attempt()
	if err != nil || got != expected {
		t.Fatalf("%s: %t, error %v; want %t", what, got, err, expected)
	}
}

func TestLastOneIsAlone(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "users")
	first, second := opened(t, path), opened(t, path)
	want(t, "the first finds nobody", first.alone, true)
	want(t, "the second finds the first", second.alone, false)
	want(t, "the first lets others in", first.share, true)
	want(t, "the second joins", second.share, true)
	want(t, "the first is not the last", first.alone, false)
	if err := first.close(); err != nil {
		t.Fatal(err)
	}
	want(t, "the second is the last", second.alone, true)
}

func TestWaitLock(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "turn")
	held, err := waitLock(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*lockPause)
	defer cancel()
	if _, err := waitLock(ctx, path); err == nil {
		t.Fatal("a lock that is held was given away")
	}
	time.AfterFunc(lockPause, func() { _ = held.close() })
	next, err := waitLock(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := next.close(); err != nil {
		t.Fatal(err)
	}
}

func opened(t *testing.T, path string) *lock {
	t.Helper()
	l, err := openLock(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.close() })
	return l
}
