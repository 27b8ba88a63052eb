package main

import (
	"errors"
	"io/fs"
	"strings"

	"github.com/spf13/cobra"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/client"
	"github.com/helm-dm/helm-dm/cmd/helm/target"
	"github.com/helm-dm/helm-dm/kube"
)

// The exit codes.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitNotFound    = 3
	exitConflict    = 4
	exitDenied      = 5
	exitUnreachable = 6
	exitTimeout     = 7
)

// exitCode is the one table from errors to exit codes.
func exitCode(err error) int {
	var own *fault
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &own) && own.code != 0:
		return own.code
	case errors.Is(err, kube.ErrConfig), errors.Is(err, chart.ErrInvalid), errors.Is(err, target.ErrInvalid),
		errors.Is(err, client.ErrTooLarge), errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
		return exitUsage
	}
	switch client.KindOf(err) {
	case client.KindInvalid:
		return exitUsage
	case client.KindNotFound:
		return exitNotFound
	case client.KindConflict:
		return exitConflict
	case client.KindDenied:
		return exitDenied
	case client.KindUnreachable:
		return exitUnreachable
	case client.KindTimeout:
		return exitTimeout
	}
	return exitFailed
}

// newExitCodes is a help topic: a command that cannot be run.
func newExitCodes() *cobra.Command {
	return &cobra.Command{
		Use:   "exit-codes",
		Short: "What the exit codes mean",
		Long: strings.TrimSpace(`
0  done
1  the operation ran and failed, or the thing is not healthy
2  bad usage or invalid input
3  not found
4  conflict: the name is taken, another operation holds it, a field is owned by another
5  not permitted
6  the cluster or the manager is unreachable
7  timed out
`),
	}
}
