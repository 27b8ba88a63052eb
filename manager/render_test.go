package manager_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/render"
	"github.com/helm-dm/helm-dm/render/worker/job"
)

// renderer works in this process until it is told to refuse.
type renderer struct {
	job.Local
	mu  sync.Mutex
	why error
}

func (r *renderer) refuse(why error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.why = why
}

func (r *renderer) refusal() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.why
}

func (r *renderer) Inspect(ctx context.Context, p job.Package) (*job.Facts, error) {
	if err := r.refusal(); err != nil {
		return nil, err
	}
	return r.Local.Inspect(ctx, p)
}

func (r *renderer) Render(ctx context.Context, q *job.Request) (*job.Result, error) {
	if err := r.refusal(); err != nil {
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
