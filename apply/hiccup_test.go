package apply_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/helm-dm/helm-dm/apply"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/kube/kubetest"
)

// ailing fails reads: the first few of them, or all when few is negative.
type ailing struct {
	*kubetest.Memory
	few   atomic.Int64
	fault error
}

func (a *ailing) Get(ctx context.Context, ref kube.Ref) (*unstructured.Unstructured, error) {
	if a.few.Load() < 0 || a.few.Add(-1) >= 0 {
		return nil, a.fault
	}
	a.few.Store(0)
	return a.Memory.Get(ctx, ref)
}

// passing are faults of an API server that comes back; lasting are not.
func passing() map[string]error {
	return map[string]error{
		"unavailable": apierrors.NewServiceUnavailable("starting"),
		"busy":        apierrors.NewTooManyRequests("later", 1),
		"internal":    apierrors.NewInternalError(errors.New("oops")),
		"refused":     fmt.Errorf("dialling: %w", errors.New("connection refused")),
		"timeout":     fmt.Errorf("asking: %w", context.DeadlineExceeded),
	}
}

func lasting() map[string]error {
	resource := schema.GroupResource{Resource: "pods"}
	return map[string]error{
		"forbidden":    apierrors.NewForbidden(resource, "a", errors.New("no")),
		"unauthorized": apierrors.NewUnauthorized("who are you"),
		"bad request":  apierrors.NewBadRequest("what"),
		"invalid":      apierrors.NewInvalid(schema.GroupKind{Kind: "Pod"}, "a", nil),
	}
}

// ends are the two ways of waiting, for a Pod of the shop: until it is healthy,
// and until it is gone. Both end well once they can read.
func ends(t *testing.T, cluster *ailing) map[string]func(context.Context) error {
	t.Helper()
	var applied *unstructured.Unstructured
	cluster.Before = func(_ string, o *unstructured.Unstructured) error {
		return unstructured.SetNestedField(o.Object, "Pending", "status", "phase")
	}
	if err := plan(t, cluster.Memory, document("Pod", "a")).Run(t.Context(), cluster.Memory, func(r apply.Result) { applied = r.Object }); err != nil {
		t.Fatal(err)
	}
	pod(cluster.Memory, "a", "Running", true)
	return map[string]func(context.Context) error{
		"wait": func(ctx context.Context) error {
			return apply.Wait(ctx, cluster, []*unstructured.Unstructured{applied}, func([]apply.State) {})
		},
		"gone": func(ctx context.Context) error {
			return apply.Going{kube.RefOf(applied): "another"}.Gone(ctx, cluster)
		},
	}
}

// eachEnd runs a test of both ways of waiting for each fault, in a time of its
// own.
func eachEnd(t *testing.T, faults map[string]error, few int64, check func(t *testing.T, fault error, end func(context.Context) error)) {
	t.Helper()
	for name, fault := range faults {
		for _, way := range []string{"wait", "gone"} {
			t.Run(name+"/"+way, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					cluster := &ailing{Memory: &kubetest.Memory{}, fault: fault}
					end := ends(t, cluster)[way]
					cluster.few.Store(few)
					check(t, fault, end)
				})
			})
		}
	}
}

func TestWaitingSurvivesAHiccup(t *testing.T) {
	t.Parallel()
	eachEnd(t, passing(), 3, func(t *testing.T, _ error, end func(context.Context) error) {
		if err := end(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestWaitingNamesTheLastFailure(t *testing.T) {
	t.Parallel()
	late := errors.New("time is up")
	eachEnd(t, passing(), -1, func(t *testing.T, fault error, end func(context.Context) error) {
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Minute, late)
		defer cancel()
		err := end(ctx)
		if !errors.Is(err, late) || !errors.Is(err, fault) || !strings.Contains(err.Error(), "Pod/a") {
			t.Errorf("%v, want the cause, the Pod and %v", err, fault)
		}
	})
}

func TestWaitingEndsWithWhatLasts(t *testing.T) {
	t.Parallel()
	eachEnd(t, lasting(), -1, func(t *testing.T, fault error, end func(context.Context) error) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := end(ctx); !errors.Is(err, fault) || ctx.Err() != nil {
			t.Errorf("%v, want %v at once", err, fault)
		}
	})
}
