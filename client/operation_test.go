package client

import (
	"fmt"
	"testing"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
)

// TestOperationErrorMended tells what went wrong apart from what mends it.
func TestOperationErrorMended(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ failure, says, try string }{
		{"it broke", "Deploy of \"taco\" failed: it broke", ""},
		{"it broke" + v1alpha1.FailureTry + "helm repo add URL", "Deploy of \"taco\" failed: it broke", "helm repo add URL"},
		{"", "Deploy of \"taco\" failed: Invalid", ""},
	} {
		err := &OperationError{"taco", v1alpha1.OperationStatus{Type: v1alpha1.OperationDeploy, Reason: v1alpha1.ReasonInvalid, Failure: test.failure}}
		if err.Error() != test.says || Try(fmt.Errorf("deploying: %w", err)) != test.try {
			t.Errorf("%q: got %q and %q", test.failure, err, Try(err))
		}
	}
}
