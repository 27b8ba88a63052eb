package command

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/helm-dm/helm-dm/localcluster/cluster"
)

func newRun(open opener) *cobra.Command {
	var guest cluster.Guest
	cmd := &cobra.Command{
		Use:   "run NAME [flags] -- PROGRAM [ARG]...",
		Short: "Start a program that belongs to the cluster, in place of one of the same name",
		Long: `Start a program that belongs to the cluster, in place of one of the same name.
It runs in the background, writes to a log beside those of the cluster, is listed by
status and is stopped by stop and by down.`,
		Args: func(cmd *cobra.Command, args []string) error {
			if cmd.ArgsLenAtDash() != 1 || len(args) < 2 {
				return errors.New("give a name, then -- and the program with its arguments")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := open()
			if err != nil {
				return err
			}
			guest.Name, guest.Command = args[0], args[1:]
			if err := c.Run(cmd.Context(), guest); err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "Started %s\n", guest.Name)
			return err
		},
	}
	cmd.Flags().StringVar(&guest.ReadyURL, "ready-url", "",
		"wait until this URL answers 200; on this machine any certificate will do")
	cmd.Flags().DurationVar(&guest.Timeout, "timeout", time.Minute, "how long to wait for the URL")
	return cmd
}
