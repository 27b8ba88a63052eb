package oci

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"oras.land/oras-go/v2/registry/remote/auth"
	"oras.land/oras-go/v2/registry/remote/errcode"

	"github.com/helm-dm/helm-dm/repo"
)

// maxNames bounds the names that a registry tells, those of others included.
const maxNames = 200_000

// errEnough ends a list of which nothing more is wanted.
var errEnough = errors.New("that is enough")

// names returns what a registry keeps directly in the namespace, sorted.
func (s *session) names(ctx context.Context) ([]string, error) {
	prefix := ""
	if s.location.Path() != "" {
		prefix = s.location.Path() + "/"
	}
	var out []string
	seen, pages := 0, 0
	// Registries sort the names: what has the prefix follows it, in one piece.
	err := s.remote.Repositories(ctx, prefix, func(page []string) error {
		pages++
		if seen += len(page); seen > maxNames || pages > maxPages {
			return repo.Fail(repo.ErrTooLarge, "the registry lists more than %d repositories", maxNames)
		}
		for _, path := range page {
			if name, ok := strings.CutPrefix(path, prefix); ok && namePattern.MatchString(name) && isPath(path) {
				out = append(out, name)
			}
		}
		if last := len(page) - 1; last >= 0 && page[last] > prefix && !strings.HasPrefix(page[last], prefix) {
			return errEnough
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, s.unlisted(ctx, err)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// unlisted makes of the error of a list what it means: a registry may have none,
// or not for everybody. Who is refused without having said who they are has at
// least found a registry: single charts may be public.
func (s *session) unlisted(ctx context.Context, err error) error {
	if code := status(err); code < 400 || code >= 500 && code != http.StatusNotImplemented || code == http.StatusTooManyRequests {
		return err
	}
	err = s.remote.Ping(ctx)
	if err == nil || status(err) == http.StatusForbidden && s.login == auth.EmptyCredential {
		return repo.Fail(repo.ErrUnlisted, "%w: its charts can be used by their names", repo.ErrUnlisted)
	}
	return err
}

// status is that of the answer that an error speaks of, 0 when there was none.
func status(err error) int {
	answered := (*errcode.ErrorResponse)(nil)
	if !errors.As(err, &answered) {
		return 0
	}
	return answered.StatusCode
}
