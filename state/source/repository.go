package source

import (
	"context"
	"errors"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/internalversion"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/state/secret"
)

// Repository is one place that charts are found in.
type Repository struct {
	Meta
	URL string `json:"url"`
	// Credential is the name of the credential that opens it, CredentialUID says
	// which one of that name; empty for none.
	Credential    string `json:"credential,omitempty"`
	CredentialUID string `json:"credentialUID,omitempty"`
	CABundle      []byte `json:"caBundle,omitempty"` // PEM
	// Origins are others that may lie at private addresses, as repo.Origin prints
	// them.
	Origins []string `json:"origins,omitempty"`
}

func (r *Repository) check() error {
	_, err := repo.ParseLocation(r.URL)
	return err
}

// Repositories stores repositories. Errors keep the reasons of the role Secrets:
// NotFound, AlreadyExists, Conflict, Expired.
type Repositories struct {
	shelf[Repository, *Repository]
	credentials *Credentials
}

// NewRepositories stores repositories in namespace, where credentials are as
// well.
func NewRepositories(secrets secret.Store, namespace string, credentials *Credentials) *Repositories {
	shelf := shelf[Repository, *Repository]{secrets: secrets, namespace: namespace, role: roleRepository}
	return &Repositories{shelf: shelf, credentials: credentials}
}

// Create stores a new repository under its name, and binds its credential to the
// origin of its URL. Where r has a CredentialUID, only that credential will do.
// The error matches ErrNoCredential when the credential is not there, and is a
// *BoundError when that belongs to another origin; nothing is stored then.
func (r *Repositories) Create(ctx context.Context, repository *Repository) (*Repository, error) {
	location, err := repo.ParseLocation(repository.URL)
	if err != nil {
		return nil, err
	}
	added := *repository
	added.Meta = repository.kept()
	if added.Credential == "" {
		added.CredentialUID = ""
		stored, err := r.store(ctx, roleRepository, &added)
		if err != nil {
			return nil, err
		}
		return r.decode(stored)
	}
	if added.CredentialUID, err = r.credential(ctx, &added); err != nil {
		return nil, err
	}
	draft, err := r.store(ctx, roleDraft, &added)
	if err != nil {
		return nil, err
	}
	settled, err := r.settle(ctx, draft, &added, location.Origin())
	if err != nil {
		return nil, errors.Join(err, r.discard(ctx, draft))
	}
	return settled, nil
}

// credential returns the UID of the credential that a repository is to have.
func (r *Repositories) credential(ctx context.Context, added *Repository) (string, error) {
	_, found, err := r.credentials.read(ctx, added.Credential)
	if apierrors.IsNotFound(err) || err == nil && added.CredentialUID != "" && added.CredentialUID != found.UID {
		return "", fmt.Errorf("adding repository %q with credential %q: %w", added.URL, added.Credential, ErrNoCredential)
	}
	if err != nil {
		return "", err
	}
	return found.UID, nil
}

// Get reads one repository.
func (r *Repositories) Get(ctx context.Context, name string) (*Repository, error) {
	_, found, err := r.read(ctx, name)
	return found, err
}

// List lists the repositories that o selects, in the order of their names.
// Resource versions, limits and page tokens are those of the Secrets.
func (r *Repositories) List(ctx context.Context, o *internalversion.ListOptions) (*Page[Repository], error) {
	return r.list(ctx, o)
}

// Watch follows the repositories that o selects, as Credentials.Watch does.
func (r *Repositories) Watch(ctx context.Context, o *internalversion.ListOptions, view func(*Repository) runtime.Object) (watch.Interface, error) {
	return r.watch(ctx, o, func(_ context.Context, found *Repository) (runtime.Object, error) { return view(found), nil })
}

// Delete removes a repository. One that has changed or was added anew under its
// name, by only's measure, is ErrMoved.
func (r *Repositories) Delete(ctx context.Context, name string, only *metav1.Preconditions) error {
	return r.remove(ctx, name, only, func(*corev1.Secret) error { return nil })
}

// repositoryOf is the name of the repository or draft that a Secret holds.
func repositoryOf(m *metav1.PartialObjectMetadata) string {
	return strings.TrimPrefix(m.Name, secretName(roleRepository, ""))
}
