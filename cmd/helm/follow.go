package main

import (
	"context"
	"errors"
	"strings"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/client"
	"github.com/helm-dm/helm-dm/cmd/helm/progress"
)

// following waits for the operation of one deployment.
type following struct {
	deployments *client.Deployments
	// noWait ends the waiting once everything is applied.
	noWait bool
}

// run shows the progress of the operation that accepted tells of until it ends,
// and returns the deployment as last seen. A failed operation is an error, with
// what is wrong with the objects on the screen.
func (f following) run(ctx context.Context, w *world, accepted *v1alpha1.ChartDeployment) (*v1alpha1.ChartDeployment, error) {
	if accepted.Status.Operation == nil {
		return nil, because("the manager accepted %q and started nothing", accepted.Name).mend("helm status %s", accepted.Name)
	}
	last, err := f.watch(ctx, w, accepted)
	if last != nil && client.Running(last) && f.enough(last) {
		return last, nil
	}
	if err != nil {
		return last, lost(ctx, w, accepted.Name, err)
	}
	if err := client.Outcome(last); err != nil {
		complain(w, last)
		return last, err
	}
	return last, nil
}

func (f following) watch(ctx context.Context, w *world, accepted *v1alpha1.ChartDeployment) (*v1alpha1.ChartDeployment, error) {
	show := progress.New(w.screen)
	defer show.Close()
	show.See(accepted)
	if f.enough(accepted) {
		return accepted, nil
	}
	watching, stop := context.WithCancel(ctx)
	defer stop()
	return f.deployments.Follow(watching, accepted.Name, accepted.Status.Operation.ID, accepted.ResourceVersion,
		func(d *v1alpha1.ChartDeployment) {
			show.See(d)
			if f.enough(d) {
				stop()
			}
		})
}

func (f following) enough(d *v1alpha1.ChartDeployment) bool {
	return !client.Running(d) || f.noWait && d.Status.Operation != nil && d.Status.Operation.Step == v1alpha1.StepWaiting
}

// lost explains why the waiting ended before the operation did.
func lost(ctx context.Context, w *world, name string, err error) error {
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		w.screen.Complain("Detached: the operation goes on without this terminal.")
		w.screen.Complain("Try: helm status %s --follow", name)
		return told(exitFailed)
	case ctx.Err() != nil:
		return because("waiting for %q: %w; the operation goes on", name, ctx.Err()).mend("helm status %s --follow", name)
	case client.KindOf(err) == client.KindUnreachable:
		return because("%w", err).mend("helm status %s", name)
	}
	return err
}

// complain tells which objects are to blame for a failure, save for one that
// the failure itself tells of.
func complain(w *world, d *v1alpha1.ChartDeployment) {
	failure := d.Status.Operation.Failure
	for _, o := range troubled(d) {
		if o.Message != "" && strings.Contains(failure, o.Name) && strings.Contains(failure, o.Message) {
			continue
		}
		w.screen.Complain("%s: %s", progress.Object(o, d.Namespace), progress.Why(o))
	}
}

// troubled are the objects that are not healthy, or that something is said
// against.
func troubled(d *v1alpha1.ChartDeployment) []v1alpha1.ObjectStatus {
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
