package operation

import (
	"slices"
	"strings"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/client"
	"github.com/helm-dm/helm-dm/cmd/helm/progress"
	"github.com/helm-dm/helm-dm/cmd/helm/terminal"
)

// complain tells which objects are to blame for a failure.
func complain(screen *terminal.Screen, d *v1alpha1.ChartDeployment) {
	for _, o := range Untold(d) {
		screen.Complain("%s: %s", progress.Object(o, d.Namespace), progress.Why(o))
	}
}

// Untold are the troubled objects, save for those that the failure of the
// operation itself tells of.
func Untold(d *v1alpha1.ChartDeployment) []v1alpha1.ObjectStatus {
	failure := ""
	if client.Outcome(d) != nil {
		failure = d.Status.Operation.Failure
	}
	return slices.DeleteFunc(Troubled(d), func(o v1alpha1.ObjectStatus) bool {
		return o.Message != "" && strings.Contains(failure, o.Name) && strings.Contains(failure, o.Message)
	})
}

// Troubled are the objects that are not healthy, or that something is said
// against.
func Troubled(d *v1alpha1.ChartDeployment) []v1alpha1.ObjectStatus {
	var out []v1alpha1.ObjectStatus
	for _, o := range d.Status.Objects {
		bad := o.Health == v1alpha1.HealthInProgress || o.Health == v1alpha1.HealthUnhealthy
		unclear := o.Health != v1alpha1.HealthHealthy && o.Message != ""
		if o.Action != v1alpha1.ActionDeleted && (bad || unclear) {
			out = append(out, o)
		}
	}
	return out
}
