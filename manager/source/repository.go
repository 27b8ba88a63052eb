package source

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/internalversion"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/manager/failure"
	"github.com/helm-dm/helm-dm/manager/request"
	"github.com/helm-dm/helm-dm/manager/source/view"
	"github.com/helm-dm/helm-dm/repo"
	books "github.com/helm-dm/helm-dm/state/source"
)

// settling is how long a change waits until this replica works with it.
const settling = 3 * time.Second

// AddRepository stores a repository for id after it has answered. Its credential,
// which id must be allowed to use, is bound to its origin before it is sent there,
// and stays so whatever comes of it. With dryRun nothing is stored or bound, and a
// credential that is bound to nothing yet is refused.
func (s *Sources) AddRepository(ctx context.Context, id kube.Identity, r *v1alpha1.Repository, dryRun bool) (*v1alpha1.Repository, error) {
	c, err := s.candidate(ctx, id, r.Spec)
	if err != nil {
		return nil, err
	}
	added := c.repository
	added.Labels, added.Annotations, added.By = r.Labels, view.Annotations(r.Annotations), id.User
	if err := named(r, added.Name); err != nil {
		return nil, err
	}
	if err := s.free(ctx, &added); err != nil {
		return nil, err
	}
	if dryRun {
		status, err := s.prove(ctx, c)
		if err != nil {
			return nil, err
		}
		return view.Repository(&added, *status), nil
	}
	if err := s.approve(ctx, id, c); err != nil {
		return nil, err
	}
	stored, err := s.repositories.Create(ctx, &added)
	if err != nil {
		return nil, s.unstored(ctx, &added, err)
	}
	s.Logger.Info("added", "repository", stored.Name, "url", stored.URL, "credential", stored.Credential, "user", id.User)
	s.settle(ctx, stored)
	return s.shown(stored), nil
}

// settle gives this replica a moment to know what it just stored.
func (s *Sources) settle(ctx context.Context, stored *books.Repository) {
	ctx, cancel := context.WithTimeout(ctx, settling)
	defer cancel()
	err := s.reach.Await(ctx, stored.Name, stored.UID)
	if err == nil {
		err = s.catalog.Ready(ctx, stored.Name)
	}
	if err != nil {
		s.Logger.Info("not in the catalogue yet", "repository", stored.Name, "err", err)
	}
}

// named checks what a create says besides its spec.
func named(r *v1alpha1.Repository, name string) error {
	wrong := []error{request.ValidateMeta(r.ObjectMeta, false)}
	if r.Name != "" && r.Name != name {
		wrong = append(wrong, fmt.Errorf("metadata.name: it is %q for this URL, not %q: leave it out", name, r.Name))
	}
	if len(r.Finalizers) > 0 {
		wrong = append(wrong, errors.New("metadata.finalizers: a repository cannot have finalizers"))
	}
	if err := errors.Join(wrong...); err != nil {
		return failure.New(v1alpha1.ReasonInvalid, "%w", err)
	}
	return nil
}

// candidate is a repository that may be added.
type candidate struct {
	repository books.Repository
	location   repo.Location
	unbound    bool // its credential
}

// candidate reads a spec. A credential that id may not use does not exist for
// them.
func (s *Sources) candidate(ctx context.Context, id kube.Identity, spec v1alpha1.RepositorySpec) (*candidate, error) {
	if id.User == "" {
		return nil, failure.New(v1alpha1.ReasonForbidden, "adding a repository: %w", kube.ErrNoIdentity)
	}
	location, err := repo.ParseLocation(spec.URL)
	if err != nil {
		return nil, err
	}
	if err := certificates(spec.CABundle); err != nil {
		return nil, err
	}
	others, err := origins(spec.Origins)
	if err != nil {
		return nil, err
	}
	c := &candidate{location: location, repository: books.Repository{
		Meta: books.Meta{Name: location.Name()}, URL: location.String(), Credential: spec.Credential, CABundle: spec.CABundle, Origins: others,
	}}
	if spec.Credential == "" {
		return c, nil
	}
	usable, err := s.rights.May(ctx, id, v1alpha1.VerbUse, v1alpha1.Credentials, spec.Credential)
	if err != nil {
		return nil, err
	}
	if !usable {
		return nil, noCredential(spec.Credential)
	}
	found, err := s.credentials.Get(ctx, spec.Credential)
	if apierrors.IsNotFound(err) {
		return nil, noCredential(spec.Credential)
	}
	if err != nil {
		return nil, err
	}
	if asked := location.Origin().String(); found.Origin != "" && found.Origin != asked {
		return nil, bound(&books.BoundError{Credential: found.Name, Origin: found.Origin, Asked: asked})
	}
	c.repository.CredentialUID, c.unbound = found.UID, found.Origin == ""
	return c, nil
}

func certificates(bundle []byte) error {
	switch {
	case len(bundle) > v1alpha1.MaxCABundleBytes:
		return failure.New(v1alpha1.ReasonTooLarge, "spec.caBundle: it has %d bytes, at most %d", len(bundle), v1alpha1.MaxCABundleBytes)
	case len(bundle) > 0 && !x509.NewCertPool().AppendCertsFromPEM(bundle):
		return failure.New(v1alpha1.ReasonInvalid, "spec.caBundle: there is no certificate in PEM in it")
	}
	return nil
}

