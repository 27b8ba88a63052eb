package process

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
)

type mode int

const (
	shared    mode = syscall.LOCK_SH
	exclusive mode = syscall.LOCK_EX
)

// pause is the time between two looks at a lock.
const pause = 20 * time.Millisecond

// tryLock reports whether it got the lock of the open file, which lasts until every copy of f is closed.
func tryLock(f *os.File, m mode) (bool, error) {
	for {
		err := syscall.Flock(int(f.Fd()), int(m)|syscall.LOCK_NB)
		switch {
		case errors.Is(err, syscall.EINTR):
			continue
		case errors.Is(err, syscall.EWOULDBLOCK):
			return false, nil
		}
		return err == nil, err
	}
}

// waitLock takes the exclusive lock of the open file as soon as nobody else holds it.
func waitLock(ctx context.Context, f *os.File) error {
	return wait.PollUntilContextCancel(ctx, pause, true, func(context.Context) (bool, error) {
		return tryLock(f, exclusive)
	})
}

// Lock waits for its turn to change what belongs to the folder, which must exist. The returned function ends the turn.
func Lock(ctx context.Context, dir string) (unlock func(), err error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	if err := waitLock(ctx, f); err != nil {
		return nil, errors.Join(fmt.Errorf("waiting for another helm-local to finish with %q: %w", dir, err), f.Close())
	}
	return func() { _ = f.Close() }, nil
}
