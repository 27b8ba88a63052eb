package process

import (
	"context"
	"errors"
	"fmt"
	"runtime/metrics"

	"github.com/helm-dm/helm-dm/render"
	"github.com/helm-dm/helm-dm/render/worker/job"
	"github.com/helm-dm/helm-dm/render/worker/page"
	"github.com/helm-dm/helm-dm/render/worker/wire"
)

// errNoPackage fails a job whose chart the manager cannot get. The manager knows
// why.
var errNoPackage = errors.New("the package cannot be had")

// bench is where a worker does its jobs.
type bench struct {
	in    <-chan wire.Frame
	out   *wire.Writer
	page  page.Page
	spent int64 // bytes of memory from which on the worker should be replaced
	local job.Local
	job   uint64 // the number of the job at hand
}

func (b *bench) run() error {
	for f := range b.in {
		b.job = f.Job
		answer, err := b.do(f)
		if err != nil {
			return err
		}
		b.page.Write("")
		if err := b.answer(answer); err != nil {
			return err
		}
	}
	return nil
}

// answer sends the outcome of a job, or that it is too much to send.
func (b *bench) answer(f wire.Frame) error {
	f.Spent = mapped() > b.spent
	err := b.send(f)
	if !errors.Is(err, wire.ErrFrame) {
		return err
	}
	failed, err := excess(fmt.Sprintf("%d MiB with values and CRDs, in %d documents", wire.MaxFrame>>20, wire.MaxParts))
	if err != nil {
		return err
	}
	failed.Spent = f.Spent
	return b.send(failed)
}

// excess says that an outcome is too much to send.
func excess(limit string) (wire.Frame, error) {
	return wire.EncodeFailed(&render.BudgetError{Budget: "output", Limit: limit})
}

func (b *bench) send(f wire.Frame) error {
	f.Job = b.job
	return b.out.Write(f)
}

// do does one job. An error is one of the pipe, which ends the worker.
func (b *bench) do(f wire.Frame) (wire.Frame, error) {
	switch f.Kind {
	case wire.Inspect:
		return b.inspect(f)
	case wire.Describe:
		return b.describe(f)
	default:
		return b.render(f)
	}
}

func (b *bench) inspect(f wire.Frame) (wire.Frame, error) {
	digest, err := wire.DecodeInspect(f)
	if err != nil {
		return wire.Frame{}, err
	}
	told, err := b.local.Inspect(context.Background(), b.parcel(digest))
	if err != nil {
		return wire.EncodeFailed(err)
	}
	return wire.EncodeTold(told)
}

func (b *bench) describe(f wire.Frame) (wire.Frame, error) {
	digest, reference, err := wire.DecodeDescribe(f)
	if err != nil {
		return wire.Frame{}, err
	}
	described, err := b.local.Describe(context.Background(), b.parcel(digest), reference)
	if err != nil {
		return wire.EncodeFailed(err)
	}
	answer, err := wire.EncodeDescribed(described)
	if err != nil {
		return excess(fmt.Sprintf("%d MiB of parameters", wire.MaxParameters>>20))
	}
	return answer, nil
}

func (b *bench) render(f wire.Frame) (wire.Frame, error) {
	r, err := wire.DecodeRender(f, b.lookup)
	if err != nil {
		return wire.Frame{}, err
	}
	r.Chart = b.parcel(r.Chart.Digest)
	r.Options.Began = b.page.Write
	done, err := b.local.Render(context.Background(), r)
	if err != nil {
		return wire.EncodeFailed(err)
	}
	return wire.EncodeDone(done)
}

// parcel is a package that the manager is asked for.
func (b *bench) parcel(digest string) job.Package {
	return job.Package{Digest: digest, Open: func(context.Context) ([]byte, error) {
		want, err := wire.EncodeWant()
		if err != nil {
			return nil, err
		}
		f, err := b.ask(want)
		if err != nil {
			return nil, err
		}
		data, had, err := wire.DecodePackage(f)
		if err == nil && !had {
			err = errNoPackage
		}
		return data, err
	}}
}

// lookup asks the manager, which asks the cluster as the caller.
func (b *bench) lookup(_ context.Context, apiVersion, kind, namespace, name string) (map[string]any, error) {
	question, err := wire.EncodeLookup(wire.Question{APIVersion: apiVersion, Kind: kind, Namespace: namespace, Name: name})
	if err != nil {
		return nil, err
	}
	f, err := b.ask(question)
	if err != nil {
		return nil, err
	}
	return wire.DecodeFound(f)
}

// ask sends a frame and waits for the next one, which is the answer.
func (b *bench) ask(f wire.Frame) (wire.Frame, error) {
	if err := b.send(f); err != nil {
		return wire.Frame{}, err
	}
	return <-b.in, nil
}

// mapped is how much memory the process ever had at once, in bytes: the Go
// runtime gives none of its address space back.
func mapped() int64 {
	sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}}
	metrics.Read(sample)
	return int64(sample[0].Value.Uint64()) //nolint:gosec // far below
}
