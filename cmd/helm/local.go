package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/helm-dm/helm-dm/cmd/helm/embedded"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/world"
)

func newLocal(w *world.World) *cobra.Command {
	dir := ""
	cmd := group("local", "Run a cluster with Helm/DM on this machine",
		newLocalUp(w, &dir),
		newLocalStatus(w, &dir),
		newLocalDown(w, &dir),
	)
	cmd.Example = "  helm local up\n  helm local down --purge"
	cmd.PersistentFlags().StringVar(&dir, "dir", "", "`FOLDER` of the cluster's data; default helm-local in the user's data folder")
	return cmd
}

// localCluster finds the program that is the cluster.
func localCluster(w *world.World, dir string) (*embedded.Cluster, error) {
	program, err := findProgram(embedded.ClusterProgram)
	if err != nil {
		return nil, err
	}
	return &embedded.Cluster{Program: program, Dir: dir, Progress: w.Screen.Notes()}, nil
}

func findProgram(name string) (string, error) {
	program, err := embedded.Find(name)
	if errors.Is(err, embedded.ErrNoProgram) {
		return "", fault.Because("%w", err).Mend("make build, in the source of Helm/DM")
	}
	return program, err
}
