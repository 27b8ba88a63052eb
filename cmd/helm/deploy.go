package main

import (
	"context"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/chart/reference"
	"github.com/helm-dm/helm-dm/cmd/helm/catalogue"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/localchart"
	"github.com/helm-dm/helm-dm/cmd/helm/operation"
	"github.com/helm-dm/helm-dm/cmd/helm/parameter"
	"github.com/helm-dm/helm-dm/cmd/helm/target"
	"github.com/helm-dm/helm-dm/cmd/helm/world"
)

type deployOptions struct {
	name       string
	version    string
	noWait     bool
	message    string
	parameters parameter.Flags
}

func newDeploy(w *world.World) *cobra.Command {
	o := &deployOptions{}
	cmd := &cobra.Command{
		Use:   "deploy [-f CONFIG]... [-n NAME] [CHART]",
		Short: "Deploy a chart",
		Long: `Deploy a chart under a name of its own, and wait until it is healthy.

CHART is a folder or package on this machine: then it begins with ., / or file:. Everything else is a reference such as
helm:example.com/foo/bar#1.2.3. Without CHART the configuration file names it, in a comment: # @chart ./mychart.`,
		Example:           "  helm deploy ./mychart\n  helm deploy -f values.yaml -n taco-tuesday --version ^1.2 helm:example.com/foo/bar",
		Args:              world.Wants(0, 1),
		ValidArgsFunction: catalogue.CompleteCharts(w, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.run(cmd.Context(), w, args)
		},
	}
	o.AddFlags(cmd.Flags())
	return cmd
}

// AddFlags declares the flags.
func (o *deployOptions) AddFlags(flags *pflag.FlagSet) {
	flags.StringVarP(&o.name, "name", "n", "", "`NAME` of the deployment; default is a generated one")
	flags.StringVar(&o.version, "version", "", "`RANGE` of versions, or one, to choose from in the chart's repository; default is the newest stable one")
	flags.BoolVar(&o.noWait, "no-wait", false, "do not wait until it is healthy")
	flags.StringVarP(&o.message, "message", "m", "", "`TEXT` that says why, for the history")
	o.parameters.AddFlags(flags)
}

func (o *deployOptions) run(ctx context.Context, w *world.World, args []string) error {
	format, err := w.Format(world.FormatName, world.FormatJSON, world.FormatYAML)
	if err != nil {
		return err
	}
	targets, err := o.targets(w, args)
	if err != nil {
		return err
	}
	s, err := w.Open()
	if err != nil {
		return err
	}
	for _, t := range targets {
		if err := o.deploy(ctx, w, s, t, format); err != nil {
			return err
		}
	}
	return nil
}

// targets settles what is to be deployed: the command line over the headers of
// the configuration files.
func (o *deployOptions) targets(w *world.World, args []string) ([]target.Target, error) {
	files, err := o.parameters.Read(w.In)
	if err != nil {
		return nil, err
	}
	all, err := target.Parse(files)
	if err != nil {
		return nil, err
	}
	all, err = target.Select(all, o.name)
	if err != nil {
		return nil, err
	}
	if len(args) > 0 && len(all) > 1 {
		return nil, fault.Usage("the configuration is for %d deployments, the chart %q for one", len(all), args[0]).
			Mend("helm deploy -n NAME to choose one")
	}
	for i := range all {
		t := &all[i]
		if o.name != "" {
			t.Deployment = o.name
		}
		if t.Deployment != "" {
			if err := checkName(t.Deployment); err != nil {
				return nil, err
			}
		}
		if w.Flags.Access.Namespace != "" {
			t.Namespace = w.Flags.Access.Namespace
		}
		if o.version != "" {
			t.Chart = localchart.Unversioned(t.Chart) // the command line over the header
		}
		if len(args) > 0 {
			t.Chart = args[0]
		}
		if t.Chart == "" {
			return nil, fault.Usage("no chart to deploy: neither the command line nor a configuration file names one").
				Mend("helm deploy helm:HOST/BUCKET/NAME")
		}
	}
	return all, nil
}

func (o *deployOptions) deploy(ctx context.Context, w *world.World, s *world.Session, one target.Target, format string) error {
	t := attempt{one, one.Namespace != ""}
	if t.Namespace == "" {
		t.Namespace = s.Target.Namespace
	}
	accepted, err := o.send(ctx, w, s, t)
	if err != nil {
		return err
	}
	waiting := operation.Wait{Deployments: s.Deployments(t.Namespace), Applied: o.noWait, Elsewhere: t.elsewhere}
	done, err := waiting.Run(ctx, w.Screen, accepted)
	if err != nil {
		return ended(t, done, err)
	}
	switch format {
	case world.FormatText:
		w.Screen.Answer("Created %s", done.Name)
	case world.FormatName:
		w.Screen.Answer("%s", done.Name)
	default:
		return w.Print(format, done)
	}
	return nil
}

// send returns once the operation is accepted. Until then --timeout bounds what
// is done here, afterwards the operation.
func (o *deployOptions) send(ctx context.Context, w *world.World, s *world.Session, t attempt) (*v1alpha1.ChartDeployment, error) {
	ctx, cancel := w.Limited(ctx)
	defer cancel()
	parameters, err := o.parameters.Sources(t.Values)
	if err != nil {
		return nil, err
	}
	reference, err := localchart.Resolve(ctx, w.Screen, s.Packages(), t.Chart, o.version)
	if err != nil {
		return nil, unfound(t, err)
	}
	hintNamespace(w, s, o.name)
	deployments := s.Deployments(t.Namespace)
	accepted, err := deployments.Create(ctx, o.wanted(w, t, reference, parameters))
	if err != nil {
		return nil, refused(ctx, deployments, t, err)
	}
	return accepted, nil
}

// wanted is the object to create.
func (o *deployOptions) wanted(w *world.World, t attempt, reference reference.Reference, parameters []v1alpha1.ParameterSource) *v1alpha1.ChartDeployment {
	d := &v1alpha1.ChartDeployment{
		ObjectMeta: metav1.ObjectMeta{Name: t.Deployment, Namespace: t.Namespace},
		Spec: v1alpha1.ChartDeploymentSpec{
			Chart:      reference.String(),
			Parameters: parameters,
			Options:    v1alpha1.DeploymentOptions{Timeout: metav1.Duration{Duration: w.Flags.Timeout}},
		},
	}
	if o.message != "" {
		d.Annotations = map[string]string{v1alpha1.AnnotationReason: o.message}
	}
	return d
}

// hintNamespace helps those who know -n from kubectl. It goes by the names that
// are known without asking the cluster.
func hintNamespace(w *world.World, s *world.Session, name string) {
	if name != "" && (name == s.Target.Namespace || name == metav1.NamespaceDefault) {
		w.Screen.Note("Hint: -n %s names the deployment; use --namespace %s for the namespace.", name, name)
	}
}
