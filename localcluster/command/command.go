// Package command is the command line of helm-local, one command a file. A command reads its arguments, asks package
// cluster and prints the answer; progress and errors go to standard error.
//
// Exit codes: 0 for success, 1 for a failure or a cluster that is not well, 2 for wrong usage.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/helm-dm/helm-dm/localcluster/cluster"
)

const (
	exitFailure = 1
	exitUsage   = 2
)

// errTold is a failure of which everything has been printed.
var errTold = errors.New("failed")

// Run runs the command line and returns the exit code. SIGINT and SIGTERM end it early, and in order.
func Run(args []string, out, errOut io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// cobra would offer the flags that the packages of the parts have registered as ours
	pflag.CommandLine = pflag.NewFlagSet("helm-local", pflag.ContinueOnError)
	began := false
	root := newRoot(errOut)
	root.PersistentPreRun = func(*cobra.Command, []string) { began = true }
	root.SetArgs(args)
	root.SetOut(out)
	root.SetErr(errOut)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	if !errors.Is(err, errTold) {
		fmt.Fprintf(errOut, "helm-local: %v\n", err)
	}
	if !began || errors.Is(err, cluster.ErrInvalid) {
		return exitUsage
	}
	return exitFailure
}

func newRoot(progress io.Writer) *cobra.Command {
	root := &cobra.Command{
		Use:               "helm-local",
		Short:             "Run a Kubernetes control plane on this machine",
		Version:           "Kubernetes " + cluster.Kubernetes(),
		SilenceUsage:      true,
		SilenceErrors:     true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
	}
	dir := root.PersistentFlags().String("dir", "", "folder of the cluster (default helm-local in the user's data folder)")
	open := func() (*cluster.Cluster, error) {
		path, err := orDefault(*dir)
		if err != nil {
			return nil, err
		}
		return cluster.Open(path, log.New(progress, "", 0))
	}
	root.AddCommand(newUp(open), newStatus(open), newDown(open), newRun(open), newStop(open), newUser(open))
	return root
}

// opener opens the cluster of the --dir flag, once flags are read.
type opener func() (*cluster.Cluster, error)

// orDefault follows the XDG base directory specification.
func orDefault(dir string) (string, error) {
	if dir != "" {
		return dir, nil
	}
	if data := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(data) {
		return filepath.Join(data, "helm-local"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("choosing the folder of the cluster: %w; name one with --dir", err)
	}
	return filepath.Join(home, ".local", "share", "helm-local"), nil
}
