package command

import (
	"fmt"

	"github.com/spf13/cobra"
)

func newUp(open opener) *cobra.Command {
	return &cobra.Command{
		Use:   "up",
		Short: "Start the cluster, or what is missing of it, and return when pods can be scheduled",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := open()
			if err != nil {
				return err
			}
			if err := c.Up(cmd.Context()); err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "Ready: %s\n", c.Dir())
			return err
		},
	}
}
