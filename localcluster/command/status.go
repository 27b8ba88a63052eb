package command

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/helm-dm/helm-dm/localcluster/cluster"
)

func newStatus(open opener) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Tell whether everything runs and is well",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if format != "" && format != "json" {
				return fmt.Errorf("%w: unknown format %q; there is json", cluster.ErrInvalid, format)
			}
			c, err := open()
			if err != nil {
				return err
			}
			status, err := c.Status(cmd.Context())
			if err != nil {
				return err
			}
			if err := printStatus(cmd.OutOrStdout(), status, format); err != nil {
				return err
			}
			if status.State != cluster.Running {
				return errTold
			}
			return nil
		},
	}
	cmd.Flags().StringVarP(&format, "output", "o", "", "json for all there is to know")
	return cmd
}

func printStatus(out io.Writer, s cluster.Status, format string) (err error) {
	switch {
	case format == "json":
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", "  ")
		return encoder.Encode(s)
	case s.State == cluster.Running:
		_, err = fmt.Fprintln(out, "OK")
		return err
	case s.State == cluster.Stopped:
		_, err = fmt.Fprintln(out, "stopped")
		return err
	}
	for _, p := range s.Parts {
		if p.Message == "" {
			continue
		}
		if _, err := fmt.Fprintf(out, "%s: %s\n", p.Name, p.Message); err != nil {
			return err
		}
	}
	return nil
}
