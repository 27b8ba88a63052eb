package source

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/internalversion"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/state/secret"
)

// Credential is what may be told of a credential.
type Credential struct {
	Meta
	Token string `json:"token"`
	// Origin is what it is bound to, as repo.Origin prints it; empty as long as
	// no repository used it.
	Origin string `json:"origin,omitempty"`
	// UsedBy names the repositories that use it, in order.
	UsedBy []string `json:"-"`
}

func (c *Credential) check() error {
	if c.Token == "" {
		return errors.New("it has no token")
	}
	return nil
}

// Credentials stores credentials. Errors keep the reasons of the role Secrets:
// NotFound, AlreadyExists, Conflict, Expired.
type Credentials struct {
	shelf[Credential, *Credential]
}

// NewCredentials stores credentials in namespace.
func NewCredentials(secrets secret.Store, namespace string) *Credentials {
	return &Credentials{shelf[Credential, *Credential]{secrets: secrets, namespace: namespace, role: roleCredential}}
}

// Create stores a new credential under its name, bound to nothing.
func (c *Credentials) Create(ctx context.Context, credential *Credential, hidden repo.Secret) (*Credential, error) {
	s, err := encode(c.namespace, c.role, &Credential{Meta: credential.kept(), Token: credential.Token})
	if err != nil {
		return nil, err
	}
	s.Data[keySecret] = []byte(hidden.Reveal())
	created, err := c.secrets.Create(ctx, s)
	if err != nil {
		return nil, fmt.Errorf("storing credential %q: %w", credential.Name, err)
	}
	return c.decode(created)
}

// Open returns the pair, for who sends it to origin, which it must be bound to.
// UID, unless it is empty, says which credential of that name is meant: another
// one is NotFound. One that belongs to another origin, or to none yet, is a
// *BoundError.
func (c *Credentials) Open(ctx context.Context, name, uid string, origin repo.Origin) (*repo.Credential, error) {
	s, credential, err := c.read(ctx, name)
	if err != nil {
		return nil, err
	}
	if uid != "" && credential.UID != uid {
		return nil, fmt.Errorf("reading credential %q: %w", name, apierrors.NewNotFound(corev1.Resource("secrets"), s.Name))
	}
	if credential.Origin != origin.String() {
		return nil, &BoundError{Credential: name, Origin: credential.Origin, Asked: origin.String()}
	}
	return &repo.Credential{Token: credential.Token, Secret: repo.NewSecret(string(s.Data[keySecret]))}, nil
}

// admits says whether the credential may be bound to an origin.
func (c *Credential) admits(origin repo.Origin) error {
	if c.Origin != "" && c.Origin != origin.String() {
		return &BoundError{Credential: c.Name, Origin: c.Origin, Asked: origin.String()}
	}
	return nil
}

// Get reads one credential.
func (c *Credentials) Get(ctx context.Context, name string) (*Credential, error) {
	_, credential, err := c.read(ctx, name)
	if err != nil {
		return nil, err
	}
	users, err := c.users(ctx)
	if err != nil {
		return nil, err
	}
	credential.UsedBy = users[credential.UID]
	return credential, nil
}

// List lists the credentials that o selects, in the order of their names. Resource
// versions, limits and page tokens are those of the Secrets.
func (c *Credentials) List(ctx context.Context, o *internalversion.ListOptions) (*Page[Credential], error) {
	page, err := c.list(ctx, o)
	if err != nil {
		return nil, err
	}
	users, err := c.users(ctx)
	if err != nil {
		return nil, err
	}
	for _, credential := range page.Items {
		credential.UsedBy = users[credential.UID]
	}
	return page, nil
}

