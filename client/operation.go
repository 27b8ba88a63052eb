package client

import (
	"errors"
	"fmt"
	"strings"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
)

// Errors of Follow: the operation's own outcome can no longer be known.
var (
	// ErrGone says that the deployment no longer exists.
	ErrGone = errors.New("the deployment is gone")
	// ErrSuperseded says that another operation took over.
	ErrSuperseded = errors.New("another operation took over")
)

// OperationError is an operation that failed.
type OperationError struct {
	// Name of the deployment.
	Name      string
	Operation v1alpha1.OperationStatus
}

// Error is the manager's line on why, for example `manifest is invalid`.
func (e *OperationError) Error() string {
	why, _, _ := strings.Cut(e.Operation.Failure, v1alpha1.FailureTry)
	if why == "" {
		why = string(e.Operation.Reason)
	}
	return fmt.Sprintf("%s of %q failed: %s", e.Operation.Type, e.Name, why)
}

// Outcome is nil for an operation that is done or still runs, and an
// *OperationError for one that failed.
func Outcome(d *v1alpha1.ChartDeployment) error {
	operation := d.Status.Operation
	if operation == nil || operation.Step != v1alpha1.StepFailed {
		return nil
	}
	return &OperationError{d.Name, *operation}
}

// Running says whether an operation of d is under way.
func Running(d *v1alpha1.ChartDeployment) bool {
	operation := d.Status.Operation
	return operation != nil && operation.Step != v1alpha1.StepDone && operation.Step != v1alpha1.StepFailed
}
