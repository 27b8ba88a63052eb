package source_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/manager/source"
	"github.com/helm-dm/helm-dm/render/worker/job"
	"github.com/helm-dm/helm-dm/repo/repotest"
)

// beside makes Sources with the books of a house, as a replica that has not read
// them yet.
func (h *house) beside() *source.Sources {
	return source.New(source.Config{Secrets: h.secrets, Namespace: "helm-dm", Reviewer: h, Worker: &job.Local{}, Pause: time.Millisecond})
}

// TestAdmitDoesNotWaitForTheFirstReading wants a deploy to be accepted while its
// repository is still read: the operation waits.
func TestAdmitDoesNotWaitForTheFirstReading(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{})
	shop(t, w, "charts", web(t, "web", "1.0.0"))
	h := open(t)
	h.add(spec(w, "charts", ""))
	w.Break("/charts/index.yaml", repotest.Stall(nil))
	late := h.beside()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		late.Run(ctx)
	}()
	t.Cleanup(func() { stop(); <-done })
	if found, err := late.Admit(t.Context(), root(), "helm:"+key(w, "charts")+"/web"); found != nil || err != nil {
		t.Errorf("admitting: %+v, %v", found, err)
	}
}

// TestNothingIsNobodysBeforeTheRepositoriesAreKnown wants a replica that begins to
// wait, rather than to take what is configured for what nobody added.
func TestNothingIsNobodysBeforeTheRepositoriesAreKnown(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{})
	shop(t, w, "charts", web(t, "web", "1.0.0"))
	h := open(t)
	h.add(spec(w, "charts", ""))
	short, digest := "helm:"+key(w, "charts")+"/web", h.upload(root(), web(t, "new", "1.0.0").Data)
	late := h.beside()
	release := func(ctx context.Context, destination string) error {
		_, err := late.Release(ctx, root(), &v1alpha1.ChartRelease{Spec: v1alpha1.ChartReleaseSpec{Destination: destination, Digest: digest}})
		return err
	}
	for what, ask := range map[string]func(context.Context) error{
		"obtain": func(ctx context.Context) error { _, err := late.Obtain(ctx, root(), short); return err },
		"obtain long": func(ctx context.Context) error {
			_, err := late.Obtain(ctx, root(), w.URL()+"/charts/web-1.0.0.tgz")
			return err
		},
		"admit": func(ctx context.Context) error { _, err := late.Admit(ctx, root(), short); return err },
		"inspect": func(ctx context.Context) error {
			_, err := late.Inspect(ctx, root(), &v1alpha1.ChartInspection{Spec: v1alpha1.ChartInspectionSpec{Chart: short}})
			return err
		},
		"search": func(ctx context.Context) error {
			_, err := late.Search(ctx, root(), &v1alpha1.ChartSearch{})
			return err
		},
		"release":             func(ctx context.Context) error { return release(ctx, w.URL()+"/charts") },
		"release to the only": func(ctx context.Context) error { return release(ctx, "") },
		"ready":               late.Ready,
	} {
		waiting, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		if err := ask(waiting); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s answers before anything is known: %v", what, err)
		}
		cancel()
	}
	obtained := make(chan error)
	go func() {
		_, err := late.Obtain(t.Context(), root(), short)
		obtained <- err
	}()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		late.Run(ctx)
	}()
	t.Cleanup(func() { stop(); <-done })
	if err := <-obtained; err != nil {
		t.Errorf("whoever waited: %v", err)
	}
	if err := late.Ready(t.Context()); err != nil {
		t.Error(err)
	}
}
