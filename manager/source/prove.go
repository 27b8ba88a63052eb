package source

import (
	"context"
	"errors"
	"fmt"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/manager/source/view"
	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
)

// Check asks whether a repository would be added.
func (s *Sources) Check(ctx context.Context, id kube.Identity, q *v1alpha1.RepositoryCheck) (*v1alpha1.RepositoryCheck, error) {
	c, err := s.candidate(ctx, id, q.Spec)
	if err != nil {
		return nil, err
	}
	status, err := s.prove(ctx, c)
	if err != nil {
		return nil, err
	}
	answer := q.DeepCopy()
	answer.Spec.URL, answer.Status = c.repository.URL, *status
	return answer, nil
}

// approve proves a repository, once its credential is bound to its origin.
func (s *Sources) approve(ctx context.Context, id kube.Identity, c *candidate) error {
	ctx, cancel := context.WithTimeout(ctx, answering)
	defer cancel()
	if c.unbound {
		if err := s.bind(ctx, id, c); err != nil {
			return err
		}
	}
	_, err := s.prove(ctx, c)
	return err
}

// bind binds a credential that was never sent anywhere. The repository is asked as
// by anybody before: an address where nobody answers, or nobody who is trusted, is
// more likely misspelled than meant. Where it leads such callers to somebody else,
// as to a login, it has answered.
func (s *Sources) bind(ctx context.Context, id kube.Identity, c *candidate) error {
	anybody := c.repository
	anybody.Credential, anybody.CredentialUID = "", ""
	r, err := s.reach.Try(ctx, &anybody)
	if err == nil {
		_, err = r.List(ctx, "", func(repo.Release) error { return repo.ErrUnchanged })
	}
	name, origin := c.repository.Credential, c.location.Origin()
	refusal, _ := errors.AsType[*fetch.Refusal](err)
	led := refusal != nil && refusal.Origin != (repo.Origin{}) && refusal.Origin != origin
	if err != nil && (ctx.Err() != nil || errors.Is(err, repo.ErrUnavailable) || errors.Is(err, repo.ErrRefused) && !led) {
		return s.unproven(ctx, c, err)
	}
	if err := s.credentials.Bind(ctx, name, c.repository.CredentialUID, origin); err != nil {
		return s.unstored(ctx, &c.repository, err)
	}
	s.Logger.Info("bound", "credential", name, "origin", origin.String(), "user", id.User)
	return nil
}

// unproven says why a repository was not read.
func (s *Sources) unproven(ctx context.Context, c *candidate, err error) error {
	return late(ctx, fmt.Sprintf("reading repository %q", c.location), fmt.Errorf("repository %q does not answer as one: %w", c.location, err))
}

// prove reads a repository, as it will be read once it was added. One that takes
// longer than the caller can wait has answered once it told of a chart.
func (s *Sources) prove(ctx context.Context, c *candidate) (*v1alpha1.RepositoryStatus, error) {
	ctx, cancel := context.WithTimeout(ctx, answering)
	defer cancel()
	r, err := s.reach.Try(ctx, &c.repository)
	if err != nil {
		return nil, s.unstored(ctx, &c.repository, err)
	}
	charts := map[string]struct{}{}
	status := &v1alpha1.RepositoryStatus{}
	listing, err := r.List(ctx, "", func(release repo.Release) error {
		charts[release.Name] = struct{}{}
		status.Versions++
		return nil
	})
	status.Charts = int64(len(charts))
	switch {
	case errors.Is(err, repo.ErrUnlisted):
		status.Kind = string(repo.KindOCI)
	case err != nil && status.Versions > 0 && ctx.Err() != nil:
	case err != nil:
		return nil, s.unproven(ctx, c, err)
	default:
		status.Kind, status.Broken, status.Faults = string(listing.Kind), int64(listing.Broken), view.Faults(listing.Faults)
	}
	return status, nil
}
