package worker_test

import (
	"context"
	"crypto/rand"
	"errors"
	"math"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/render"
	"github.com/helm-dm/helm-dm/render/worker"
	"github.com/helm-dm/helm-dm/render/worker/job"
	"github.com/helm-dm/helm-dm/render/worker/workertest"
)

func newPool(config worker.Config) *worker.Pool {
	if raced {
		config.Memory = 1 << 40
	}
	return worker.New(config)
}

// open starts a pool, which is gone when the test ends.
func open(t testing.TB, config worker.Config) *worker.Pool {
	t.Helper()
	p := newPool(config)
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan struct{})
	go func() {
		defer close(done)
		p.Run(ctx)
	}()
	t.Cleanup(func() {
		stop()
		<-done
	})
	return p
}

func TestPool(t *testing.T) {
	t.Parallel()
	workertest.Run(t, func(t *testing.T) job.Worker { return open(t, worker.Config{Workers: 2}) })
}

// needsBound skips tests that use up what a worker may have.
func needsBound(t *testing.T) {
	t.Helper()
	if raced {
		t.Skip("not tested under the race detector: bounds on memory")
	}
}

// warm renders until the pool has as many workers as it should.
func warm(t *testing.T, p *worker.Pool) []int {
	t.Helper()
	for {
		if _, err := p.Render(t.Context(), workertest.Template(t, "a: 1")); err != nil {
			t.Fatal(err)
		}
		if pids := p.Pids(); len(pids) == p.Workers {
			return pids
		}
	}
}

// alive says whether there is a process of that number, be it one that nobody
// has waited for.
func alive(pid int) bool { return syscall.Kill(pid, 0) == nil }

func TestNothingIsLeftBehind(t *testing.T) {
	t.Parallel()
	p := newPool(worker.Config{Workers: 3})
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		p.Run(ctx)
	}()
	pids := warm(t, p)
	asked := make(chan struct{})
	broken := make(chan error)
	go func() {
		r := workertest.Template(t, `{{ lookup "v1" "Pod" "a" "b" }}`)
		r.Options.Lookup = func(context.Context, string, string, string, string) (map[string]any, error) {
			close(asked)
			<-done
			return nil, nil
		}
		_, err := p.Render(context.WithoutCancel(t.Context()), r)
		broken <- err
	}()
	<-asked
	stop()
	<-done
	if err := <-broken; !errors.Is(err, job.ErrUnavailable) {
		t.Errorf("a rendering that was going on: %v, want %v", err, job.ErrUnavailable)
	}
	if _, err := p.Render(t.Context(), workertest.Template(t, "a: 1")); !errors.Is(err, job.ErrUnavailable) {
		t.Errorf("a rendering afterwards: %v, want %v", err, job.ErrUnavailable)
	}
	if left := slices.DeleteFunc(pids, func(pid int) bool { return !alive(pid) }); len(left) > 0 {
		t.Errorf("processes %v are left", left)
	}
}

// asking is a request whose first lookups call first, one after the other.
func asking(t *testing.T, text string, first ...func()) *job.Request {
	r := workertest.Template(t, text)
	r.Options.Lookup = func(context.Context, string, string, string, string) (map[string]any, error) {
		if len(first) > 0 {
			first[0]()
			first = first[1:]
		}
		return map[string]any{"a": strings.Repeat("x", 1000)}, nil
	}
	return r
}

func TestKilledFromOutside(t *testing.T) {
	t.Parallel()
	p := open(t, worker.Config{Workers: 1})
	pids := warm(t, p)
	kill := func() {
		if err := syscall.Kill(p.Pids()[0], syscall.SIGKILL); err != nil {
			t.Error(err)
		}
	}
	const text = `a: {{ (lookup "v1" "Pod" "a" "b").a | len }}`
	result, err := p.Render(t.Context(), asking(t, text, kill))
	if err != nil || result.Output.Manifests[0].Content != "a: 1000" {
		t.Errorf("killed once: %+v, %v; want a second try to succeed", result, err)
	}
	if after := p.Pids(); slices.Equal(after, pids) {
		t.Errorf("the worker is still %v", after)
	}
	_, err = p.Render(t.Context(), asking(t, text, kill, kill))
	spent := (*render.BudgetError)(nil)
	if !errors.As(err, &spent) || spent.Budget != "memory" || spent.Template != "web/templates/x.yaml" {
		t.Errorf("killed twice: %v, want a budget of memory", err)
	}
	if err := syscall.Kill(warm(t, p)[0], syscall.SIGKILL); err != nil {
		t.Error(err)
	}
	if _, err := p.Render(t.Context(), workertest.Template(t, "a: 1")); err != nil {
		t.Errorf("killed while idle: %v", err)
	}
}

