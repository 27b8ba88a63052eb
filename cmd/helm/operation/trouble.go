package operation

import (
	"strings"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/cmd/helm/progress"
	"github.com/helm-dm/helm-dm/cmd/helm/terminal"
)

// complain tells which objects are to blame for a failure, save for one that
// the failure itself tells of.
func complain(screen *terminal.Screen, d *v1alpha1.ChartDeployment) {
	failure := d.Status.Operation.Failure
	for _, o := range Troubled(d) {
		if o.Message != "" && strings.Contains(failure, o.Name) && strings.Contains(failure, o.Message) {
			continue
		}
		screen.Complain("%s: %s", progress.Object(o, d.Namespace), progress.Why(o))
	}
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
