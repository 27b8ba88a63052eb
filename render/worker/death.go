package worker

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/helm-dm/helm-dm/render"
	"github.com/helm-dm/helm-dm/render/worker/job"
	"github.com/helm-dm/helm-dm/render/worker/sandbox"
	"github.com/helm-dm/helm-dm/render/worker/wire"
)

// Why a worker was killed, apart from the cause of a context and an overdraft.
var (
	errTime     = errors.New("its time was up")
	errRetired  = errors.New("it was replaced")
	errStopping = errors.New("the workers are stopping")
)

// overdraft is a budget that was spent on lookups.
type overdraft struct{ limit string }

func (o *overdraft) Error() string { return "it went beyond " + o.limit }

// lost is the end of the talk with a worker in the middle of a job.
type lost struct{ err error }

func (l *lost) Error() string { return l.err.Error() }

func (l *lost) Unwrap() error { return l.err }

func broken(err error) bool {
	gone := (*lost)(nil)
	return errors.As(err, &gone)
}

// death is the end of a worker in the middle of a job that is taken to have
// caused it.
type death struct {
	of     string // a budget, or crash
	err    error
	killed bool // by somebody else than the pool: perhaps for the sake of others
}

// memory is the budget that gets a second try.
const memory = "memory"

func (d *death) Error() string { return d.err.Error() }

func (d *death) Unwrap() error { return d.err }

// Crash is the error of a job whose worker died of something that is no budget.
type Crash struct {
	Template string // path from the root chart, empty when none had begun
	How      string
}

func (e *Crash) Error() string {
	if e.Template == "" {
		return "the render worker died: " + e.How
	}
	return fmt.Sprintf("the render worker died while it executed %s: %s", e.Template, e.How)
}

// explain tells why the worker of a job was lost, once it is dead.
func (p *Pool) explain(c *child, cause error) error {
	if errors.Is(cause, wire.ErrFrame) {
		c.kill(cause)
	}
	select { // whoever closes the pipe is about to end
	case <-c.dead:
	case <-time.After(time.Second):
		c.kill(errors.New("it fell silent"))
		<-c.dead
	}
	template := c.template
	over := func(budget, limit string) *death {
		return &death{of: budget, err: &render.BudgetError{Chart: chartOf(template), Template: template, Budget: budget, Limit: limit}}
	}
	reason, overdrawn := c.killed(), (*overdraft)(nil)
	switch {
	case errors.Is(reason, errStopping):
		return fmt.Errorf("%w: %w", job.ErrUnavailable, reason)
	case errors.Is(reason, errTime):
		return over("time", p.Time.String())
	case errors.As(reason, &overdrawn):
		return over("lookups", overdrawn.limit)
	case errors.Is(reason, wire.ErrFrame):
		return &death{of: "crash", err: &Crash{Template: template, How: "it did not keep to the protocol"}}
	case reason != nil:
		return reason
	case c.words.told("stack overflow"):
		return over("stack", size(sandbox.Stack))
	// The runtime's collector faults where it is refused memory; a fault of
	// anything else in the worker is a panic, which ends no process.
	case c.words.told("segmentation violation", "out of memory", "cannot allocate", "failed to allocate", "cannot map pages", "failed to reserve", "newosproc", "pthread_create failed"):
		return over(memory, size(p.Memory))
	case wasKilled(c.command.ProcessState):
		d := over(memory, size(p.Memory))
		d.killed = true
		return d
	}
	return &death{of: "crash", err: &Crash{Template: template, How: c.command.ProcessState.String()}}
}

// chartOf is the name of the chart that a template's path belongs to.
func chartOf(template string) string {
	if i := strings.LastIndex(template, "/charts/"); i >= 0 {
		template = template[i+len("/charts/"):]
	}
	name, _, _ := strings.Cut(template, "/")
	return name
}

func size(bytes int64) string { return fmt.Sprintf("%d MiB", bytes>>20) }

// words is the beginning of what a worker wrote to its standard error, where the
// Go runtime says what ends it. It may quote anything and is shown to nobody.
type words struct {
	mu   sync.Mutex
	text []byte
}

const maxWords = 8 << 10

func (w *words) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.text = append(w.text, p[:min(len(p), maxWords-len(w.text))]...)
	return len(p), nil
}

// last is the line by which the Go runtime ends the process, with one of its own
// phrases; empty when it did not.
func (w *words) last() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	for line := range strings.Lines(string(w.text)) {
		for _, prefix := range []string{"fatal error: ", "runtime/cgo: ", "SIGSEGV: "} {
			if said, ok := strings.CutPrefix(line, prefix); ok {
				return strings.TrimSpace(said)
			}
		}
	}
	return ""
}

// told says whether that line has one of the phrases.
func (w *words) told(phrases ...string) bool {
	said := w.last()
	return slices.ContainsFunc(phrases, func(phrase string) bool { return strings.Contains(said, phrase) })
}

// wasKilled says whether somebody else than the pool killed the process, as the
// kernel does when memory is short.
func wasKilled(state *os.ProcessState) bool {
	status, ok := state.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}
