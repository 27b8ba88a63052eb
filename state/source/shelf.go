package source

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/internalversion"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/tools/cache"

	"github.com/helm-dm/helm-dm/state/secret"
)

// shelf is what repositories and credentials have in common: how they are read,
// listed and removed. T is an entry's type, P the pointer to it.
type shelf[T any, P interface {
	*T
	entry
}] struct {
	secrets   secret.Store
	namespace string
	role      string
}

// Page is a part of a list.
type Page[T any] struct {
	Items []*T
	// ResourceVersion, Continue and RemainingItemCount are as in Kubernetes.
	metav1.ListMeta
}

func (s *shelf[T, P]) decode(found *corev1.Secret) (*T, error) {
	e := P(new(T))
	return e, decode(found, s.role, e)
}

// find reads the Secret of an entry. What has another role, such as a draft, is
// NotFound.
func (s *shelf[T, P]) find(ctx context.Context, name string) (*corev1.Secret, error) {
	found, err := s.secrets.Get(ctx, s.namespace, secretName(s.role, name))
	if err == nil && found.Labels[secret.LabelRole] != s.role {
		err = apierrors.NewNotFound(corev1.Resource("secrets"), found.Name)
	}
	if err != nil {
		return nil, fmt.Errorf("reading %s %q: %w", s.role, name, err)
	}
	return found, nil
}

// read reads an entry and the Secret that it lies in.
func (s *shelf[T, P]) read(ctx context.Context, name string) (*corev1.Secret, *T, error) {
	found, err := s.find(ctx, name)
	if err != nil {
		return nil, nil, err
	}
	e, err := s.decode(found)
	return found, e, err
}

// remove removes an entry, readable or not: the one that the caller means, and
// which may refuses nothing about.
func (s *shelf[T, P]) remove(ctx context.Context, name string, only *metav1.Preconditions, may func(*corev1.Secret) error) error {
	return again("removing "+s.role, name, func() error {
		found, err := s.find(ctx, name)
		if err != nil {
			return err
		}
		if only != nil && (only.UID != nil && *only.UID != found.UID || only.ResourceVersion != nil && *only.ResourceVersion != found.ResourceVersion) {
			return fmt.Errorf("removing %s %q: %w", s.role, name, ErrMoved)
		}
		if err := may(found); err != nil {
			return err
		}
		err = s.secrets.Delete(ctx, s.namespace, found.Name, &metav1.Preconditions{UID: &found.UID, ResourceVersion: &found.ResourceVersion})
		if err != nil {
			return fmt.Errorf("removing %s %q: %w", s.role, name, err)
		}
		return nil
	})
}

// follow is the door to lists and watches of the Secrets.
func (s *shelf[T, P]) follow() cache.ListerWatcherWithContext {
	return cache.ToListerWatcherWithContext(s.secrets.Follow(s.namespace, secret.LabelRole+"="+s.role))
}

func (s *shelf[T, P]) list(ctx context.Context, o *internalversion.ListOptions) (*Page[T], error) {
	listed, err := s.follow().ListWithContext(ctx, metav1.ListOptions{
		ResourceVersion: o.ResourceVersion, ResourceVersionMatch: o.ResourceVersionMatch, Limit: o.Limit, Continue: o.Continue,
	})
	if err != nil {
		return nil, fmt.Errorf("listing Secrets of role %q: %w", s.role, err)
	}
	secrets, ok := listed.(*corev1.SecretList)
	if !ok {
		return nil, fmt.Errorf("listing Secrets of role %q: got a %T", s.role, listed)
	}
	page := &Page[T]{ListMeta: secrets.ListMeta}
	if !selectsAll(o) {
		page.RemainingItemCount = nil
	}
	for i := range secrets.Items {
		if e, ok := s.sound(&secrets.Items[i]); ok && selects(o, P(e).meta()) {
			page.Items = append(page.Items, e)
		}
	}
	sortEntries[T, P](page.Items)
	return page, nil
}

// sound decodes a Secret that a list or a watch delivers. One that cannot be read
// is set aside and never stops the others (CVE-2022-39272).
func (s *shelf[T, P]) sound(found *corev1.Secret) (*T, bool) {
	e, err := s.decode(found)
	if err != nil {
		slog.Error("setting a Secret aside", "role", s.role, "secret", found.Name, "err", err)
		return nil, false
	}
	return e, true
}

func sortEntries[T any, P interface {
	*T
	entry
}](entries []*T) {
	slices.SortFunc(entries, func(a, b *T) int { return cmp.Compare(P(a).meta().Name, P(b).meta().Name) })
}

func selectsAll(o *internalversion.ListOptions) bool {
	return (o.LabelSelector == nil || o.LabelSelector.Empty()) && (o.FieldSelector == nil || o.FieldSelector.Empty())
}

// selects applies the selectors of a request. What they look at never changes.
func selects(o *internalversion.ListOptions, m *Meta) bool {
	return (o.LabelSelector == nil || o.LabelSelector.Matches(labels.Set(m.Labels))) &&
		(o.FieldSelector == nil || o.FieldSelector.Matches(fields.Set{"metadata.name": m.Name}))
}
