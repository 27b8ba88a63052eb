package command

import (
	"github.com/spf13/cobra"

	"github.com/helm-dm/helm-dm/localcluster/cluster"
	"github.com/helm-dm/helm-dm/localcluster/file"
)

func newUser(open opener) *cobra.Command {
	var groups []string
	var context, path string
	cmd := &cobra.Command{
		Use:   "user NAME",
		Short: "Write a kubeconfig that speaks to the cluster as this user",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := open()
			if err != nil {
				return err
			}
			data, err := c.User(args[0], groups, context)
			if err != nil {
				return err
			}
			if path == "-" {
				_, err = cmd.OutOrStdout().Write(data)
				return err
			}
			return file.Write(path, data)
		},
	}
	cmd.Flags().StringArrayVar(&groups, "group", nil, "group of the user; may be given more than once")
	cmd.Flags().StringVar(&context, "context", cluster.Name, "name of the context in the kubeconfig")
	cmd.Flags().StringVarP(&path, "file", "f", "-", "file to write, private to you; - is standard output")
	return cmd
}
