package worker

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/render"
	"github.com/helm-dm/helm-dm/render/worker/job"
	"github.com/helm-dm/helm-dm/render/worker/wire"
)

// exchange is the talk with one worker about one job.
type exchange struct {
	child  *child
	number uint64 // of the job: all frames bear it
	pkg    job.Package
	find   render.Lookup
	clock  *clock

	lookups  int   // that may still be made
	bytes    int64 // that answers may still have
	bounds   Config
	answered error // what the last lookup failed with
	opened   error // what opening the package failed with
}

func (p *Pool) exchange(c *child, pkg job.Package, find render.Lookup) *exchange {
	var number [8]byte
	_, _ = rand.Read(number[:]) // it never fails
	return &exchange{
		child: c, number: binary.BigEndian.Uint64(number[:]), pkg: pkg, find: find,
		bounds: p.Config, lookups: p.Lookups, bytes: p.LookupBytes,
	}
}

// outcome asks for a job to be done and reads the answer, which is a frame of the
// kind wanted.
func outcome[T any](ctx context.Context, x *exchange, request wire.Frame, wanted wire.Kind, decode func(wire.Frame) (T, error)) (T, error) {
	f, err := x.ask(ctx, request, wanted)
	if err != nil {
		var none T
		return none, err
	}
	out, err := decode(f)
	return out, x.garbled(err)
}

// ask sends the request and serves the worker until it answers with a frame of
// the kind wanted, or with why not. An error of the pipe is a lost.
func (x *exchange) ask(ctx context.Context, request wire.Frame, wanted wire.Kind) (wire.Frame, error) {
	x.clock = newClock(x.bounds.Time, func() { x.child.kill(errTime) })
	defer func() {
		if !x.clock.stop() {
			x.child.spent = true // it is being killed
		}
	}()
	if err := x.send(request); err != nil {
		return wire.Frame{}, err
	}
	for {
		f, err := x.child.out.Read()
		if err == nil && f.Job != x.number {
			err = fmt.Errorf("%w: %w", wire.ErrFrame, errLate)
		}
		if err != nil {
			return f, x.garbled(err)
		}
		switch f.Kind {
		case wanted:
			x.child.spent = f.Spent
			return f, nil
		case wire.Failed:
			x.child.spent = f.Spent
			return f, x.failure(f)
		case wire.Want:
			err = x.supply(ctx)
		case wire.Lookup:
			err = x.answer(ctx, f)
		default:
			err = x.garbled(fmt.Errorf("%w: kind %q", wire.ErrFrame, byte(f.Kind)))
		}
		if err != nil {
			return f, err
		}
	}
}

// failure is why the job failed, in the words and of the kinds of the worker.
func (x *exchange) failure(f wire.Frame) error {
	if x.opened != nil {
		return x.opened
	}
	told, err := wire.DecodeFailed(f, x.answered)
	if err != nil {
		return x.garbled(err)
	}
	return told
}

// supply sends the package. It is asked for once.
func (x *exchange) supply(ctx context.Context) error {
	open := x.pkg.Open
	if x.pkg.Open = nil; open == nil {
		return x.garbled(fmt.Errorf("%w: the package is asked for twice", wire.ErrFrame))
	}
	x.clock.pause()
	data, err := open(ctx)
	x.clock.resume()
	if ctx.Err() != nil {
		return x.ended(ctx)
	}
	if most := (chart.Limits{}).Defaults().Compressed; int64(len(data)) > most {
		data, err = nil, fmt.Errorf("reading package %q: %w: it has %d bytes, at most %d", x.pkg.Digest, chart.ErrInvalid, len(data), most)
	}
	x.opened = err
	f, err := wire.EncodePackage(data, err == nil)
	if err != nil {
		return x.garbled(err)
	}
	return x.send(f)
}

// answer serves one lookup.
func (x *exchange) answer(ctx context.Context, f wire.Frame) error {
	question, err := wire.DecodeLookup(f)
	if err == nil && x.find == nil {
		err = fmt.Errorf("%w: there are no lookups", wire.ErrFrame)
	}
	if err != nil {
		return x.garbled(err)
	}
	if x.lookups--; x.lookups < 0 {
		return x.overdrawn(fmt.Sprintf("%d lookups", x.bounds.Lookups))
	}
	x.clock.pause()
	object, err := x.find(ctx, question.APIVersion, question.Kind, question.Namespace, question.Name)
	x.clock.resume()
	if ctx.Err() != nil {
		return x.ended(ctx)
	}
	if err == nil {
		f, err = wire.EncodeFound(object)
	}
	if x.answered = err; err != nil {
		if f, err = wire.EncodeRefused(err); err != nil {
			return x.garbled(err)
		}
	}
	for _, part := range f.Parts {
		x.bytes -= int64(len(part))
	}
	if x.bytes < 0 || f.Check() != nil {
		return x.overdrawn(size(x.bounds.LookupBytes) + " of answers")
	}
	return x.send(f)
}

// ended ends a worker whose job nobody wants any more.
func (x *exchange) ended(ctx context.Context) error {
	x.child.kill(context.Cause(ctx))
	return x.garbled(context.Cause(ctx))
}

// overdrawn ends a worker that asks too much.
func (x *exchange) overdrawn(limit string) error {
	x.child.kill(&overdraft{limit})
	return &lost{errRetired}
}

// send sends a frame that is within the bounds.
func (x *exchange) send(f wire.Frame) error {
	f.Job = x.number
	return x.garbled(x.child.in.Write(f))
}

// garbled makes an error that ends the talk; nil stays nil.
func (x *exchange) garbled(err error) error {
	if err == nil {
		return nil
	}
	return &lost{err}
}
