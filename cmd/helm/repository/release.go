package repository

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/client"
	"github.com/helm-dm/helm-dm/cmd/helm/author"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/input"
	"github.com/helm-dm/helm-dm/cmd/helm/localchart"
	"github.com/helm-dm/helm-dm/cmd/helm/world"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/repo"
)

// destinationVariable names the destination where the command line does not.
const destinationVariable = "HELM_RELEASE_DEST"

type releaseOptions struct {
	url   string
	force bool
	login login
}

// NewRelease is the command release.
func NewRelease(w *world.World) *cobra.Command {
	o := &releaseOptions{}
	cmd := &cobra.Command{
		Use:   "release [-u DEST] PATH|FILE",
		Short: "Put a chart into a repository",
		Long: `Put a chart into a repository, for others to deploy: the one in the folder PATH, or the package FILE with the signature
FILE.prov beside it. What is released stays as it is: another package of that version is refused without --force.

DEST is the address of a repository; default is $` + destinationVariable + `, else the only repository that one may release to. The
manager does it, with its credential. Where the manager knows no such repository, this program does it itself, to https://
and oci:// alone: with --username, else, to a registry, with what docker login has stored.`,
		Example: "  helm release ./mychart\n  helm release -u oci://registry.example.com/charts foo-1.1.2.tgz",
		Args:    world.Wants(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.run(cmd.Context(), w, args[0])
		},
	}
	o.AddFlags(cmd.Flags())
	_ = cmd.RegisterFlagCompletionFunc("url", completeRepositories(w, -1)) // the flag is there
	return cmd
}

// AddFlags declares the flags.
func (o *releaseOptions) AddFlags(flags *pflag.FlagSet) {
	flags.StringVarP(&o.url, "url", "u", "", "`DEST`, the address of a repository")
	flags.BoolVar(&o.force, "force", false, "replace what is released under this version")
	o.login.AddFlags(flags)
}

func (o *releaseOptions) run(ctx context.Context, w *world.World, path string) error {
	format, err := w.Format(world.FormatName, world.FormatJSON, world.FormatYAML)
	if err != nil {
		return err
	}
	d := delivery{destination: o.url, replace: o.force}
	if d.destination == "" && w.Getenv != nil {
		d.destination = w.Getenv(destinationVariable)
	}
	if d.destination != "" {
		if d.at, err = repo.ParseLocation(d.destination); err != nil {
			return err
		}
	}
	if err := o.login.check(d.destination, d.at); err != nil {
		return err
	}
	if err := d.load(path); err != nil {
		return err
	}
	ctx, cancel := w.Limited(ctx)
	defer cancel()
	released, err := o.deliver(ctx, w, d)
	if err != nil {
		return err // which names the package and where it was to go
	}
	shown := referable(released.Status.URL)
	return answer(w, format, shown, released, "Uploaded to %s", shown)
}

// referable is the address of a package as references have it: those of registries
// do not say whether there is TLS.
func referable(address string) string {
	if rest, plain := strings.CutPrefix(address, "oci+http://"); plain {
		return "oci://" + rest
	}
	return address
}

// delivery is what is to be released, and where to.
type delivery struct {
	destination string        // as it was given; empty for the only one there is
	at          repo.Location // what it means
	replace     bool
	pack        *localchart.Package
	provenance  []byte // nil when there is none
}

// load packs the chart, or reads the package with its signature.
func (d *delivery) load(path string) (err error) {
	if d.pack, err = localchart.Load(path); err != nil {
		return err
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return author.CheckDependencies(path, d.pack.Chart)
	}
	d.provenance, err = input.File(path+".prov", v1alpha1.MaxProvenanceBytes)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return err
}

// deliver lets the manager release, and does it itself where the manager has no
// such repository, where there is no manager, or where a user is given.
func (o *releaseOptions) deliver(ctx context.Context, w *world.World, d delivery) (*v1alpha1.ChartRelease, error) {
	if o.login.username != "" {
		return o.direct(ctx, w, d, fault.Usage("--username releases without the manager, and so to https:// and oci:// alone, not to %q", d.at).
			Mend("helm repo add -c CREDENTIAL %s, and helm release without --username", d.at))
	}
	s, err := w.Open()
	named := w.Flags.Access.Context != "" || w.Flags.Access.Kubeconfig != ""
	switch {
	case errors.Is(err, kube.ErrConfig) && d.destination != "" && !named:
		return o.direct(ctx, w, d, fault.Usage("releasing to %q needs a manager, and no cluster is configured: by itself this program releases to https:// and oci:// alone", d.at).
			Mend("--kubeconfig FILE and --context NAME of the cluster whose manager knows that repository"))
	case err != nil:
		return nil, err
	}
	released, err := d.send(ctx, w, s)
	switch {
	case d.destination == "":
	case client.IsNotInstalled(err):
		return o.direct(ctx, w, d, err)
	case missing(err) == v1alpha1.Repositories:
		return o.direct(ctx, w, d, fault.NotFound("the manager has no repository %q, and without it only https:// and oci:// can be released to", d.at).
			Mend("helm repo add -c CREDENTIAL %s", d.at))
	}
	return released, err
}
