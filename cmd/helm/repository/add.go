package repository

import (
	"bytes"
	"context"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/world"
	"github.com/helm-dm/helm-dm/repo"
)

type addOptions struct {
	credential string
	caFile     string
	origins    []string
}

// NewAdd is the command repo add.
func NewAdd(w *world.World) *cobra.Command {
	o := &addOptions{}
	cmd := &cobra.Command{
		Use:   "add [-c CREDENTIAL] URL",
		Short: "Let the manager find charts in a repository",
		Long: `Let the manager find charts in a repository. It is opened before it is added: what does not answer is refused.

URL is https://HOST/BUCKET, s3://BUCKET, s3://HOST/BUCKET, gs://BUCKET, azblob://CONTAINER or oci://HOST/NAMESPACE. The
first repository that a credential is used for binds it to its host: it is never sent to another one.

A repository may be at a private address. Where its index, a redirect or its token service leads to a private address of
another origin, that is named with --origin; the credential does not go there.`,
		Example:           "  helm repo add https://charts.example.com\n  helm repo add -c team-key s3://team-charts",
		Args:              addArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.run(cmd.Context(), w, args[0])
		},
	}
	o.AddFlags(cmd.Flags())
	_ = cmd.RegisterFlagCompletionFunc("credential", completeCredentials(w, -1)) // the flag is there
	return cmd
}

// addArgs knows that Helm's command takes a name before the address.
func addArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 2 {
		if at, err := repo.ParseLocation(args[1]); err == nil {
			return fault.Usage("%d arguments were given to %q: a repository is called by its address, not by a name", len(args), cmd.UseLine()).
				Mend("helm repo add %s", at)
		}
	}
	return world.Wants(1, 1)(cmd, args)
}

// AddFlags declares the flags.
func (o *addOptions) AddFlags(flags *pflag.FlagSet) {
	flags.StringVarP(&o.credential, "credential", "c", "", "`NAME` of the credential that opens it")
	flags.StringVar(&o.caFile, "ca-file", "", "`FILE` with certificates in PEM to trust there, besides those of the system")
	flags.StringArrayVar(&o.origins, "origin", nil, "`ORIGIN` (SCHEME://HOST[:PORT]) at a private address that it may lead to (may be repeated)")
}

func (o *addOptions) run(ctx context.Context, w *world.World, url string) error {
	format, err := w.Format(world.FormatName, world.FormatJSON, world.FormatYAML)
	if err != nil {
		return err
	}
	wanted, err := o.wanted(url)
	if err != nil {
		return err
	}
	s, err := w.Open()
	if err != nil {
		return err
	}
	ctx, cancel := w.Limited(ctx)
	defer cancel()
	added, err := s.Repositories().Create(ctx, wanted)
	if apierrors.IsAlreadyExists(err) {
		added, err = present(ctx, w, s, wanted, err)
	}
	if err != nil {
		return err // which names the repository
	}
	return answer(w, format, added.Name, added, "Added %s", added.Spec.URL)
}

// wanted is the object to create.
func (o *addOptions) wanted(url string) (*v1alpha1.Repository, error) {
	at, err := repo.ParseLocation(url)
	if err != nil {
		return nil, err
	}
	wanted := &v1alpha1.Repository{Spec: v1alpha1.RepositorySpec{URL: at.String(), Credential: o.credential}}
	for _, text := range o.origins {
		other, err := repo.ParseOrigin(text)
		if err != nil {
			return nil, fault.Usage("reading --origin: %w", err)
		}
		wanted.Spec.Origins = append(wanted.Spec.Origins, other.String())
	}
	slices.Sort(wanted.Spec.Origins)
	wanted.Spec.Origins = slices.Compact(wanted.Spec.Origins)
	if o.caFile != "" {
		if wanted.Spec.CABundle, err = roots(o.caFile, at); err != nil {
			return nil, err
		}
	}
	return wanted, nil
}

// present is the repository that is there already, if it is the same.
func present(ctx context.Context, w *world.World, s *world.Session, wanted *v1alpha1.Repository, refusal error) (*v1alpha1.Repository, error) {
	at, err := repo.ParseLocation(wanted.Spec.URL)
	if err != nil {
		return nil, err
	}
	there, err := s.Repositories().Get(ctx, at.Name())
	switch {
	case err != nil:
		return nil, refusal
	case there.Spec.URL == wanted.Spec.URL && there.Spec.Credential == wanted.Spec.Credential &&
		bytes.Equal(there.Spec.CABundle, wanted.Spec.CABundle) && slices.Equal(there.Spec.Origins, wanted.Spec.Origins):
		w.Screen.Note("It was there already.")
		return there, nil
	}
	return nil, fault.Because("%w", refusal).Mend("helm repo rm %s, and helm repo add once more", there.Spec.URL)
}
