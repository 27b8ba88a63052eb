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
	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/state"
)

// Error is a failure of a known kind. What reaches a caller without one is
// Internal.
type Error struct {
	Reason v1alpha1.Reason
	Err    error
	// Resource and Name say what it is about when that is not the deployment.
	Resource, Name string
	// Mends is what to do about it; empty where nothing is known, or where Err
	// knows.
	Mends string
}

func (e *Error) Error() string { return e.Err.Error() }

func (e *Error) Unwrap() error { return e.Err }

// About says what the failure is about.
func (e *Error) About(resource, name string) *Error {
	e.Resource, e.Name = resource, name
	return e
}

// Mend says what to do about it; format is that of fmt.Sprintf.
func (e *Error) Mend(format string, args ...any) *Error {
	e.Mends = fmt.Sprintf(format, args...)
	return e
}

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
	case errors.Is(err, repo.ErrRefused), errors.Is(err, repo.ErrUnauthorized):
		return v1alpha1.ReasonForbidden
	case errors.Is(err, repo.ErrInvalid):
		return v1alpha1.ReasonInvalid
	case errors.Is(err, repo.ErrTooLarge):
		return v1alpha1.ReasonTooLarge
	case errors.Is(err, repo.ErrNotFound):
		return v1alpha1.ReasonNotFound
	case errors.Is(err, repo.ErrExists):
		return v1alpha1.ReasonAlreadyExists
	case errors.Is(err, repo.ErrUnavailable):
		return v1alpha1.ReasonUnavailable
	case errors.Is(err, job.ErrUnavailable), apierrors.IsServiceUnavailable(err), apierrors.IsTooManyRequests(err), apierrors.IsServerTimeout(err), apierrors.IsTimeout(err):
		return v1alpha1.ReasonUnavailable
	}
	return v1alpha1.ReasonInternal
}

// Try is what mends err, a command or a sentence; empty where nothing is known.
func Try(err error) string {
	if known, ok := errors.AsType[*Error](err); ok && known.Mends != "" {
		return known.Mends
	}
	if known, ok := errors.AsType[*repo.Error](err); ok {
		return known.Try
	}
	return ""
}

// Sentence is err on one line. What mends it follows, for a sentence is all that is
// kept of a failed operation.
func Sentence(err error) string {
	told := line(err.Error())
	if try := Try(err); try != "" {
		told += v1alpha1.FailureTry + try
	}
	return told
}

// line makes one line of several: errors that were joined, and the items of a list,
// are told apart by semicolons; what ends with a colon goes on with what follows.
func line(text string) string {
	var told strings.Builder
	between := ""
	for part := range strings.Lines(text) {
		part = strings.TrimPrefix(strings.TrimSpace(part), "- ")
		if part == "" {
			continue
		}
		told.WriteString(between + part)
		between = "; "
		if strings.HasSuffix(part, ":") {
			between = " "
		}
	}
	return told.String()
}
