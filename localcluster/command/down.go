package command

import (
	"fmt"

	"github.com/spf13/cobra"
)

func newDown(open opener) *cobra.Command {
	var purge bool
	cmd := &cobra.Command{
		Use:   "down",
		Short: "Stop the cluster and what was started beside it",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := open()
			if err != nil {
				return err
			}
			if err := c.Down(cmd.Context(), purge); err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), "Stopped")
			return err
		},
	}
	cmd.Flags().BoolVar(&purge, "purge", false, "remove the cluster's data, certificates and logs, too")
	return cmd
}
