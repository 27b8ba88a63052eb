package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/world"
)

type deploymentListOptions struct {
	all      bool
	selector string
}

func newDeploymentList(w *world.World) *cobra.Command {
	o := &deploymentListOptions{}
	cmd := &cobra.Command{
		Use:     "list [PATTERN]",
		Aliases: []string{"ls"},
		Short:   "List deployments",
		Long:    "List deployments. PATTERN is a part of the name or, with *, ? or [, all of it.",
		Example: "  helm deployment list 'taco-*' -o wide",
		Args:    world.Wants(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.run(cmd.Context(), w, strings.Join(args, ""))
		},
	}
	o.AddFlags(cmd.Flags())
	return cmd
}

// AddFlags declares the flags.
func (o *deploymentListOptions) AddFlags(flags *pflag.FlagSet) {
	flags.BoolVarP(&o.all, "all-namespaces", "A", false, "of all namespaces")
	flags.StringVarP(&o.selector, "selector", "l", "", "label `SELECTOR`")
}

func (o *deploymentListOptions) run(ctx context.Context, w *world.World, pattern string) error {
	format, err := w.Format(world.FormatWide, world.FormatName, world.FormatJSON, world.FormatYAML)
	if err != nil {
		return err
	}
	if _, err := labels.Parse(o.selector); err != nil {
		return fault.Usage("reading selector %q: %w", o.selector, err)
	}
	if err := world.CheckPattern(pattern); err != nil {
		return err
	}
	list, err := o.find(ctx, w, pattern)
	if err != nil {
		return err
	}
	switch {
	case format == world.FormatJSON || format == world.FormatYAML:
		return w.Print(format, list)
	case len(list.Items) == 0:
		w.Screen.Note("No deployments found.")
	case format == world.FormatWide || format == world.FormatText && o.all:
		return table(w, list.Items)
	default:
		for _, d := range list.Items {
			w.Screen.Answer("%s", d.Name)
		}
	}
	return nil
}

// find returns those that match, by name.
func (o *deploymentListOptions) find(ctx context.Context, w *world.World, pattern string) (*v1alpha1.ChartDeploymentList, error) {
	s, err := w.Open()
	if err != nil {
		return nil, err
	}
	ctx, cancel := w.Limited(ctx)
	defer cancel()
	deployments := s.Here()
	if o.all {
		deployments = s.Deployments(metav1.NamespaceAll)
	}
	list, err := deployments.List(ctx, metav1.ListOptions{LabelSelector: o.selector})
	if err != nil {
		return nil, fmt.Errorf("listing deployments: %w", err)
	}
	list.Items = slices.DeleteFunc(list.Items, func(d v1alpha1.ChartDeployment) bool { return !world.Matches(pattern, d.Name) })
	slices.SortFunc(list.Items, func(a, b v1alpha1.ChartDeployment) int {
		if c := strings.Compare(a.Namespace, b.Namespace); c != 0 {
			return c
		}
		return strings.Compare(a.Name, b.Name)
	})
	return list, nil
}

func table(w *world.World, items []v1alpha1.ChartDeployment) error {
	var rows [][]string
	for _, d := range items {
		rows = append(rows, []string{
			d.Namespace, d.Name, chartOf(d), d.Status.Chart.Version, fmt.Sprint(d.Status.Revision), healthOf(d), w.Age(d.CreationTimestamp.Time),
		})
	}
	return w.Screen.Table([]string{"NAMESPACE", "NAME", "CHART", "VERSION", "REVISION", "HEALTH", "AGE"}, rows)
}

func chartOf(d v1alpha1.ChartDeployment) string {
	if d.Status.Chart.Name != "" {
		return d.Status.Chart.Name
	}
	return d.Spec.Chart
}

// healthOf is the phase as long as that says more than the health.
func healthOf(d v1alpha1.ChartDeployment) string {
	if d.Status.Phase == v1alpha1.PhaseDeployed || d.Status.Phase == "" {
		return string(d.Status.Health)
	}
	return string(d.Status.Phase)
}
