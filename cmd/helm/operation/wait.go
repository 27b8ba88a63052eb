package operation

import (
	"context"
	"errors"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/client"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/progress"
	"github.com/helm-dm/helm-dm/cmd/helm/terminal"
)

// Wait waits for the operation of one deployment.
type Wait struct {
	Deployments *client.Deployments
	// Applied ends the waiting once everything is applied.
	Applied bool
	// Elsewhere says that the namespace is not that of the context: advice has to
	// name it.
	Elsewhere bool
}

// Run shows the progress of the operation that accepted tells of until it ends,
// and returns the deployment as last seen. A failed operation is an error, with
// what is wrong with the objects on the screen.
func (w Wait) Run(ctx context.Context, screen *terminal.Screen, accepted *v1alpha1.ChartDeployment) (*v1alpha1.ChartDeployment, error) {
	if accepted.Status.Operation == nil {
		return nil, fault.Because("the manager accepted %q and started nothing", accepted.Name).Mend("helm status %s", w.called(accepted))
	}
	last, err := w.watch(ctx, screen, accepted)
	if last != nil && client.Running(last) && w.enough(last) {
		return last, nil
	}
	if err != nil {
		return last, w.lost(ctx, screen, accepted, err)
	}
	if err := client.Outcome(last); err != nil {
		complain(screen, last)
		return last, err
	}
	return last, nil
}

// called is the deployment as commands about it are to be given it.
func (w Wait) called(d *v1alpha1.ChartDeployment) string {
	if w.Elsewhere {
		return d.Name + " --namespace " + d.Namespace
	}
	return d.Name
}

func (w Wait) watch(ctx context.Context, screen *terminal.Screen, accepted *v1alpha1.ChartDeployment) (*v1alpha1.ChartDeployment, error) {
	show := progress.New(screen)
	defer show.Close()
	show.See(accepted)
	if w.enough(accepted) {
		return accepted, nil
	}
	watching, stop := context.WithCancel(ctx)
	defer stop()
	return w.Deployments.Follow(watching, accepted.Name, accepted.Status.Operation.ID, accepted.ResourceVersion,
		func(d *v1alpha1.ChartDeployment) {
			show.See(d)
			if w.enough(d) {
				stop()
			}
		})
}

func (w Wait) enough(d *v1alpha1.ChartDeployment) bool {
	return !client.Running(d) || w.Applied && d.Status.Operation != nil && d.Status.Operation.Step == v1alpha1.StepWaiting
}

// lost explains why the waiting ended before the operation did.
func (w Wait) lost(ctx context.Context, screen *terminal.Screen, d *v1alpha1.ChartDeployment, err error) error {
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		screen.Complain("Detached: the operation goes on without this terminal.")
		screen.Complain("Try: helm status %s --follow", w.called(d))
		return fault.Told(fault.ExitFailed)
	case ctx.Err() != nil:
		return fault.Because("waiting for %q: %w; the operation goes on", d.Name, ctx.Err()).Mend("helm status %s --follow", w.called(d))
	case client.KindOf(err) == client.KindUnreachable:
		return fault.Because("%w", err).Mend("helm status %s", w.called(d))
	}
	return err
}
