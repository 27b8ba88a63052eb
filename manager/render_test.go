package manager_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/render"
	"github.com/helm-dm/helm-dm/render/worker/job"
)

// renderer works in this process until it is told to refuse. Where it is told to
// keep an owner waiting, it does so, without opening what is to be done.
type renderer struct {
	job.Local
	mu     sync.Mutex
	why    error
	kept   string
	last   bool     // only renderings are kept waiting
	owners []string // of what was to be done
	waits  chan struct{}
}

// keep has the owner wait; from the channel comes one who has begun to.
func (r *renderer) keep(owner string) <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.kept, r.waits = owner, make(chan struct{})
	return r.waits
}

// keepRendering is keep, for renderings alone.
func (r *renderer) keepRendering(owner string) <-chan struct{} {
	waits := r.keep(owner)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last = true
	return waits
}

func (r *renderer) admit(ctx context.Context, p job.Package, renders bool) error {
	r.mu.Lock()
	why, waits, kept := r.why, r.waits, r.kept
	if r.last && !renders {
		waits = nil
	}
	r.owners = append(r.owners, p.Owner)
	r.mu.Unlock()
	if waits != nil && p.Owner == kept {
		select { // it is heard of once
		case waits <- struct{}{}:
		case <-ctx.Done():
		}
		<-ctx.Done()
		return context.Cause(ctx)
	}
	return why
}

func (r *renderer) refuse(why error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.why = why
}

func (r *renderer) Inspect(ctx context.Context, p job.Package) (*job.Facts, error) {
	if err := r.admit(ctx, p, false); err != nil {
		return nil, err
	}
	return r.Local.Inspect(ctx, p)
}

func (r *renderer) Render(ctx context.Context, q *job.Request) (*job.Result, error) {
	if err := r.admit(ctx, q.Chart, true); err != nil {
		return nil, err
	}
	return r.Local.Render(ctx, q)
}

func TestRendererRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		why     error
		reason  v1alpha1.Reason
		message string
	}{
		"budget": {
			fmt.Errorf("asking: %w", &render.BudgetError{Chart: "web", Template: "web/templates/x.yaml", Budget: "time", Limit: "20s"}),
			v1alpha1.ReasonInvalid, `asking: rendering web/templates/x.yaml of chart "web" went beyond its budget of time (20s)`,
		},
		"no worker": {fmt.Errorf("%w: 256 wait", job.ErrUnavailable), v1alpha1.ReasonUnavailable, "no render worker is available: 256 wait"},
		"crash":     {errors.New("the worker died"), v1alpha1.ReasonInternal, "the worker died"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			reference := h.upload(ada(), pack(t, webChart))
			before := h.books()
			h.renderer.refuse(c.why)
			cd := h.deploy(wanted("blue", reference))
			o := cd.Status.Operation
			if o.Reason != c.reason || o.Failure != c.message {
				t.Errorf("the deploy ended with %s: %q, want %s: %q", o.Reason, o.Failure, c.reason, c.message)
			}
			data := pack(t, webChart+"-- note --\nanother\n")
			_, err := h.Upload(t.Context(), ada(), piece(data, 0, len(data)))
			wantReason(t, err, c.reason, c.message)
			if after := h.books(); after != before {
				t.Errorf("books %q, want %q as before", after, before)
			}
		})
	}
}

// TestRenderedForOwners holds that the renderer is told for whom it works: it
// shares itself out among them.
func TestRenderedForOwners(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.deploy(wanted("blue", h.upload(ada(), pack(t, webChart))))
	if want := []string{ada().Owner(), ada().Owner()}; !slices.Equal(h.renderer.owners, want) {
		t.Errorf("an upload and a deploy were work for %q, want %q", h.renderer.owners, want)
	}
}

// TestUploadsOfOneHoldUpNoOther: who waits for a worker takes no place that
// others need.
func TestUploadsOfOneHoldUpNoOther(t *testing.T) {
	t.Parallel()
	h := open(t)
	eve := kube.Identity{User: "eve"}
	waits := h.renderer.keep(eve.Owner())
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	for i := range 8 {
		data := pack(t, webChart+fmt.Sprintf("-- note --\n%d\n", i))
		wg.Go(func() {
			if _, err := h.Upload(ctx, eve, piece(data, 0, len(data))); !errors.Is(err, context.Canceled) {
				t.Errorf("the upload of eve: %v", err)
			}
		})
	}
	limited, done := context.WithTimeout(ctx, patience)
	defer done()
	for range 8 {
		select {
		case <-waits:
		case <-limited.Done():
			t.Fatal("the uploads of eve do not all wait for a worker")
		}
	}
	data := pack(t, webChart)
	if _, err := h.Upload(limited, ada(), piece(data, 0, len(data))); err != nil {
		t.Errorf("the upload of ada: %v", err)
	}
}
