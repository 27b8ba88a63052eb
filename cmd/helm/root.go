package main

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/helm-dm/helm-dm/cmd/helm/author"
	"github.com/helm-dm/helm-dm/cmd/helm/catalogue"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/repository"
	"github.com/helm-dm/helm-dm/cmd/helm/terminal"
	"github.com/helm-dm/helm-dm/cmd/helm/world"
)

// run executes one command line and returns the exit code.
func run(ctx context.Context, w *world.World, args []string) int {
	out := &terminal.Output{To: w.Screen.Out}
	w.Screen.Out = out
	root := newRoot(w)
	root.SetArgs(longName(root, args))
	err := root.ExecuteContext(ctx)
	code := w.Report(err)
	if out.Err != nil && !errors.Is(err, out.Err) {
		code = cmp.Or(code, w.Report(out.Err))
	}
	return code
}

func newRoot(w *world.World) *cobra.Command {
	root := group("helm", "Deploy charts onto Kubernetes, from the server side",
		newDeploy(w),
		newStatus(w),
		newDeployment(w),
		newDelete(w),
		catalogue.NewSearch(w),
		newChart(w),
		newRepo(w),
		newCredential(w),
		repository.NewRelease(w),
		newLocal(w),
		newVersion(w),
		newExitCodes(),
	)
	root.AddCommand(author.Commands(w)...)
	root.Example = "  helm local up\n  helm create mychart\n  helm deploy -n taco-tuesday ./mychart\n  helm status taco-tuesday"
	root.SetIn(w.In)
	root.SetOut(w.Screen.Out)
	root.SetErr(w.Screen.Err)
	root.SilenceErrors, root.SilenceUsage = true, true
	w.Flags.AddFlags(root.PersistentFlags())
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fault.Usage("%w", err).Mend("%s --help", cmd.CommandPath())
	})
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		w.Screen.Quiet = w.Flags.Quiet
		return w.Flags.Check(cmd.Flags())
	}
	root.SetHelpCommand(newHelp(root))
	addCompletion(root)
	return root
}

// group is a command that only holds others.
func group(name, short string, children ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{
		Use:   name,
		Short: short,
		Args:  cobra.ArbitraryArgs,
		RunE:  orHelp,
	}
	cmd.SuggestionsMinimumDistance = 2
	cmd.AddCommand(children...)
	return cmd
}

// orHelp runs a command that only holds others: it shows them, and refuses what
// is none of them.
func orHelp(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return cmd.Help()
	}
	path, _ := strings.CutPrefix(cmd.CommandPath()+" "+args[0], cmd.Root().Name()+" ")
	if err := elsewhere(path); err != nil {
		return err
	}
	err := fault.Usage("there is no command %q", cmd.CommandPath()+" "+args[0])
	if similar := cmd.SuggestionsFor(args[0]); len(similar) > 0 {
		return err.Mend("%s %s", cmd.CommandPath(), similar[0])
	}
	return err.Mend("%s --help", cmd.CommandPath())
}

// longName lets deploy take its name as -name X, as the workflows write it.
func longName(root *cobra.Command, args []string) []string {
	cmd, _, err := root.Find(args)
	if err != nil || cmd.Name() != "deploy" {
		return args
	}
	var out []string
	for i, arg := range args {
		if arg == "--" {
			return append(out, args[i:]...)
		}
		if arg == "-name" || strings.HasPrefix(arg, "-name=") {
			arg = "-" + arg
		}
		out = append(out, arg)
	}
	return out
}
