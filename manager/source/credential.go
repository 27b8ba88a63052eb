package source

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"

	petname "github.com/dustinkirkland/golang-petname"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/internalversion"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/manager/failure"
	"github.com/helm-dm/helm-dm/manager/request"
	"github.com/helm-dm/helm-dm/manager/source/view"
	"github.com/helm-dm/helm-dm/repo"
	books "github.com/helm-dm/helm-dm/state/source"
)

const (
	// generated is how many names are tried for a credential without one.
	generated = 10
	// maxCredential bounds its name, which is part of a Secret's.
	maxCredential = 200
)

// AddCredential stores a credential for id, bound to nothing yet. One without a
// name is given one that begins with its generateName, or token-. Its annotations
// are left out: whatever sends an object may put a copy of it there, secret and all
// (CVE-2023-40029).
func (s *Sources) AddCredential(ctx context.Context, id kube.Identity, c *v1alpha1.Credential, dryRun bool) (*v1alpha1.Credential, error) {
	if id.User == "" {
		return nil, failure.New(v1alpha1.ReasonForbidden, "adding a credential: %w", kube.ErrNoIdentity)
	}
	added := &books.Credential{Token: c.Spec.Token}
	added.Labels, added.By = c.Labels, id.User
	for range generated {
		if added.Name = c.Name; c.Name == "" {
			prefix := "token-"
			if c.GenerateName != "" {
				prefix = c.GenerateName
			}
			added.Name = prefix + petname.Generate(2, "-")
		}
		if err := sound(c, added.Name); err != nil {
			return nil, err
		}
		stored, err := s.keepCredential(ctx, added, repo.NewSecret(c.Spec.Secret), dryRun)
		if err == nil && !dryRun {
			s.Logger.Info("added", "credential", stored.Name, "user", id.User)
		}
		if c.Name != "" || failure.ReasonOf(err) != v1alpha1.ReasonAlreadyExists {
			return stored, err
		}
	}
	return nil, failure.New(v1alpha1.ReasonUnavailable, "no free name found for a credential: give one")
}

func (s *Sources) keepCredential(ctx context.Context, added *books.Credential, hidden repo.Secret, dryRun bool) (*v1alpha1.Credential, error) {
	taken := failure.New(v1alpha1.ReasonAlreadyExists, "credential %q is there already", added.Name).About(v1alpha1.Credentials, added.Name)
	if dryRun {
		switch _, err := s.credentials.Get(ctx, added.Name); {
		case err == nil:
			return nil, taken
		case !apierrors.IsNotFound(err):
			return nil, err
		}
		return view.Credential(added), nil
	}
	stored, err := s.credentials.Create(ctx, added, hidden)
	switch {
	case apierrors.IsAlreadyExists(err):
		return nil, taken
	case apierrors.IsRequestEntityTooLargeError(err), apierrors.IsInvalid(err):
		return nil, failure.New(v1alpha1.ReasonTooLarge, "credential %q cannot be stored: its labels and annotations are too large", added.Name)
	case err != nil:
		return nil, err
	}
	return view.Credential(stored), nil
}

// sound judges a credential, without a word of what it holds.
func sound(c *v1alpha1.Credential, name string) error {
	wrong := []error{request.ValidateMeta(c.ObjectMeta, false)}
	refuse := func(refused bool, format string, args ...any) {
		if refused {
			wrong = append(wrong, fmt.Errorf(format, args...))
		}
	}
	for _, problem := range validation.IsDNS1123Subdomain(name) {
		refuse(true, "metadata.name: %s", problem)
	}
	refuse(len(name) > maxCredential, "metadata.name: it has %d characters, at most %d", len(name), maxCredential)
	refuse(len(c.Finalizers) > 0, "metadata.finalizers: a credential cannot have finalizers")
	refuse(c.Spec.Token == "", "spec.token: it is missing")
	refuse(len(c.Spec.Token) > v1alpha1.MaxTokenBytes, "spec.token: it has %d bytes, at most %d", len(c.Spec.Token), v1alpha1.MaxTokenBytes)
	refuse(strings.ContainsFunc(c.Spec.Token, unicode.IsControl), "spec.token: it holds a control character")
	refuse(c.Spec.Secret == "", "spec.secret: it is missing")
	refuse(len(c.Spec.Secret) > v1alpha1.MaxSecretBytes, "spec.secret: it has %d bytes, at most %d", len(c.Spec.Secret), v1alpha1.MaxSecretBytes)
	if err := errors.Join(wrong...); err != nil {
		return failure.New(v1alpha1.ReasonInvalid, "%w", err)
	}
	return nil
}

// Credential reads what may be told of one.
func (s *Sources) Credential(ctx context.Context, name string) (*v1alpha1.Credential, error) {
	found, err := s.credentials.Get(ctx, name)
	if err != nil {
		return nil, absent(v1alpha1.Credentials, "credential", name, err)
	}
	return view.Credential(found), nil
}

// Credentials lists them as o says.
func (s *Sources) Credentials(ctx context.Context, o *internalversion.ListOptions) (*v1alpha1.CredentialList, error) {
	page, err := s.credentials.List(ctx, o)
	if err != nil {
		return nil, err
	}
	list := &v1alpha1.CredentialList{ListMeta: page.ListMeta, Items: make([]v1alpha1.Credential, 0, len(page.Items))}
	for _, found := range page.Items {
		list.Items = append(list.Items, *view.Credential(found))
	}
	return list, nil
}

// WatchCredentials follows them as o says. The caller must Stop it.
func (s *Sources) WatchCredentials(ctx context.Context, o *internalversion.ListOptions) (watch.Interface, error) {
	return s.credentials.Watch(ctx, o, func(found *books.Credential) runtime.Object { return view.Credential(found) })
}

// RemoveCredential removes one that no repository uses, and answers with what it
// was.
func (s *Sources) RemoveCredential(ctx context.Context, id kube.Identity, name string, o Removal) (*v1alpha1.Credential, error) {
	found, err := s.credentials.Get(ctx, name)
	if err != nil {
		return nil, absent(v1alpha1.Credentials, "credential", name, err)
	}
	if err := o.meets("credential", &found.Meta); err != nil {
		return nil, err
	}
	if len(found.UsedBy) > 0 {
		return nil, s.used(&books.UsedError{Credential: name, By: found.UsedBy})
	}
	if o.DryRun {
		return view.Credential(found), nil
	}
	if err := s.credentials.Delete(ctx, name, o.preconditions(&found.Meta)); err != nil {
		if used, ok := errors.AsType[*books.UsedError](err); ok {
			return nil, s.used(used)
		}
		return nil, unremoved(v1alpha1.Credentials, "credential", name, err)
	}
	s.Logger.Info("removed", "credential", name, "user", id.User)
	return view.Credential(found), nil
}

// used names the repositories by their addresses.
func (s *Sources) used(err *books.UsedError) error {
	listed := s.reach.Listed()
	addresses := make([]string, 0, len(err.By))
	for _, name := range err.By {
		if e := listed.Named(name); e != nil {
			name = e.URL
		}
		addresses = append(addresses, name)
	}
	return failure.New(v1alpha1.ReasonConflict, "credential %q is used by %s", err.Credential, strings.Join(addresses, ", ")).
		About(v1alpha1.Credentials, err.Credential).Mend("helm repo rm %s first", addresses[0])
}
