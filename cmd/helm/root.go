package main

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/terminal"
)

// run executes one command line and returns the exit code.
func run(ctx context.Context, w *world, args []string) int {
	out := &terminal.Output{To: w.screen.Out}
	w.screen.Out = out
	root := newRoot(w)
	root.SetArgs(longName(root, args))
	err := root.ExecuteContext(ctx)
	code := w.report(err)
	if out.Err != nil && !errors.Is(err, out.Err) {
		code = cmp.Or(code, w.report(out.Err))
	}
	return code
}

func newRoot(w *world) *cobra.Command {
	root := group("helm", "Deploy charts onto Kubernetes, from the server side",
		newDeploy(w),
		newStatus(w),
		newDeployment(w),
		newDelete(w),
		newLocal(w),
		newVersion(w),
		newExitCodes(),
	)
	root.Example = "  helm local up\n  helm deploy helm:example.com/foo/bar\n  helm status wonky-panda"
	root.SetIn(w.in)
	root.SetOut(w.screen.Out)
	root.SetErr(w.screen.Err)
	root.SilenceErrors, root.SilenceUsage = true, true
	w.global.AddFlags(root.PersistentFlags())
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fault.Usage("%w", err).Mend("%s --help", cmd.CommandPath())
	})
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		w.screen.Quiet = w.global.quiet
		return w.global.check(cmd.Flags())
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
	err := fault.Usage("there is no command %q", cmd.CommandPath()+" "+args[0])
	if similar := cmd.SuggestionsFor(args[0]); len(similar) > 0 {
		return err.Mend("%s %s", cmd.CommandPath(), similar[0])
	}
	return err.Mend("%s --help", cmd.CommandPath())
}

// wants refuses a number of arguments outside of least and most; most below
// zero is no bound.
func wants(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < least || most >= 0 && len(args) > most {
			return fault.Usage("%d arguments were given to %q", len(args), cmd.UseLine()).Mend("%s --help", cmd.CommandPath())
		}
		return nil
	}
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
