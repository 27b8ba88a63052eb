package apply

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/helm-dm/helm-dm/kube"
)

// Health says how an object does.
type Health string

// The values of Health.
const (
	InProgress Health = "InProgress"
	Healthy    Health = "Healthy"
	Unhealthy  Health = "Unhealthy"
)

// HealthOf judges one live object by kstatus, but for pods that failed, which
// that calls current. The message says why it is not healthy.
func HealthOf(live *unstructured.Unstructured) (Health, string) {
	if phase, _, _ := unstructured.NestedString(live.Object, "status", "phase"); live.GetKind() == "Pod" && phase == "Failed" {
		return Unhealthy, "its containers ended with a failure"
	}
	result, err := status.Compute(live)
	if err != nil {
		return Unhealthy, err.Error()
	}
	switch result.Status {
	case status.CurrentStatus:
		return Healthy, ""
	case status.FailedStatus:
		return Unhealthy, result.Message
	}
	return InProgress, result.Message
}

// State is the health of one object at a moment.
type State struct {
	Ref     kube.Ref
	Object  *unstructured.Unstructured
	Health  Health
	Message string
	unread  error // of the last look, where that failed
}

// How often Wait looks again: quickly at first, then ever more slowly.
const (
	firstLook   = 100 * time.Millisecond
	slowestLook = 2 * time.Second
)

// Wait looks at objects until each is healthy or one has failed. After each look
// it reports the states that changed, if any; an object that is healthy in the
// form handed in, as the server returned it, costs no call. A failed object is
// ErrUnhealthy, an ended ctx its cause; both name what is not healthy. A look
// that fails for a while, as when the API server starts anew, is made again; the
// error of an ended ctx names the last failure.
func Wait(ctx context.Context, cluster Reader, objects []*unstructured.Unstructured, report func(changed []State)) error {
	states := make([]*State, 0, len(objects))
	first := make([]State, 0, len(objects))
	for _, object := range objects {
		s := &State{Ref: kube.RefOf(object)}
		s.judge(object)
		states, first = append(states, s), append(first, *s)
	}
	report(first)
	for pause := firstLook; ; pause = min(pause*3/2, slowestLook) {
		waiting := stillWaiting(states)
		if failed := unhealthy(waiting, Unhealthy); failed != nil {
			return fmt.Errorf("%w: %w", ErrUnhealthy, failed)
		}
		if len(waiting) == 0 {
			return nil
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", context.Cause(ctx), unhealthy(waiting, InProgress))
		}
		changed, err := look(ctx, cluster, waiting)
		if err != nil && ctx.Err() == nil {
			return err
		}
		report(changed)
	}
}

func (s *State) judge(object *unstructured.Unstructured) {
	s.Object = object
	s.Health, s.Message = HealthOf(object)
}

func (s *State) trouble() error {
	if s.unread != nil {
		return fmt.Errorf("%s: %s (the last look failed: %w)", s.Ref, s.Message, s.unread)
	}
	return fmt.Errorf("%s: %s", s.Ref, s.Message)
}

func stillWaiting(states []*State) []*State {
	var left []*State
	for _, s := range states {
		if s.Health != Healthy {
			left = append(left, s)
		}
	}
	return left
}

func unhealthy(states []*State, health Health) error {
	var all []error
	for _, s := range states {
		if s.Health == health {
			all = append(all, s.trouble())
		}
	}
	return errors.Join(all...)
}

// look reads all that is waited for once more and returns what changed.
func look(ctx context.Context, cluster Reader, waiting []*State) ([]State, error) {
	before := make([]State, len(waiting))
	for i, s := range waiting {
		before[i] = *s
	}
	err := each(waiting, func(s *State) error { return s.look(ctx, cluster) })
	var changed []State
	for i, s := range waiting {
		if s.Health != before[i].Health || s.Message != before[i].Message {
			changed = append(changed, *s)
		}
	}
	return changed, err
}

// look fails only where looking again is of no use.
func (s *State) look(ctx context.Context, cluster Reader) error {
	live, err := cluster.Get(ctx, s.Ref)
	switch {
	case apierrors.IsNotFound(err):
		s.Health, s.Message, s.unread = Unhealthy, "it was deleted while it was waited for", nil
	case err == nil:
		s.unread = nil
		s.judge(live)
	case final(err):
		return fmt.Errorf("watching %s: %w", s.Ref, err)
	case ctx.Err() == nil:
		s.unread = err
	}
	return nil
}

// final says whether a read that failed so will fail again, unlike one that met
// an API server which is away, busy or starting.
func final(err error) bool {
	return apierrors.IsForbidden(err) || apierrors.IsUnauthorized(err) || apierrors.IsBadRequest(err) || apierrors.IsInvalid(err) ||
		apierrors.IsMethodNotSupported(err) || apierrors.IsNotAcceptable(err) ||
		errors.Is(err, kube.ErrNoKind) || errors.Is(err, kube.ErrNoIdentity)
}