func TestLookupBudgets(t *testing.T) {
	t.Parallel()
	p := open(t, worker.Config{Workers: 1, Lookups: 10, LookupBytes: 5 << 20})
	for text, limit := range map[string]string{
		`{{ range until 11 }}{{ $x := lookup "v1" "Pod" "a" "b" }}{{ end }}`: "10 lookups",
		`{{ $x := lookup "v1" "Pod" "a" "b" }}`:                              "5 MiB of answers",
	} {
		r := workertest.Template(t, text)
		r.Options.Lookup = func(context.Context, string, string, string, string) (map[string]any, error) {
			if limit == "10 lookups" {
				return map[string]any{}, nil
			}
			return map[string]any{"a": strings.Repeat("x", 5<<20)}, nil
		}
		_, err := p.Render(t.Context(), r)
		spent := (*render.BudgetError)(nil)
		if !errors.As(err, &spent) || spent.Budget != "lookups" || spent.Limit != limit {
			t.Errorf("error %v, want a budget of %s", err, limit)
		}
	}
	if _, err := p.Render(t.Context(), asking(t, `{{ range until 10 }}{{ $x := lookup "v1" "Pod" "a" "b" }}{{ end }}`)); err != nil {
		t.Errorf("as many as there may be: %v", err)
	}
}

// TestWaitingDoesNotCount has a lookup and a package take longer than a job may.
func TestWaitingDoesNotCount(t *testing.T) {
	t.Parallel()
	const limit = time.Second
	p := open(t, worker.Config{Workers: 1, Time: limit})
	wait := func() { <-time.After(limit + limit/10) }
	r := asking(t, `a: {{ (lookup "v1" "Pod" "a" "b").a | len }}{{ $x := lookup "v1" "Pod" "a" "b" }}`, wait, wait)
	had := r.Chart.Open
	r.Chart.Open = func(ctx context.Context) ([]byte, error) {
		wait()
		return had(ctx)
	}
	if _, err := p.Render(t.Context(), r); err != nil {
		t.Error(err)
	}
}

// TestStopped has a worker stand still when it is to read what it asked for.
func TestStopped(t *testing.T) {
	t.Parallel()
	p := open(t, worker.Config{Workers: 1, Time: time.Second})
	large := strings.Repeat("x", 4<<20)
	noise := make([]byte, 1<<20)
	_, _ = rand.Read(noise) // it never fails
	for name, ask := range map[string]func(stand func()) *job.Request{
		"a package": func(stand func()) *job.Request {
			data := workertest.Pack(t, map[string]string{"noise": string(noise)})
			return &job.Request{Chart: job.Package{Digest: chart.Digest(data), Open: func(context.Context) ([]byte, error) {
				stand()
				return data, nil
			}}}
		},
		"an answer": func(stand func()) *job.Request {
			r := workertest.Template(t, `{{ $x := lookup "v1" "Pod" "a" "b" }}`)
			r.Options.Lookup = func(context.Context, string, string, string, string) (map[string]any, error) {
				stand()
				return map[string]any{"a": large}, nil
			}
			return r
		},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		_, err := p.Render(ctx, ask(func() {
			if err := syscall.Kill(p.Pids()[0], syscall.SIGSTOP); err != nil {
				t.Error(err)
			}
		}))
		cancel()
		spent := (*render.BudgetError)(nil)
		if !errors.As(err, &spent) || spent.Budget != "time" || spent.Limit != "1s" {
			t.Errorf("%s: error %v, want a budget of time", name, err)
		}
	}
}