// origins reads the origins of a spec, into the form in which they are printed.
func origins(texts []string) ([]string, error) {
	if len(texts) > v1alpha1.MaxOrigins {
		return nil, failure.New(v1alpha1.ReasonTooLarge, "spec.origins: there are %d, at most %d", len(texts), v1alpha1.MaxOrigins)
	}
	var read []string
	for _, text := range texts {
		o, err := repo.ParseOrigin(text)
		if err != nil {
			return nil, fmt.Errorf("spec.origins: %w", err)
		}
		read = append(read, o.String())
	}
	slices.Sort(read)
	return slices.Compact(read), nil
}

func noCredential(name string) error {
	return failure.New(v1alpha1.ReasonNotFound, "credential %q does not exist", name).
		About(v1alpha1.Credentials, name).Mend("helm credential add --name %s TOKEN SECRET", name)
}

func bound(err *books.BoundError) error {
	if err.Origin == "" {
		return failure.New(v1alpha1.ReasonConflict, "%w", err).
			About(v1alpha1.Credentials, err.Credential).Mend("add the repository, which binds it: helm repo add -c %s URL", err.Credential)
	}
	return failure.New(v1alpha1.ReasonConflict, "%w", err).
		About(v1alpha1.Credentials, err.Credential).Mend("add another credential for %s: helm credential add TOKEN SECRET", err.Asked)
}

// free refuses a repository whose name is taken.
func (s *Sources) free(ctx context.Context, added *books.Repository) error {
	there, err := s.repositories.Get(ctx, added.Name)
	switch {
	case apierrors.IsNotFound(err):
		return nil
	case err != nil:
		return err
	case there.URL == added.URL:
		return failure.New(v1alpha1.ReasonAlreadyExists, "repository %q is there already", added.URL).
			About(v1alpha1.Repositories, added.Name).Mend("helm repo list, or helm repo rm %s to add it anew", added.URL)
	}
	return failure.New(v1alpha1.ReasonAlreadyExists, "repository %q would have the same short references as %q", added.URL, there.URL).
		About(v1alpha1.Repositories, added.Name).Mend("helm repo rm %s first", there.URL)
}

// unstored says why a repository that answered could not be stored.
func (s *Sources) unstored(ctx context.Context, added *books.Repository, err error) error {
	taken, belongs := apierrors.IsAlreadyExists(err), (*books.BoundError)(nil)
	switch {
	case taken:
		if told := s.free(ctx, added); told != nil {
			return told
		}
		return failure.New(v1alpha1.ReasonConflict, "repository %q is being added or removed by somebody else: try again", added.URL)
	case errors.Is(err, books.ErrNoCredential):
		return noCredential(added.Credential)
	case errors.As(err, &belongs):
		return bound(belongs)
	case errors.Is(err, books.ErrBusy):
		return failure.New(v1alpha1.ReasonConflict, "%w", err)
	case apierrors.IsRequestEntityTooLargeError(err), apierrors.IsInvalid(err):
		return failure.New(v1alpha1.ReasonTooLarge, "repository %q cannot be stored: its labels and annotations are too large", added.URL)
	}
	return err
}

// shown is a repository as callers see it, with what this replica knows of it.
func (s *Sources) shown(r *books.Repository) *v1alpha1.Repository {
	state, ok := s.catalog.State(r.Name)
	if !ok {
		return view.Repository(r, v1alpha1.RepositoryStatus{})
	}
	return view.Repository(r, view.Status(state))
}

// Repository reads one.
func (s *Sources) Repository(ctx context.Context, name string) (*v1alpha1.Repository, error) {
	found, err := s.repositories.Get(ctx, name)
	if err != nil {
		return nil, absent(v1alpha1.Repositories, "repository", name, err)
	}
	return s.shown(found), nil
}

// absent is err, or that there is no such thing.
func absent(resource, what, name string, err error) error {
	if apierrors.IsNotFound(err) {
		return failure.New(v1alpha1.ReasonNotFound, "%s %q does not exist", what, name).About(resource, name)
	}
	return err
}

// Repositories lists them as o says.
func (s *Sources) Repositories(ctx context.Context, o *internalversion.ListOptions) (*v1alpha1.RepositoryList, error) {
	page, err := s.repositories.List(ctx, o)
	if err != nil {
		return nil, err
	}
	list := &v1alpha1.RepositoryList{ListMeta: page.ListMeta, Items: make([]v1alpha1.Repository, 0, len(page.Items))}
	for _, found := range page.Items {
		list.Items = append(list.Items, *s.shown(found))
	}
	return list, nil
}

// WatchRepositories follows them as o says. The caller must Stop it.
func (s *Sources) WatchRepositories(ctx context.Context, o *internalversion.ListOptions) (watch.Interface, error) {
	return s.repositories.Watch(ctx, o, func(found *books.Repository) runtime.Object { return s.shown(found) })
}

// RemoveRepository removes one, and answers with what it was. What was deployed
// from it stays.
func (s *Sources) RemoveRepository(ctx context.Context, id kube.Identity, name string, o Removal) (*v1alpha1.Repository, error) {
	found, err := s.repositories.Get(ctx, name)
	if err != nil {
		return nil, absent(v1alpha1.Repositories, "repository", name, err)
	}
	was := s.shown(found)
	if err := o.meets("repository", &found.Meta); err != nil || o.DryRun {
		return was, err
	}
	if err := s.repositories.Delete(ctx, name, o.preconditions(&found.Meta)); err != nil {
		return nil, unremoved(v1alpha1.Repositories, "repository", name, err)
	}
	s.Logger.Info("removed", "repository", name, "url", found.URL, "user", id.User)
	waiting, cancel := context.WithTimeout(ctx, settling)
	defer cancel()
	_ = s.reach.Await(waiting, name, "") // it will know soon
	return was, nil
}
