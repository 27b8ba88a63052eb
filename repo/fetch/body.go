package fetch

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/helm-dm/helm-dm/repo"
)

// watch ends a request that takes too long.
type watch struct {
	end     func()            // the request is over
	stalled *time.Timer       // running while something is waited for
	pause   time.Duration     // that one waits
	explain func(error) error // what an error of the request means
}

// watching returns the watch over a request, and the context to send it with.
func watching(req *http.Request, p Policy) (*watch, context.Context) {
	caller := req.Context()
	ctx, cancel := context.WithCancelCause(caller)
	host := req.URL.Hostname()
	whole := time.AfterFunc(p.Whole, func() {
		cancel(reaching(host, repo.Fail(repo.ErrUnavailable, "it was not done after %s", p.Whole)))
	})
	stalled := time.AfterFunc(p.Stall, func() {
		cancel(reaching(host, repo.Fail(repo.ErrUnavailable, "nothing has arrived for %s", p.Stall)))
	})
	stalled.Stop()
	return &watch{
		end:     func() { whole.Stop(); stalled.Stop(); cancel(nil) },
		stalled: stalled,
		pause:   p.Stall,
		explain: func(err error) error {
			switch {
			case caller.Err() != nil:
				return caller.Err()
			case ctx.Err() != nil && context.Cause(ctx) != context.Canceled: //nolint:errorlint // the bare one, of end
				return context.Cause(ctx)
			}
			return reaching(host, classify(err))
		},
	}, ctx
}

// body is that of an answer, bounded in size, unpacked, and in time.
type body struct {
	from  io.ReadCloser
	read  int64 // bytes so far, unpacked
	most  int64
	watch *watch
}

// Read is that of io.Reader.
func (b *body) Read(p []byte) (int, error) {
	if b.read > b.most {
		return 0, tooLarge(b.most)
	}
	p = p[:min(int64(len(p)), b.most-b.read+1)]
	b.watch.stalled.Reset(b.watch.pause)
	n, err := b.from.Read(p)
	b.watch.stalled.Stop()
	b.read += int64(n)
	switch {
	case b.read > b.most:
		return n - 1, tooLarge(b.most)
	case err == nil || err == io.EOF:
		return n, err
	}
	return n, b.watch.explain(err)
}

// Close is that of io.Closer.
func (b *body) Close() error {
	defer b.watch.end()
	return b.from.Close()
}

func tooLarge(most int64) error {
	return repo.Fail(repo.ErrTooLarge, "the answer is larger than %d bytes", most)
}