// Watch follows the credentials that o selects, and sends what view makes of them.
// Resource versions, sendInitialEvents and bookmarks mean what they mean in
// Kubernetes; view is also given the empty credential that a bookmark is. The
// caller must Stop it.
func (c *Credentials) Watch(ctx context.Context, o *internalversion.ListOptions, view func(*Credential) runtime.Object) (watch.Interface, error) {
	return c.watch(ctx, o, func(ctx context.Context, credential *Credential) (runtime.Object, error) {
		users, err := c.users(ctx)
		credential.UsedBy = users[credential.UID]
		return view(credential), err
	})
}

// users returns the names of the repositories that use a credential, by its UID.
func (c *Credentials) users(ctx context.Context) (map[string][]string, error) {
	list, err := c.secrets.Metadata(ctx, c.namespace, secret.LabelRole+"="+roleRepository+","+labelOpenedBy)
	if err != nil {
		return nil, fmt.Errorf("listing the repositories that use credentials: %w", err)
	}
	users := map[string][]string{}
	for i := range list.Items {
		uid := list.Items[i].Labels[labelOpenedBy]
		users[uid] = append(users[uid], repositoryOf(&list.Items[i]))
	}
	for _, names := range users {
		slices.Sort(names)
	}
	return users, nil
}

// Bind binds a credential to the origin that it is about to be sent to for the
// first time, for good. One that is bound to it already stays so. UID says which
// credential of that name is meant: another one is ErrNoCredential. One that
// belongs to another origin is a *BoundError. It is written to in any case, so that
// whoever is about to remove it notices.
func (c *Credentials) Bind(ctx context.Context, name, uid string, origin repo.Origin) error {
	return again("binding credential", name, func() error {
		s, credential, err := c.read(ctx, name)
		if apierrors.IsNotFound(err) || err == nil && credential.UID != uid {
			return fmt.Errorf("binding credential %q: %w", name, ErrNoCredential)
		}
		if err == nil {
			err = credential.admits(origin)
		}
		if err != nil {
			return err
		}
		credential.Origin = origin.String()
		bound, err := encode(c.namespace, c.role, credential)
		if err != nil {
			return err
		}
		s.Data[keyEntry] = bound.Data[keyEntry]
		s.Annotations = map[string]string{annotationClaim: rand.Text()}
		if _, err := c.secrets.Update(ctx, s); err != nil {
			return fmt.Errorf("binding credential %q: %w", name, err)
		}
		return nil
	})
}

// annotationClaim makes every binding of a credential a change of its Secret.
const annotationClaim = "dm.helm.sh/claim"

// Delete removes a credential that no repository uses; otherwise the error is a
// *UsedError. A repository that is just being added with it is not added then.
// One that has changed or was added anew under its name, by only's measure, is
// ErrMoved.
func (c *Credentials) Delete(ctx context.Context, name string, only *metav1.Preconditions) error {
	return c.remove(ctx, name, only, func(found *corev1.Secret) error { return c.dismiss(ctx, name, found.UID) })
}

// dismiss removes the drafts that name a credential, and refuses where there are
// repositories that do.
func (c *Credentials) dismiss(ctx context.Context, name string, uid types.UID) error {
	list, err := c.secrets.Metadata(ctx, c.namespace, labelOpenedBy+"="+string(uid))
	if err != nil {
		return fmt.Errorf("listing the repositories that use credential %q: %w", name, err)
	}
	var used []string
	var wrong []error
	for i := range list.Items {
		m := &list.Items[i]
		if m.Labels[secret.LabelRole] == roleRepository {
			used = append(used, repositoryOf(m))
		}
	}
	if len(used) > 0 {
		slices.Sort(used)
		return &UsedError{Credential: name, By: used}
	}
	for i := range list.Items {
		m := &list.Items[i]
		err := c.secrets.Delete(ctx, c.namespace, m.Name, &metav1.Preconditions{UID: &m.UID, ResourceVersion: &m.ResourceVersion})
		if secret.IgnoreGone(err) != nil {
			wrong = append(wrong, fmt.Errorf("removing a draft that names credential %q: %w", name, err))
		}
	}
	return errors.Join(wrong...)
}
