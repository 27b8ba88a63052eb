package worker

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/render/worker/job"
	"github.com/helm-dm/helm-dm/render/worker/wire"
)

// How long a worker may take to be ready, and how long the pool rests before it
// starts another one when they do not live.
const (
	startTime = 30 * time.Second
	leastRest = 100 * time.Millisecond
	mostRest  = 30 * time.Second
)

// Pool does jobs in worker processes. Make one with New and let Run run; until
// then jobs wait. The program's main must begin with process.Asked.
type Pool struct {
	Config
	line     *line
	mu       sync.Mutex
	confined *wire.Confinement // nil before the first worker is ready
}

// New makes a Pool. No process is started before Run.
func New(config Config) *Pool {
	config = config.defaults()
	return &Pool{Config: config, line: newLine(config.Queue)}
}

// Run keeps the workers running until ctx ends, and returns when all are gone.
// Jobs that are being done then fail, as do all later ones.
func (p *Pool) Run(ctx context.Context) {
	var g errgroup.Group
	for range p.Workers {
		g.Go(func() error { p.keep(ctx); return nil })
	}
	<-ctx.Done()
	p.line.close()
	_ = g.Wait()
}

// Confinement says what holds of the promises about workers, and what does not;
// ok is false before the first of them is ready.
func (p *Pool) Confinement() (c wire.Confinement, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.confined == nil {
		return wire.Confinement{}, false
	}
	return *p.confined, true
}

var _ job.Worker = (*Pool)(nil)

// Inspect is that of job.Worker. A blown budget yields a *render.BudgetError,
// trouble with the workers an error that matches job.ErrUnavailable, and a worker
// that died otherwise a *Crash.
func (p *Pool) Inspect(ctx context.Context, pkg job.Package) (told *job.Facts, err error) {
	request, err := wire.EncodeInspect(pkg.Digest)
	if err != nil {
		return nil, err
	}
	err = p.do(ctx, pkg, request, func(ctx context.Context, c *child) (err error) {
		told, err = outcome(ctx, p.exchange(c, pkg, nil), request, wire.Told, wire.DecodeTold)
		return err
	})
	return told, err
}

// Describe is that of job.Worker, with the further errors of Inspect.
func (p *Pool) Describe(ctx context.Context, pkg job.Package, reference string) (described *job.Description, err error) {
	request, err := wire.EncodeDescribe(pkg.Digest, reference)
	if err != nil {
		return nil, err
	}
	err = p.do(ctx, pkg, request, func(ctx context.Context, c *child) (err error) {
		described, err = outcome(ctx, p.exchange(c, pkg, nil), request, wire.Described, wire.DecodeDescribed)
		return err
	})
	return described, err
}

// Render is that of job.Worker, with the further errors of Inspect.
func (p *Pool) Render(ctx context.Context, r *job.Request) (done *job.Result, err error) {
	bounded := *r
	bounded.Options.MaxOutput = lower(r.Options.MaxOutput, p.Output)
	bounded.Options.MaxGenerated = lower(r.Options.MaxGenerated, p.Output)
	request, err := wire.EncodeRender(&bounded)
	if err != nil {
		return nil, err
	}
	err = p.do(ctx, r.Chart, request, func(ctx context.Context, c *child) (err error) {
		done, err = outcome(ctx, p.exchange(c, r.Chart, r.Options.Lookup), request, wire.Done, wire.DecodeDone)
		return err
	})
	return done, err
}

// lower is the bound that is asked for, if it is one.
func lower(asked, bound int64) int64 {
	if asked <= 0 {
		return bound
	}
	return min(asked, bound)
}

// do has a worker do a job. Where one dies for what may be no fault of the job, a
// fresh one tries.
func (p *Pool) do(ctx context.Context, pkg job.Package, request wire.Frame, work func(context.Context, *child) error) error {
	if !chart.IsDigest(pkg.Digest) {
		return fmt.Errorf("%w: %q is no digest of a chart", chart.ErrInvalid, pkg.Digest)
	}
	if err := request.Check(); err != nil {
		return fmt.Errorf("%w: the request is too large: %w", chart.ErrInvalid, err)
	}
	err := p.try(ctx, &waiter{owner: pkg.Owner, digest: pkg.Digest}, work)
	if dead := (*death)(nil); errors.As(err, &dead) && dead.again {
		err = p.try(ctx, &waiter{owner: pkg.Owner, digest: pkg.Digest, retry: true}, work)
	}
	return err
}

// try has a worker do a job and hands it back, unless it is of no more use.
func (p *Pool) try(ctx context.Context, w *waiter, work func(context.Context, *child) error) error {
	c, err := p.line.take(ctx, w)
	if err != nil {
		return err
	}
	c.served.Add(1)
	whole := false
	defer func() { // also where work panics
		if whole && !c.spent && c.out.Idle() {
			c.remember(w.digest)
			p.line.give(c)
		} else {
			c.kill(errRetired)
		}
	}()
	ctx, cancel := context.WithTimeoutCause(ctx, p.Longest, errLongest)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { c.kill(context.Cause(ctx)) })
	err = work(ctx, c)
	whole = stop() && !broken(err) // or else it is being killed, or should be
	if !broken(err) {
		return err
	}
	err = p.explain(c, w.digest, err)
	if dead := (*death)(nil); errors.As(err, &dead) {
		p.Logger.Warn("a render worker died", "of", dead.of, "phrase", c.words.phrase(), "worker", c.pid())
	}
	return err
}

// keep keeps one worker running until ctx ends.
func (p *Pool) keep(ctx context.Context) {
	rest := leastRest
	for ctx.Err() == nil {
		lived, err := p.life(ctx)
		if err == nil || lived {
			rest = leastRest
			continue
		}
		if ctx.Err() != nil {
			return
		}
		p.Logger.Error("a render worker cannot run", "err", err, "rest", rest)
		p.line.despair(err)
		select {
		case <-ctx.Done():
		case <-time.After(rest):
		}
		rest = min(2*rest, mostRest)
	}
}
