package apply

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/helm-dm/helm-dm/kube"
)

// Result is what became of one object.
type Result struct {
	Ref     kube.Ref
	Action  Action                     // empty when Err is set
	Object  *unstructured.Unstructured // as the server made it; nil once deleted
	Message string
	Err     error
}

// Run applies the plan wave by wave, in parallel inside a wave, and reports
// each object as it is done; report is never called by two goroutines at once.
// A failed object lets its wave finish and stops the ones after it. What was
// written stays written; the error names every object that failed.
func (p *Plan) Run(ctx context.Context, cluster Writer, report func(Result)) error {
	for _, wave := range waves(p.Changes, installOrder(), func(c *Change) string { return c.Object.GetKind() }) {
		if err := inWave(wave, report, func(c *Change) Result { return c.run(ctx, cluster) }); err != nil {
			return err
		}
	}
	return nil
}

func (c *Change) run(ctx context.Context, cluster Writer) Result {
	result := Result{Ref: c.Ref()}
	applied, err := cluster.Apply(ctx, c.fenced(), fieldManager, false)
	if err != nil {
		result.Err = fmt.Errorf("applying %s: %w", c.Ref(), c.refusal(err))
		return result
	}
	result.Object, result.Action = applied, c.Action
	if c.Live != nil && c.Live.GetResourceVersion() == applied.GetResourceVersion() {
		result.Action = Unchanged
	}
	return result
}

// fenced is the object in a form that the API server takes only while what is
// live is what was planned for: nothing, or the object whose owner was looked at.
func (c *Change) fenced() *unstructured.Unstructured {
	object := c.Object.DeepCopy()
	if c.Live == nil {
		object.SetResourceVersion(kube.Absent)
	} else {
		object.SetUID(c.Live.GetUID())
	}
	return object
}

// overtaken says how what is live has changed since it was planned for, given
// that applying was a conflict.
func (c *Change) overtaken() string {
	if c.Live == nil {
		return "it appeared meanwhile"
	}
	return "it was deleted or replaced meanwhile"
}

// each does work for all items in parallel and joins the errors.
func each[T any](items []T, work func(T) error) error {
	var (
		wg     sync.WaitGroup
		mu     sync.Mutex
		failed []error
	)
	slots := make(chan struct{}, parallel)
	for _, item := range items {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			if err := guarded(item, work); err != nil {
				mu.Lock()
				defer mu.Unlock()
				failed = append(failed, err)
			}
		})
	}
	wg.Wait()
	return errors.Join(failed...)
}

// guarded turns a panic of work into its error: one strange object must not end
// the process that serves everybody.
func guarded[T any](item T, work func(T) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			slog.Error("panic while applying", "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("failing in an unforeseen way: %v", p)
		}
	}()
	return work(item)
}

// inWave does work for all items in parallel and reports the results one by one.
func inWave[T any](items []T, report func(Result), work func(T) Result) error {
	var mu sync.Mutex
	return each(items, func(item T) error {
		result := work(item)
		mu.Lock()
		defer mu.Unlock()
		report(result)
		return result.Err
	})
}
