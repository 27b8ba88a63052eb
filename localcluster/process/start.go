package process

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// Spec says what to run.
type Spec struct {
	Name string
	Path string // of the program; looked up in PATH when it has no slash
	Args []string
	Env  []string // nil: the environment of this process
	Dir  string   // working directory; empty: that of this process
	Note string   // comes back in Process
}

// maxLog is the size in bytes from which a log is set aside as NAME.log.old when its process starts again.
const maxLog = 4 << 20

// Start runs a program in a session of its own and returns at once; the process reads nothing, and writes to its
// log. It fails when a process of that name is alive.
func (t Table) Start(ctx context.Context, s Spec) (Process, error) {
	p, err := t.start(ctx, s)
	if err != nil {
		return p, fmt.Errorf("starting %q: %w", s.Name, err)
	}
	return p, nil
}

func (t Table) start(ctx context.Context, s Spec) (Process, error) {
	p := Process{Name: s.Name, Note: s.Note}
	lock, err := t.claim(ctx, s.Name)
	if err != nil {
		return p, err
	}
	defer lock.Close()
	log, err := t.openLog(s.Name)
	if err != nil {
		return p, errors.Join(err, os.Remove(lock.Name()))
	}
	defer log.Close()

	cmd := exec.Command(s.Path, s.Args...) //nolint:noctx // the process outlives this call and its context
	cmd.Env, cmd.Dir = s.Env, s.Dir
	cmd.Stdout, cmd.Stderr = log, log
	cmd.ExtraFiles = []*os.File{lock}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return p, errors.Join(err, os.Remove(lock.Name()))
	}
	p.PID, p.Started, p.Known, p.Alive = cmd.Process.Pid, time.Now(), true, true
	if err := json.NewEncoder(lock).Encode(p); err != nil {
		return p, errors.Join(err, cmd.Process.Kill())
	}
	return p, cmd.Process.Release()
}

// claim returns the locked, empty lock file of a process that is to start. Somebody who looks whether the process is
// alive holds the lock for an instant, so it is asked for more than once.
func (t Table) claim(ctx context.Context, name string) (*os.File, error) {
	if err := os.MkdirAll(t.Dir, 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(t.lockFile(name), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	if err := waitLock(ctx, f); err != nil {
		return nil, errors.Join(errors.New("it is running already"), f.Close())
	}
	if err := f.Truncate(0); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func (t Table) openLog(name string) (*os.File, error) {
	if err := os.MkdirAll(t.Logs, 0o700); err != nil {
		return nil, err
	}
	path := t.Log(name)
	if info, err := os.Stat(path); err == nil && info.Size() > maxLog {
		if err := os.Rename(path, path+".old"); err != nil {
			return nil, err
		}
	}
	return os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
}
