package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/helm-dm/helm-dm/cmd/helm/fault"
)

func newHelp(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:     "help [COMMAND]...",
		Short:   "Explain a command",
		Example: "  helm help deploy\n  helm help exit-codes",
		RunE: func(_ *cobra.Command, args []string) error {
			cmd, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 {
				return fault.Usage("there is no help on %q", strings.Join(args, " ")).Mend("helm --help")
			}
			cmd.InitDefaultHelpFlag() // which cobra declares only for the command it runs
			return cmd.Help()
		},
	}
}
