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
	"github.com/helm-dm/helm-dm/render/document"
	"github.com/helm-dm/helm-dm/render/worker/job"
	"github.com/helm-dm/helm-dm/render/worker/sandbox"
	"github.com/helm-dm/helm-dm/render/worker/wire"
)

// Why a worker was killed, apart from the cause of a context and an overdraft.
var (
	errTime     = errors.New("its time was up")
	errLongest  = errors.New("its time was up, with that of its lookups")
	errSilent   = errors.New("it closed its output and went on")
	errLate     = errors.New("it spoke of another job") // than it was given
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
	of    string // a budget, or crash
	err   error
	again bool // something else may have caused it: earlier jobs, or the kernel for the sake of others
}

func (d *death) Error() string { return d.err.Error() }

func (d *death) Unwrap() error { return d.err }

// Crash is the error of a job whose worker died of something that is no budget.
type Crash struct {
	Chart    string // its name, or its digest when it had not been loaded
	Template string // path from the root chart, empty when none had begun
	How      string
}

func (e *Crash) Error() string {
	if e.Template == "" {
		return fmt.Sprintf("the render worker of chart %q died: %s", e.Chart, e.How)
	}
	return fmt.Sprintf("the render worker died while it executed %s of chart %q: %s", e.Template, e.Chart, e.How)
}

// explain tells why the worker of a job was lost, once it is dead.
func (p *Pool) explain(c *child, digest string, cause error) error {
	if errors.Is(cause, wire.ErrFrame) {
		c.kill(cause)
	}
	select { // whoever closes the pipe is about to end
	case <-c.dead:
	case <-time.After(time.Second):
		c.kill(errSilent)
		<-c.dead
	}
	at := placeOf(c.template, digest)
	reason, overdrawn := c.killed(), (*overdraft)(nil)
	switch {
	case errors.Is(reason, errStopping):
		return fmt.Errorf("%w: %w", job.ErrUnavailable, reason)
	case errors.Is(reason, errTime):
		return at.over("time", p.Time.String())
	case errors.Is(reason, errLongest):
		return at.over("time", p.Longest.String()+" with lookups")
	case errors.As(reason, &overdrawn):
		return at.over("lookups", overdrawn.limit)
	case errors.Is(reason, wire.ErrFrame):
		d := at.crash("it did not keep to the protocol")
		d.again = errors.Is(reason, errLate)
		return d
	case errors.Is(reason, errSilent):
		return at.crash(reason.Error())
	case reason != nil:
		return reason
	}
	return at.found(c, size(p.Memory))
}

// found tells of a worker that nobody in the pool has killed.
func (at place) found(c *child, bound string) *death {
	const memory = "memory"
	switch phrase := c.words.phrase(); {
	case phrase == overflow:
		return at.over("stack", size(sandbox.Stack))
	case phrase != "":
		d := at.over(memory, bound)
		d.again = c.served.Load() > 1
		return d
	case wasKilled(c.command.ProcessState):
		d := at.over(memory, bound)
		d.again = true
		return d
	}
	return at.crash(c.command.ProcessState.String())
}

// place is where a job was.
type place struct{ chart, template string }

// placeOf is that which the worker left behind: a path, or the name of the chart
// before the first template. Where it left nothing the chart was yet to be loaded.
func placeOf(left, digest string) place {
	switch {
	case left == "":
		return place{chart: digest}
	case !strings.Contains(left, "/"):
		return place{chart: left}
	}
	return place{document.ChartOf(left), left}
}

func (at place) over(budget, limit string) *death {
	return &death{of: budget, err: &render.BudgetError{Chart: at.chart, Template: at.template, Budget: budget, Limit: limit}}
}

func (at place) crash(how string) *death {
	return &death{of: "crash", err: &Crash{Chart: at.chart, Template: at.template, How: how}}
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

// overflow is what the Go runtime says of a stack that is too deep.
const overflow = "stack overflow"

// phrases are what the Go runtime and the C library say of what ends a process. All
// but overflow are of memory: the collector faults where it is refused some, and a
// fault of anything else in a worker is a panic, which ends no process.
func phrases() []string {
	return []string{
		overflow, "segmentation violation", "out of memory", "cannot allocate", "failed to allocate",
		"cannot map pages", "failed to reserve", "newosproc", "pthread_create failed",
	}
}

// phrase is the one by which the process ended; empty when it was none of them.
func (w *words) phrase() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	for line := range strings.Lines(string(w.text)) {
		if !slices.ContainsFunc([]string{"fatal error: ", "runtime/cgo: ", "SIGSEGV: "}, func(prefix string) bool { return strings.HasPrefix(line, prefix) }) {
			continue
		}
		if i := slices.IndexFunc(phrases(), func(phrase string) bool { return strings.Contains(line, phrase) }); i >= 0 {
			return phrases()[i]
		}
		return ""
	}
	return ""
}

// wasKilled says whether somebody else than the pool killed the process, as the
// kernel does when memory is short.
func wasKilled(state *os.ProcessState) bool {
	status, ok := state.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}
