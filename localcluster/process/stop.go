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

// killed is how long a killed process may take to disappear.
const killed = 5 * time.Second

// Stop ends the process, and forgets it. It is asked to terminate; when it, or a child that it left behind, still
// lives after the grace time, its whole process group is killed. Stopping an unknown or dead process is no error.
func (t Table) Stop(ctx context.Context, name string, grace time.Duration) error {
	p, err := t.recorded(ctx, name)
	if err == nil && p.Alive {
		err = t.end(ctx, p, grace)
	}
	if err != nil {
		return fmt.Errorf("stopping %q: %w", name, err)
	}
	if !p.Known {
		return nil
	}
	return os.Remove(t.lockFile(name))
}

// recorded finds the process and waits out the moment in which its id is not written yet.
func (t Table) recorded(ctx context.Context, name string) (p Process, err error) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	waitErr := wait.PollUntilContextCancel(ctx, pause, true, func(context.Context) (bool, error) {
		p, err = t.Find(name)
		return !p.Alive || p.PID != 0, err
	})
	if err == nil && waitErr != nil {
		err = fmt.Errorf("it is alive, but %q does not tell its process id: end it by hand", t.lockFile(name))
	}
	return p, err
}

// end uses that the id of a process is not given away while its process group has members.
func (t Table) end(ctx context.Context, p Process, grace time.Duration) error {
	err := syscall.Kill(p.PID, syscall.SIGTERM)
	if err == nil && t.gone(ctx, p.Name, grace) == nil {
		return nil
	}
	if err != nil && !errors.Is(err, syscall.ESRCH) {
		return err
	}
	if err := syscall.Kill(-p.PID, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		return err
	}
	return t.gone(ctx, p.Name, killed)
}

// gone waits until the process is dead.
func (t Table) gone(ctx context.Context, name string, limit time.Duration) error {
	return wait.PollUntilContextTimeout(ctx, pause, limit, true, func(context.Context) (bool, error) {
		p, err := t.Find(name)
		return !p.Alive, err
	})
}
