package client

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
)

// Kind is what a caller needs to know of an error to act on it.
type Kind string

// The kinds.
const (
	KindFailed      Kind = "failed" // it ran and failed, or is not healthy
	KindInvalid     Kind = "invalid"
	KindNotFound    Kind = "not found"
	KindConflict    Kind = "conflict"
	KindDenied      Kind = "denied" // not authenticated, or not permitted
	KindUnreachable Kind = "unreachable"
	KindTimeout     Kind = "timed out"
	KindInterrupted Kind = "interrupted" // the caller's context was cancelled
)

// KindOf sorts an error of this package, or of a connection made with its
// configuration.
func KindOf(err error) Kind {
	var operation *OperationError
	var status apierrors.APIStatus
	var connection *url.Error
	switch {
	case errors.As(err, &operation):
		return kindOfReason(operation.Operation.Reason)
	case errors.Is(err, context.Canceled):
		return KindInterrupted
	case errors.Is(err, context.DeadlineExceeded):
		return KindTimeout
	case IsNotInstalled(err), errors.Is(err, errCut):
		return KindUnreachable
	case errors.As(err, &status):
		return kindOfStatus(status.Status())
	case errors.As(err, &connection):
		return KindUnreachable
	}
	return KindFailed
}

// IsNotInstalled says whether the cluster answered that it does not know the
// API group at all, which is told in plain text instead of as a status.
func IsNotInstalled(err error) bool {
	return apierrors.IsNotFound(err) && apierrors.HasStatusCause(err, metav1.CauseTypeUnexpectedServerResponse)
}

func kindOfReason(reason v1alpha1.Reason) Kind {
	switch reason {
	case v1alpha1.ReasonInvalid, v1alpha1.ReasonTooLarge:
		return KindInvalid
	case v1alpha1.ReasonNotFound:
		return KindNotFound
	case v1alpha1.ReasonConflict, v1alpha1.ReasonAlreadyExists:
		return KindConflict
	case v1alpha1.ReasonForbidden:
		return KindDenied
	case v1alpha1.ReasonUnavailable:
		return KindUnreachable
	case v1alpha1.ReasonTimeout:
		return KindTimeout
	}
	return KindFailed
}

func kindOfStatus(status metav1.Status) Kind {
	switch status.Reason {
	case metav1.StatusReasonInvalid, metav1.StatusReasonBadRequest, metav1.StatusReasonMethodNotAllowed,
		metav1.StatusReasonNotAcceptable, metav1.StatusReasonUnsupportedMediaType, metav1.StatusReasonRequestEntityTooLarge:
		return KindInvalid
	case metav1.StatusReasonNotFound:
		return KindNotFound
	case metav1.StatusReasonAlreadyExists, metav1.StatusReasonConflict:
		return KindConflict
	case metav1.StatusReasonUnauthorized, metav1.StatusReasonForbidden:
		return KindDenied
	case metav1.StatusReasonServiceUnavailable, metav1.StatusReasonTooManyRequests, metav1.StatusReasonServerTimeout:
		return KindUnreachable
	case metav1.StatusReasonTimeout:
		return KindTimeout
	}
	return kindOfCode(status.Code)
}

func kindOfCode(code int32) Kind {
	switch code {
	case http.StatusBadGateway, http.StatusServiceUnavailable:
		return KindUnreachable
	case http.StatusGatewayTimeout:
		return KindTimeout
	case http.StatusRequestEntityTooLarge:
		return KindInvalid
	}
	return KindFailed
}

// passes says whether the same request may succeed a little later: nobody
// answered, or somebody answered that it is not the time.
func passes(err error) bool {
	return KindOf(err) == KindUnreachable && !IsNotInstalled(err) || apierrors.IsInternalError(err) || apierrors.IsTimeout(err)
}
