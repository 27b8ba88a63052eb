package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Reason says in one word why an operation ended as it did, or why a condition
// is what it is.
type Reason string

// Reasons of failed operations. Each belongs to one kind of error, and the
// command line maps it to one exit code.
const (
	// ReasonInvalid: the chart, its parameters or what they render to is wrong.
	ReasonInvalid Reason = "Invalid"
	// ReasonNotFound: something the operation names does not exist.
	ReasonNotFound Reason = "NotFound"
	// ReasonConflict: an object or a field belongs to somebody else.
	ReasonConflict Reason = "Conflict"
	// ReasonAlreadyExists: the name is taken.
	ReasonAlreadyExists Reason = "AlreadyExists"
	// ReasonTooLarge: something exceeds a bound of size.
	ReasonTooLarge Reason = "TooLarge"
	// ReasonForbidden: the caller may not make one of the reads or writes.
	ReasonForbidden Reason = "Forbidden"
	// ReasonUnavailable: the cluster or a repository did not answer.
	ReasonUnavailable Reason = "Unavailable"
	// ReasonTimeout: the operation's time was up.
	ReasonTimeout Reason = "Timeout"
	// ReasonUnhealthy: an object was applied and did not become healthy.
	ReasonUnhealthy Reason = "Unhealthy"
	// ReasonCancelled: somebody stopped the operation.
	ReasonCancelled Reason = "Cancelled"
	// ReasonExpired: the operation was interrupted and is too old to resume.
	ReasonExpired Reason = "Expired"
	// ReasonInternal: the manager failed.
	ReasonInternal Reason = "Internal"
)

// Reasons of conditions that are not failures.
const (
	ReasonHealthy    Reason = "Healthy"
	ReasonInProgress Reason = "InProgress"
	ReasonCompleted  Reason = "Completed"
	ReasonFailed     Reason = "Failed"
	ReasonDeleting   Reason = "Deleting"
)

// CauseTry is the type of a cause in the details of a refused request whose
// message says what mends it.
const CauseTry metav1.CauseType = "Try"

// FailureTry stands in the failure of an operation before what mends it, if that
// is known: the rest of the text.
const FailureTry = "; try: "
