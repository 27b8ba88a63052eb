package trial

import (
	"context"
	"errors"

	"golang.org/x/sync/errgroup"

	"github.com/helm-dm/helm-dm/conformance/program"
	"github.com/helm-dm/helm-dm/conformance/verdict"
)

// Pair is the two programs.
type Pair struct {
	Runner *program.Runner
	Ours   string // the path of the program to judge
	Theirs string // the path of the oracle
}

// Outcome is how a case ended.
type Outcome struct {
	Case    Case
	Verdict verdict.Verdict
	Ours    program.Result
	Theirs  program.Result
	Err     error // why the case is verdict.Broken, else nil
}

// Try runs one case.
func (p Pair) Try(ctx context.Context, c Case) Outcome {
	out := Outcome{Case: c}
	out.Theirs, out.Err = p.run(ctx, p.Theirs, c)
	endless := errors.Is(out.Err, context.DeadlineExceeded) && ctx.Err() == nil
	if out.Err == nil || endless {
		out.Ours, out.Err = p.run(ctx, p.Ours, c)
	}
	switch {
	case out.Err == nil && endless:
		out.Verdict = verdict.Crash
	case out.Err == nil:
		out.Verdict, out.Err = verdict.Judge(out.Ours, out.Theirs, func() (program.Result, error) {
			return p.run(ctx, p.Theirs, c)
		})
	}
	if out.Err != nil { // of one of the programs, or of the second run of theirs
		out.Verdict = verdict.Broken
	}
	return out
}

func (p Pair) run(ctx context.Context, path string, c Case) (program.Result, error) {
	return p.Runner.Run(ctx, program.Call{Program: path, Args: c.Args, Dir: c.Dir})
}

// TryAll runs cases, at most parallel at a time, and hands each outcome to done,
// one at a time, in the order in which they end. It stops when the context ends.
func (p Pair) TryAll(ctx context.Context, cases []Case, parallel int, done func(Outcome)) error {
	outcomes := make(chan Outcome)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(parallel + 1)
	group.Go(func() error {
		for range cases {
			select {
			case outcome := <-outcomes:
				done(outcome)
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	for _, c := range cases {
		group.Go(func() error {
			select {
			case outcomes <- p.Try(ctx, c):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}
	return group.Wait()
}
