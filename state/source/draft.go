package source

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/state/secret"
)

// store writes a repository or a draft in the place of a draft, if there is one.
func (r *Repositories) store(ctx context.Context, role string, added *Repository) (*corev1.Secret, error) {
	s, err := encode(r.namespace, roleRepository, added)
	if err != nil {
		return nil, err
	}
	s.Labels[secret.LabelRole] = role
	if added.CredentialUID != "" {
		s.Labels[labelOpenedBy] = added.CredentialUID
	}
	var stored *corev1.Secret
	err = again("adding repository", added.URL, func() error {
		var taken error
		if stored, taken = r.secrets.Create(ctx, s); !apierrors.IsAlreadyExists(taken) {
			return taken
		}
		left, err := r.secrets.Get(ctx, r.namespace, s.Name)
		switch {
		case err == nil && left.Labels[secret.LabelRole] != roleDraft:
			return taken
		case err == nil:
			err = r.discard(ctx, left)
		}
		if secret.IgnoreGone(err) != nil {
			return err
		}
		return errRaced
	})
	if err != nil {
		return nil, fmt.Errorf("storing repository %q: %w", added.URL, err)
	}
	return stored, nil
}

// settle makes a draft a repository, once its credential is bound.
func (r *Repositories) settle(ctx context.Context, draft *corev1.Secret, added *Repository, origin repo.Origin) (*Repository, error) {
	if err := r.credentials.Bind(ctx, added.Credential, added.CredentialUID, origin); err != nil {
		return nil, err
	}
	settled := draft.DeepCopy()
	settled.Labels[secret.LabelRole] = roleRepository
	stored, err := r.secrets.Update(ctx, settled)
	if apierrors.IsNotFound(err) || apierrors.IsConflict(err) {
		// Who removed the credential meanwhile, or added the same repository,
		// has taken the draft away.
		return nil, fmt.Errorf("storing repository %q: %w", added.URL, ErrBusy)
	}
	if err != nil {
		return nil, fmt.Errorf("storing repository %q: %w", added.URL, err)
	}
	return r.decode(stored)
}

// cleanup bounds what is still done when the caller's context has ended.
const cleanup = 5 * time.Second

// discard removes a draft, unless it is one no longer.
func (r *Repositories) discard(ctx context.Context, draft *corev1.Secret) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanup)
	defer cancel()
	err := r.secrets.Delete(ctx, r.namespace, draft.Name, &metav1.Preconditions{UID: &draft.UID, ResourceVersion: &draft.ResourceVersion})
	if secret.IgnoreGone(err) != nil && !apierrors.IsConflict(err) {
		return fmt.Errorf("removing the draft of a repository: %w", err)
	}
	return nil
}
