package fault

import (
	"context"
	"errors"
	"io/fs"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/client"
	"github.com/helm-dm/helm-dm/cmd/helm/input"
	"github.com/helm-dm/helm-dm/cmd/helm/target"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/repo"
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
1  the operation ran and failed, or the thing is not healthy; also after Ctrl-C, when what was accepted goes on
2  bad usage or invalid input
3  not found
4  conflict: the name is taken, another operation holds it, a field is owned by another
5  not permitted
6  the cluster or the manager is unreachable
7  timed out`

// ExitCode is the one table from errors to exit codes.
func ExitCode(err error) int {
	var place *repo.Error
	own := outermost(err, func(e *Error) bool { return e.code != 0 })
	switch {
	case err == nil:
		return ExitDone
	case own != nil:
		return own.code
	case errors.As(err, &place):
		return exitOf(place)
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

// exitOf is that of an error of a repository that this program spoke to itself.
func exitOf(err *repo.Error) int {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return ExitTimeout
	case errors.Is(err.Kind, repo.ErrNotFound):
		return ExitNotFound
	case errors.Is(err.Kind, repo.ErrExists):
		return ExitConflict
	case errors.Is(err.Kind, repo.ErrUnauthorized):
		return ExitDenied
	case errors.Is(err.Kind, repo.ErrUnavailable):
		return ExitUnreachable
	case errors.Is(err.Kind, repo.ErrInvalid), errors.Is(err.Kind, repo.ErrTooLarge), errors.Is(err.Kind, repo.ErrRefused):
		return ExitUsage
	}
	return ExitFailed
}
