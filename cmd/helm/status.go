package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/client"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/operation"
	"github.com/helm-dm/helm-dm/cmd/helm/progress"
	"github.com/helm-dm/helm-dm/cmd/helm/world"
)

type statusOptions struct {
	follow bool
}

func newStatus(w *world.World) *cobra.Command {
	o := &statusOptions{}
	cmd := &cobra.Command{
		Use:               "status NAME",
		Short:             "Tell how a deployment is, and where it can be reached",
		Example:           "  helm status taco-tuesday --follow",
		Args:              world.Wants(1, 1),
		ValidArgsFunction: completeNames(w, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.run(cmd.Context(), w, args[0])
		},
	}
	o.AddFlags(cmd.Flags())
	return cmd
}

// AddFlags declares the flags.
func (o *statusOptions) AddFlags(flags *pflag.FlagSet) {
	flags.BoolVar(&o.follow, "follow", false, "tell of the running operation until it ends")
}

func (o *statusOptions) run(ctx context.Context, w *world.World, name string) error {
	format, err := w.Format(world.FormatJSON, world.FormatYAML)
	if err != nil {
		return err
	}
	if err := world.CheckSegment("the name", name); err != nil {
		return err
	}
	s, err := w.Open()
	if err != nil {
		return err
	}
	ctx, cancel := w.Limited(ctx)
	defer cancel()
	d, err := s.Here().Get(ctx, name)
	if err == nil && o.follow && client.Running(d) {
		d, err = o.tail(ctx, w, s, d)
	}
	switch {
	case o.follow && client.KindOf(err) == client.KindNotFound:
		return fault.NotFound("there is no deployment %q in namespace %q: a first deploy that fails before anything is applied leaves none", name, s.Target.Namespace).
			Mend("helm deployment list, here or with --all-namespaces")
	case err != nil:
		return about(s, name, "showing", err)
	}
	if format == world.FormatText {
		describe(w, d)
	} else if err := w.Print(format, d); err != nil {
		return err
	}
	if !healthy(d) {
		return fault.Told(fault.ExitFailed)
	}
	return nil
}

// tail tells of the operation on standard error until it ends.
func (o *statusOptions) tail(ctx context.Context, w *world.World, s *world.Session, d *v1alpha1.ChartDeployment) (*v1alpha1.ChartDeployment, error) {
	err := s.Here().Tail(ctx, d.Name, d.Status.Operation.ID, func(l v1alpha1.LogLine) {
		w.Screen.Note("%s  %s", l.At.Local().Format("15:04:05"), progress.Line(l, d.Namespace))
	})
	if err != nil {
		return nil, err
	}
	return s.Here().Get(ctx, d.Name)
}

// about words an error about one deployment, the frequent cases of a wrong name
// and of another operation in particular.
func about(s *world.Session, name, doing string, err error) error {
	switch client.KindOf(err) {
	case client.KindConflict:
		return fault.Because("%s %q: %w", doing, name, err).Mend("helm status %s --follow", name)
	case client.KindNotFound:
		return fault.NotFound("there is no deployment %q in namespace %q", name, s.Target.Namespace).
			Mend("helm deployment list, here or with --all-namespaces")
	case client.KindDenied:
		return denied(s.Target.Namespace, fmt.Errorf("%s %q: %w", doing, name, err))
	}
	return fmt.Errorf("%s %q: %w", doing, name, err)
}

// denied adds to an error about missing rights how to see those one has, unless
// the manager knows better.
func denied(namespace string, err error) error {
	if apierrors.IsUnauthorized(err) || client.Try(err) != "" {
		return err
	}
	return fault.Because("%w", err).Mend("kubectl auth can-i --list --namespace %s", namespace)
}

// healthy says whether the last operation went well and its objects do.
func healthy(d *v1alpha1.ChartDeployment) bool {
	return d.Status.Phase == v1alpha1.PhaseDeployed && d.Status.Health == v1alpha1.HealthHealthy
}

// describe answers OK or with what is wrong, and with the addresses.
func describe(w *world.World, d *v1alpha1.ChartDeployment) {
	if healthy(d) {
		w.Screen.Answer("OK")
	} else {
		w.Screen.Answer("%s", trouble(d))
		for _, o := range operation.Untold(d) {
			w.Screen.Answer("%s: %s", progress.Object(o, d.Namespace), progress.Why(o))
		}
	}
	for _, address := range d.Status.Addresses {
		w.Screen.Answer("Located at: %s", address)
	}
}

// trouble is one line on what is wrong as a whole.
func trouble(d *v1alpha1.ChartDeployment) string {
	last := d.Status.Operation
	switch {
	case client.Running(d):
		return fmt.Sprintf("%s: %s", d.Status.Phase, last.Step)
	case client.Outcome(d) != nil && last.Failure != "":
		return fmt.Sprintf("%s: %s", d.Status.Phase, last.Failure)
	case d.Status.Phase != v1alpha1.PhaseDeployed:
		return string(d.Status.Phase)
	case progress.Health(d.Status.Health) == "":
		return "health is unknown"
	}
	return progress.Health(d.Status.Health)
}
