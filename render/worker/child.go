package worker

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/helm-dm/helm-dm/render/worker/page"
	"github.com/helm-dm/helm-dm/render/worker/process"
	"github.com/helm-dm/helm-dm/render/worker/wire"
)

// known is how many charts the pool remembers a worker to have.
const known = 64

// child is a worker process as the pool sees it. Whoever took it from the line
// is the only one to use it; only killing is for everybody.
type child struct {
	command *exec.Cmd
	in      *wire.Writer
	out     *wire.Reader
	pipes   [2]*os.File
	page    *os.File // nil where the system has none
	words   *words

	served  atomic.Int64 // jobs begun
	spent   bool         // it wants to be replaced
	digests []string     // of charts it has had, the one used last at the end

	mu     sync.Mutex
	reason error         // why it was killed, nil if it was not
	dead   chan struct{} // closed once it has been waited for

	template string // that was executed last, once it is dead
}

// life runs one worker from its start to its end. lived says whether it was of
// any use, or at least might have been.
func (p *Pool) life(ctx context.Context) (lived bool, err error) {
	// The worker dies with the thread that started it (prctl(2), PR_SET_PDEATHSIG),
	// which therefore must not end before.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	c, err := start(p.Memory)
	if err != nil {
		return false, err
	}
	defer c.close()
	stop := context.AfterFunc(ctx, func() { c.kill(errStopping) })
	defer stop()
	if err := p.greet(c); err != nil {
		c.kill(err)
		c.wait()
		return false, err
	}
	began := time.Now()
	p.line.join(c)
	c.wait()
	p.line.part(c)
	if c.served.Load() == 0 && time.Since(began) < time.Second {
		return false, fmt.Errorf("it ended at once: %s", c.command.ProcessState)
	}
	return true, nil
}

// start starts a process. Close it after wait.
func start(memory int64) (_ *child, err error) {
	c := &child{words: &words{}, dead: make(chan struct{})}
	var theirs [2]*os.File
	defer func() {
		closeAll(theirs[:]...)
		if err != nil {
			c.close()
		}
	}()
	if theirs[0], c.pipes[0], err = os.Pipe(); err != nil {
		return nil, fmt.Errorf("starting a render worker: %w", err)
	}
	if c.pipes[1], theirs[1], err = os.Pipe(); err != nil {
		return nil, fmt.Errorf("starting a render worker: %w", err)
	}
	if c.page, err = page.New(); err != nil {
		return nil, err
	}
	c.in, c.out = wire.NewWriter(c.pipes[0]), wire.NewReader(c.pipes[1])
	program, err := program()
	if err != nil {
		return nil, fmt.Errorf("starting a render worker: %w", err)
	}
	c.command = exec.Command(program, process.Arguments(memory)...) //nolint:noctx // itself; it outlives every request
	c.command.Env = []string{}
	c.command.Stdin, c.command.Stdout, c.command.Stderr = theirs[0], theirs[1], c.words
	c.command.SysProcAttr = attributes()
	if c.page != nil {
		c.command.ExtraFiles = []*os.File{c.page}
	}
	if err := c.command.Start(); err != nil {
		return nil, fmt.Errorf("starting a render worker: %w", err)
	}
	return c, nil
}

// greet waits until the worker is ready.
func (p *Pool) greet(c *child) error {
	timer := time.AfterFunc(startTime, func() { c.kill(errors.New("it was not ready in time")) })
	defer timer.Stop()
	f, err := c.out.Read()
	if err != nil {
		return fmt.Errorf("starting a render worker: %w", err)
	}
	confined, err := wire.DecodeReady(f)
	if err != nil {
		return fmt.Errorf("starting a render worker: %w", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.confined == nil {
		p.confined = &confined
		if len(confined.Missing) > 0 {
			p.Logger.Warn("render workers are not confined as they should be", "missing", confined.Missing, "enforced", confined.Enforced)
		} else {
			p.Logger.Info("render workers are confined", "enforced", confined.Enforced)
		}
	}
	return nil
}

// kill ends the process at once. The first reason counts.
func (c *child) kill(reason error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.reason == nil {
		c.reason = reason
		_ = c.command.Process.Kill() // it fails where the process is dead
	}
}

func (c *child) killed() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.reason
}

// wait returns when the process is dead.
func (c *child) wait() {
	_ = c.command.Wait() // ProcessState tells
	if c.page != nil {
		c.template = page.Read(c.page)
	}
	close(c.dead)
}

// gone says whether the process is dead or about to be.
func (c *child) gone() bool {
	select {
	case <-c.dead:
		return true
	default:
		return c.killed() != nil
	}
}

func (c *child) close() { closeAll(c.pipes[0], c.pipes[1], c.page) }

func (c *child) pid() int { return c.command.Process.Pid }

func (c *child) knows(digest string) bool { return slices.Contains(c.digests, digest) }

// remember notes that the worker has had the chart of that digest.
func (c *child) remember(digest string) {
	c.digests = append(slices.DeleteFunc(c.digests, func(d string) bool { return d == digest }), digest)
	if len(c.digests) > known {
		c.digests = slices.Delete(c.digests, 0, 1)
	}
}

func closeAll(files ...*os.File) {
	for _, f := range files {
		if f != nil {
			_ = f.Close()
		}
	}
}
