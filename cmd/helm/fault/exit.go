package fault

import (
	"errors"
	"io/fs"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/client"
	"github.com/helm-dm/helm-dm/cmd/helm/input"
	"github.com/helm-dm/helm-dm/cmd/helm/target"
	"github.com/helm-dm/helm-dm/kube"
)

// The exit codes.
const (
	ExitDone        = 0
	ExitFailed      = 1
	ExitUsage       = 2
	ExitNotFound    = 3
	ExitConflict    = 4
	ExitDenied      = 5
	ExitUnreachable = 6
	ExitTimeout     = 7
)

// Meanings explains the exit codes, one a line.
const Meanings = `0  done
1  the operation ran and failed, or the thing is not healthy
2  bad usage or invalid input
3  not found
4  conflict: the name is taken, another operation holds it, a field is owned by another
5  not permitted
6  the cluster or the manager is unreachable
7  timed out`

// ExitCode is the one table from errors to exit codes.
func ExitCode(err error) int {
	var own *Error
	switch {
	case err == nil:
		return ExitDone
	case errors.As(err, &own) && own.code != 0:
		return own.code
	case errors.Is(err, kube.ErrConfig), errors.Is(err, chart.ErrInvalid), errors.Is(err, target.ErrInvalid),
		errors.Is(err, client.ErrTooLarge), errors.Is(err, input.ErrTooLarge),
		errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
		return ExitUsage
	}
	switch client.KindOf(err) {
	case client.KindInvalid:
		return ExitUsage
	case client.KindNotFound:
		return ExitNotFound
	case client.KindConflict:
		return ExitConflict
	case client.KindDenied:
		return ExitDenied
	case client.KindUnreachable:
		return ExitUnreachable
	case client.KindTimeout:
		return ExitTimeout
	}
	return ExitFailed
}
