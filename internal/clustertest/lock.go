package clustertest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

// lockPause is the time between two looks at a lock that somebody else holds.
const lockPause = 50 * time.Millisecond

// lock is a locked file. The kernel lets go of it when its process ends, however
// that comes about.
type lock struct {
	file *os.File
}

func openLock(path string) (*lock, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	return &lock{file}, nil
}

// waitLock opens the file and waits until nobody else holds its lock.
func waitLock(ctx context.Context, path string) (*lock, error) {
	l, err := openLock(path)
	if err != nil {
		return nil, err
	}
	for {
		got, err := l.alone()
		if got {
			return l, nil
		}
		if err == nil {
			err = pause(ctx)
		}
		if err != nil {
			return nil, errors.Join(fmt.Errorf("waiting for the lock %q: %w", path, err), l.close())
		}
	}
}

func pause(ctx context.Context) error {
	select {
	case <-time.After(lockPause):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// alone tries to be the only one who holds the lock.
func (l *lock) alone() (bool, error) { return l.try(syscall.LOCK_EX) }

// share tries to hold the lock together with others.
func (l *lock) share() (bool, error) { return l.try(syscall.LOCK_SH) }

func (l *lock) try(how int) (bool, error) {
	for {
		err := syscall.Flock(int(l.file.Fd()), how|syscall.LOCK_NB)
		switch {
		case errors.Is(err, syscall.EINTR):
			continue
		case errors.Is(err, syscall.EWOULDBLOCK):
			return false, nil
		}
		return err == nil, err
	}
}

func (l *lock) close() error { return l.file.Close() }
