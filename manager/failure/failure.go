// Package failure gives the errors of the manager their kinds: one Reason each,
// which the API answers with and the command line turns into an exit code.
package failure

import (
	"context"
	"errors"
	"fmt"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/apply"
	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/render"
	"github.com/helm-dm/helm-dm/render/worker/job"
	"github.com/helm-dm/helm-dm/state"
)

// Error is a failure of a known kind. What reaches a caller without one is
// Internal.
type Error struct {
	Reason v1alpha1.Reason
	Err    error
	// Resource and Name say what it is about when that is not the deployment.
	Resource, Name string
}

func (e *Error) Error() string { return e.Err.Error() }

func (e *Error) Unwrap() error { return e.Err }

// New makes an Error; format is that of fmt.Errorf.
func New(reason v1alpha1.Reason, format string, args ...any) *Error {
	return &Error{Reason: reason, Err: fmt.Errorf(format, args...)}
}

// ReasonOf tells what kind of failure err is.
func ReasonOf(err error) v1alpha1.Reason {
	var known *Error
	if errors.As(err, &known) {
		return known.Reason
	}
	var rendering *render.Error
	var spent *render.BudgetError
	switch {
	case errors.Is(err, kube.ErrNoIdentity), apierrors.IsForbidden(err), apierrors.IsUnauthorized(err):
		return v1alpha1.ReasonForbidden // also when it was a template that asked
	case errors.As(err, &rendering), errors.As(err, &spent), errors.Is(err, chart.ErrInvalid), errors.Is(err, apply.ErrInvalid):
		return v1alpha1.ReasonInvalid
	case errors.Is(err, apply.ErrConflict), errors.Is(err, state.ErrForeign):
		return v1alpha1.ReasonConflict
	case errors.Is(err, apply.ErrUnhealthy):
		return v1alpha1.ReasonUnhealthy
	case errors.Is(err, context.DeadlineExceeded):
		return v1alpha1.ReasonTimeout
	case errors.Is(err, state.ErrPayload):
		return v1alpha1.ReasonTooLarge
	case errors.Is(err, job.ErrUnavailable), apierrors.IsServiceUnavailable(err), apierrors.IsTooManyRequests(err), apierrors.IsServerTimeout(err), apierrors.IsTimeout(err):
		return v1alpha1.ReasonUnavailable
	}
	return v1alpha1.ReasonInternal
}

// Sentence is err on one line: joined errors are told apart by semicolons.
func Sentence(err error) string {
	return strings.Join(strings.FieldsFunc(err.Error(), func(r rune) bool { return r == '\n' }), "; ")
}
