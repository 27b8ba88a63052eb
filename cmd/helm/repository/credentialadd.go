package repository

import (
	"context"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/world"
)

type credentialAddOptions struct {
	name string
	file string
}

// NewCredentialAdd is the command credential add.
func NewCredentialAdd(w *world.World) *cobra.Command {
	o := &credentialAddOptions{}
	cmd := &cobra.Command{
		Use:   "add TOKEN [SECRET]",
		Short: "Give the manager what opens a repository",
		Long: `Give the manager what opens a repository: a user and a password, an access key and its secret, an account and its key,
any name and a bearer token. The secret never comes out again.

SECRET is best given as -, which reads it from standard input, or left out: then it is asked for. With --from-file it is
the content of a file; of the key file of a service account TOKEN is the client_email, and can be left out.`,
		Example:           "  helm credential add --name team-key robot - < secret.txt\n  helm credential add --from-file key.json",
		Args:              world.Wants(0, 2),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.run(cmd.Context(), w, args)
		},
	}
	o.AddFlags(cmd.Flags())
	return cmd
}

// AddFlags declares the flags.
func (o *credentialAddOptions) AddFlags(flags *pflag.FlagSet) {
	flags.StringVar(&o.name, "name", "", "`NAME` of the credential; default is a generated one")
	flags.StringVar(&o.file, "from-file", "", "`FILE` with the secret, such as the key of a service account")
}

func (o *credentialAddOptions) run(ctx context.Context, w *world.World, args []string) error {
	format, err := w.Format(world.FormatName, world.FormatJSON, world.FormatYAML)
	if err != nil {
		return err
	}
	if o.name != "" {
		if err := world.CheckSegment("the name", o.name); err != nil {
			return err
		}
	}
	pair, err := o.pair(ctx, w, args)
	if err != nil {
		return err
	}
	s, err := w.Open()
	if err != nil {
		return err
	}
	ctx, cancel := w.Limited(ctx)
	defer cancel()
	created, err := s.Credentials().Create(ctx, &v1alpha1.Credential{ObjectMeta: metav1.ObjectMeta{Name: o.name}, Spec: pair})
	if err != nil {
		return fault.Because("creating the credential for %q: %w", pair.Token, err)
	}
	return answer(w, format, created.Name, created, "Created %s", created.Name)
}

// pair settles both halves.
func (o *credentialAddOptions) pair(ctx context.Context, w *world.World, args []string) (pair v1alpha1.CredentialSpec, err error) {
	switch {
	case len(args) == 0 && o.file == "":
		return pair, fault.Usage("the TOKEN is missing: a user, an access key or an account").Mend("helm credential add TOKEN -")
	case len(args) > 0 && args[0] == "":
		return pair, fault.Usage("the TOKEN is empty")
	case len(args) == 2 && o.file != "":
		return pair, fault.Usage("SECRET is given, and --from-file too")
	case len(args) > 0:
		pair.Token = args[0]
	}
	switch {
	case o.file != "":
		pair.Secret, err = fromFile(o.file)
		if err == nil && pair.Token == "" {
			pair.Token, err = account(pair.Secret)
		}
	case len(args) == 1:
		pair.Secret, err = fromTerminal(ctx, w, "Secret of "+pair.Token+": ", "SECRET as -")
	case args[1] == stdinName:
		pair.Secret, err = fromStdin(w)
	default:
		if w.Screen.Size != nil {
			w.Screen.Note("Hint: others on this machine can read command lines; with SECRET as - it is read from standard input.")
		}
		pair.Secret, err = settled(args[1], "the command line")
	}
	return pair, err
}