// TestLongest has a lookup that does not come to an end.
func TestLongest(t *testing.T) {
	t.Parallel()
	p := open(t, worker.Config{Workers: 1, Longest: 100 * time.Millisecond})
	r := workertest.Template(t, `{{ $x := lookup "v1" "Pod" "a" "b" }}`)
	r.Options.Lookup = func(ctx context.Context, _, _, _, _ string) (map[string]any, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	_, err := p.Render(t.Context(), r)
	spent := (*render.BudgetError)(nil)
	if !errors.As(err, &spent) || spent.Budget != "time" || spent.Limit != "100ms with lookups" {
		t.Errorf("error %v, want a budget of time", err)
	}
}

// TestOwnFault has the pool be asked, and answered, what cannot be sent: the worker
// is not to blame, and lives.
func TestOwnFault(t *testing.T) {
	t.Parallel()
	p := open(t, worker.Config{Workers: 1})
	pids := warm(t, p)
	r := workertest.Template(t, "a: 1")
	r.Parameters = slices.Grow(r.Parameters, 70_000)[:70_000]
	if _, err := p.Render(t.Context(), r); !errors.Is(err, chart.ErrInvalid) {
		t.Errorf("too many parameters: %v, want %v", err, chart.ErrInvalid)
	}
	r = workertest.Template(t, `{{ $x := lookup "v1" "Pod" "a" "b" }}`)
	r.Options.Lookup = func(context.Context, string, string, string, string) (map[string]any, error) {
		return map[string]any{"a": math.NaN()}, nil
	}
	_, err := p.Render(t.Context(), r)
	if at := (*render.Error)(nil); !errors.As(err, &at) || at.Template != "web/templates/x.yaml" {
		t.Errorf("an answer that JSON does not have: %v, want a *render.Error", err)
	}
	if after := p.Pids(); !slices.Equal(after, pids) {
		t.Errorf("workers %v instead of %v", after, pids)
	}
}

// TestKilledBeforeTemplates has a worker die before it has loaded the chart.
func TestKilledBeforeTemplates(t *testing.T) {
	t.Parallel()
	p := open(t, worker.Config{Workers: 1})
	r := workertest.Template(t, "a: 1")
	r.Chart.Open = func(context.Context) ([]byte, error) {
		return nil, syscall.Kill(p.Pids()[0], syscall.SIGKILL)
	}
	_, err := p.Render(t.Context(), r)
	spent := (*render.BudgetError)(nil)
	if !errors.As(err, &spent) || spent.Chart != r.Chart.Digest || !strings.Contains(err.Error(), r.Chart.Digest) {
		t.Errorf("error %v: %+v, want it to name the chart", err, spent)
	}
}

func TestCallerGivesUp(t *testing.T) {
	t.Parallel()
	p := open(t, worker.Config{Workers: 1})
	why := errors.New("nobody wants it any more")
	ctx, cancel := context.WithCancelCause(t.Context())
	_, err := p.Render(ctx, asking(t, `{{ $x := lookup "v1" "Pod" "a" "b" }}`+endless, func() { cancel(why) }))
	if !errors.Is(err, why) {
		t.Errorf("error %v, want %v", err, why)
	}
	pids := warm(t, p)
	if _, err := p.Render(ctx, workertest.Template(t, "a: 1")); !errors.Is(err, why) {
		t.Errorf("error %v, want %v", err, why)
	}
	if after := warm(t, p); !slices.Equal(after, pids) {
		t.Errorf("an ended context cost a worker: %v instead of %v", after, pids)
	}
	if _, err := p.Render(t.Context(), workertest.Template(t, "a: 1")); err != nil {
		t.Error(err)
	}
}

func TestQueue(t *testing.T) {
	t.Parallel()
	p := open(t, worker.Config{Workers: 1, Queue: 1})
	second := make(chan error)
	r := asking(t, `a: {{ (lookup "v1" "Pod" "a" "b").a | len }}`, func() {
		go func() {
			_, err := p.Render(t.Context(), workertest.Template(t, "a: 1"))
			second <- err
		}()
		for p.Waiting() == 0 {
			runtime.Gosched()
		}
		if _, err := p.Render(t.Context(), workertest.Template(t, "a: 1")); !errors.Is(err, job.ErrUnavailable) {
			t.Errorf("the one too many: %v, want %v", err, job.ErrUnavailable)
		}
	})
	if _, err := p.Render(t.Context(), r); err != nil {
		t.Error(err)
	}
	if err := <-second; err != nil {
		t.Errorf("the one that waited: %v", err)
	}
}

// TestSpent has a job leave a worker so large that it is replaced.
func TestSpent(t *testing.T) {
	t.Parallel()
	needsBound(t)
	p := open(t, worker.Config{Workers: 1, Output: 1 << 40})
	pids := warm(t, p)
	if _, err := p.Render(t.Context(), workertest.Template(t, `{{ $s := repeat 210000000 "x" }}`)); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Render(t.Context(), workertest.Template(t, "a: 1")); err != nil {
		t.Fatal(err)
	}
	if after := p.Pids(); slices.Equal(after, pids) {
		t.Errorf("the worker is still %v", after)
	}
}

// TestAffinity has a chart go to the worker that has it.
func TestAffinity(t *testing.T) {
	t.Parallel()
	p := open(t, worker.Config{Workers: 3})
	warm(t, p)
	for i := range 5 {
		data := workertest.Pack(t, map[string]string{"templates/x.yaml": "a: " + strings.Repeat("x", i+1)})
		opened := 0
		pkg := job.Package{Digest: chart.Digest(data), Open: func(context.Context) ([]byte, error) {
			opened++
			return data, nil
		}}
		for range 6 {
			if _, err := p.Inspect(t.Context(), pkg); err != nil {
				t.Fatal(err)
			}
		}
		if opened != 1 {
			t.Errorf("chart %d was sent %d times, want once", i, opened)
		}
	}
}

// TestTimeZones has a worker know time zones though it has no files.
func TestTimeZones(t *testing.T) {
	t.Parallel()
	p := open(t, worker.Config{Workers: 1})
	result, err := p.Render(t.Context(), workertest.Template(t, `a: {{ dateInZone "15:04 MST" (unixEpoch now | int64 | mul 0) "Asia/Tokyo" }}`))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := result.Output.Manifests[0].Content, "a: 09:00 JST"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
