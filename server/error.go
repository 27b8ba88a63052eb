package server

import (
	"errors"
	"net/http"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apiserver/pkg/storage"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/manager"
	"github.com/helm-dm/helm-dm/manager/failure"
)

// answer is how a kind of failure is told over HTTP.
type answer struct {
	code   int32
	reason metav1.StatusReason
}

// answers is the one table of failures. What is not in it is internal.
func answers() map[v1alpha1.Reason]answer {
	return map[v1alpha1.Reason]answer{
		v1alpha1.ReasonInvalid:       {http.StatusUnprocessableEntity, metav1.StatusReasonInvalid},
		v1alpha1.ReasonNotFound:      {http.StatusNotFound, metav1.StatusReasonNotFound},
		v1alpha1.ReasonAlreadyExists: {http.StatusConflict, metav1.StatusReasonAlreadyExists},
		v1alpha1.ReasonConflict:      {http.StatusConflict, metav1.StatusReasonConflict},
		v1alpha1.ReasonForbidden:     {http.StatusForbidden, metav1.StatusReasonForbidden},
		v1alpha1.ReasonTooLarge:      {http.StatusRequestEntityTooLarge, metav1.StatusReasonRequestEntityTooLarge},
		v1alpha1.ReasonUnavailable:   {http.StatusServiceUnavailable, metav1.StatusReasonServiceUnavailable},
		v1alpha1.ReasonTimeout:       {http.StatusGatewayTimeout, metav1.StatusReasonTimeout},
	}
}

// refusal turns an error of a use-case into an answer of the API. An unforeseen
// error says no more than that: its words may be about the manager's own books.
func refusal(err error, resource, name string) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, manager.ErrExpired):
		return apierrors.NewResourceExpired(err.Error())
	case errors.Is(err, manager.ErrAhead):
		return storage.NewTooLargeResourceVersionError(0, 0, 1)
	}
	known, ok := answers()[failure.ReasonOf(err)]
	if !ok {
		return apierrors.NewInternalError(errors.New("the manager failed; its log says more"))
	}
	details := &metav1.StatusDetails{Group: v1alpha1.GroupName, Kind: resource, Name: name}
	var about *failure.Error
	if errors.As(err, &about) && about.Resource != "" {
		details = &metav1.StatusDetails{Kind: about.Resource, Name: about.Name}
	}
	if known.reason == metav1.StatusReasonInvalid {
		details.Kind, details.Name = "", "" // with them kubectl would not show the message
	}
	if try := failure.Try(err); try != "" {
		if known.reason == metav1.StatusReasonInvalid { // nor would it with causes that have none
			details.Causes = append(details.Causes, metav1.StatusCause{Type: metav1.CauseTypeFieldValueInvalid, Field: "reason", Message: err.Error()})
		}
		details.Causes = append(details.Causes, metav1.StatusCause{Type: v1alpha1.CauseTry, Field: "try", Message: try})
	}
	return &apierrors.StatusError{ErrStatus: metav1.Status{
		Status: metav1.StatusFailure, Code: known.code, Reason: known.reason, Message: err.Error(), Details: details,
	}}
}
