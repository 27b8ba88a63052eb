package command

import (
	"fmt"

	"github.com/spf13/cobra"
)

func newStop(open opener) *cobra.Command {
	return &cobra.Command{
		Use:   "stop NAME",
		Short: "Stop a program that was started with run",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := open()
			if err != nil {
				return err
			}
			if err := c.Stop(cmd.Context(), args[0]); err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "Stopped %s\n", args[0])
			return err
		},
	}
}
