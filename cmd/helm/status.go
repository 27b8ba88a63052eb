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
)

type statusOptions struct {
	follow bool
}

func newStatus(w *world) *cobra.Command {
	o := &statusOptions{}
	cmd := &cobra.Command{
		Use:               "status NAME",
		Short:             "Tell how a deployment is, and where it can be reached",
		Example:           "  helm status taco-tuesday --follow",
		Args:              wants(1, 1),
		ValidArgsFunction: w.completeNames,
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

func (o *statusOptions) run(ctx context.Context, w *world, name string) error {
	format, err := w.format(formatJSON, formatYAML)
	if err != nil {
		return err
	}
	if err := checkSegment("the name", name); err != nil {
		return err
	}
	s, err := w.open()
	if err != nil {
		return err
	}
	ctx, cancel := w.limited(ctx)
	defer cancel()
	d, err := s.deployments().Get(ctx, name)
	if err == nil && o.follow && client.Running(d) {
		d, err = o.tail(ctx, w, s, d)
	}
	if err != nil {
		return about(s, name, "showing", err)
	}
	if format == formatText {
		describe(w, d)
	} else if err := w.print(format, d); err != nil {
		return err
	}
	if !healthy(d) {
		return fault.Told(fault.ExitFailed)
	}
	return nil
}

// tail tells of the operation on standard error until it ends.
func (o *statusOptions) tail(ctx context.Context, w *world, s *session, d *v1alpha1.ChartDeployment) (*v1alpha1.ChartDeployment, error) {
	err := s.deployments().Tail(ctx, d.Name, d.Status.Operation.ID, func(l v1alpha1.LogLine) {
		w.screen.Note("%s  %s", l.At.Local().Format("15:04:05"), progress.Line(l, d.Namespace))
	})
	if err != nil {
		return nil, err
	}
	return s.deployments().Get(ctx, d.Name)
}

// about words an error about one deployment, the frequent cases of a wrong name
// and of another operation in particular.
func about(s *session, name, doing string, err error) error {
	switch client.KindOf(err) {
	case client.KindConflict:
		return fault.Because("%s %q: %w", doing, name, err).Mend("helm status %s --follow", name)
	case client.KindNotFound:
		return fault.NotFound("there is no deployment %q in namespace %q", name, s.target.Namespace).
			Mend("helm deployment list, here or with --all-namespaces")
	case client.KindDenied:
		return denied(s.target.Namespace, fmt.Errorf("%s %q: %w", doing, name, err))
	}
	return fmt.Errorf("%s %q: %w", doing, name, err)
}

// denied adds to an error about missing rights how to see those one has.
func denied(namespace string, err error) error {
	if apierrors.IsUnauthorized(err) {
		return err
	}
	return fault.Because("%w", err).Mend("kubectl auth can-i --list --namespace %s", namespace)
}

// healthy says whether the last operation went well and its objects do.
func healthy(d *v1alpha1.ChartDeployment) bool {
	return d.Status.Phase == v1alpha1.PhaseDeployed && d.Status.Health == v1alpha1.HealthHealthy
}

// describe answers OK or with what is wrong, and with the addresses.
func describe(w *world, d *v1alpha1.ChartDeployment) {
	if healthy(d) {
		w.screen.Answer("OK")
	} else {
		w.screen.Answer("%s", trouble(d))
		for _, o := range operation.Untold(d) {
			w.screen.Answer("%s: %s", progress.Object(o, d.Namespace), progress.Why(o))
		}
	}
	for _, address := range d.Status.Addresses {
		w.screen.Answer("Located at: %s", address)
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
