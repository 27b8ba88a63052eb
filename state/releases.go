package state

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/state/secret"
)

// releaseType is the type of Helm's release Secrets (S40).
const releaseType corev1.SecretType = "helm.sh/release.v1"

// ErrForeign is matched when a release Secret is not the one that a record
// knows: somebody else made or altered it.
var ErrForeign = errors.New("release made or altered by somebody else")

// ErrPayload is matched when a release does not fit into a Secret.
var ErrPayload = errors.New("release too large")

// maxPayload bounds a Secret's data in bytes, with room for its metadata.
const maxPayload = 1_000_000

// Releases stores revisions beside what they describe, where Helm looks.
type Releases struct {
	secrets secret.Store
}

// NewReleases stores revisions through secrets.
func NewReleases(secrets secret.Store) *Releases { return &Releases{secrets: secrets} }

func releaseName(name string, revision int) string {
	return "sh.helm.release.v1." + name + ".v" + strconv.Itoa(revision)
}

// Create stores a new revision. A Secret of its name that is there already is
// AlreadyExists.
func (s *Releases) Create(ctx context.Context, r *Release) error {
	secret, err := encodeReleaseSecret(r)
	if err != nil {
		return err
	}
	secret.Labels["createdAt"] = strconv.FormatInt(time.Now().Unix(), 10)
	if _, err := s.secrets.Create(ctx, secret); err != nil {
		return fmt.Errorf("storing revision %d of %q: %w", r.Version, r.Namespace+"/"+r.Name, err)
	}
	return nil
}

// Update replaces a revision that has one of the digests that the record knows.
// Any other Secret is left alone: ErrForeign.
func (s *Releases) Update(ctx context.Context, r *Release, digests []string) error {
	old, err := s.known(ctx, Key{Namespace: r.Namespace, Name: r.Name}, r.Version, digests)
	if err != nil {
		return err
	}
	secret, err := encodeReleaseSecret(r)
	if err != nil {
		return err
	}
	secret.ResourceVersion = old.ResourceVersion
	for k, v := range old.Labels {
		if _, ours := secret.Labels[k]; !ours {
			secret.Labels[k] = v
		}
	}
	secret.Labels["modifiedAt"] = strconv.FormatInt(time.Now().Unix(), 10)
	if _, err := s.secrets.Update(ctx, secret); err != nil {
		return fmt.Errorf("storing revision %d of %q: %w", r.Version, r.Namespace+"/"+r.Name, err)
	}
	return nil
}

// Get reads a revision and believes it only if it has one of the digests that the
// record knows; otherwise the error matches ErrForeign, and nothing was read.
func (s *Releases) Get(ctx context.Context, k Key, revision int, digests []string) (*Release, error) {
	found, err := s.known(ctx, k, revision, digests)
	if err != nil {
		return nil, err
	}
	r, err := decodeRelease(found.Data["release"])
	if err != nil {
		return nil, fmt.Errorf("reading revision %d of %q: %w", revision, k, err)
	}
	return r, nil
}

// Delete removes a revision; one that is gone already is no error, and one of
// somebody else's is left alone.
func (s *Releases) Delete(ctx context.Context, k Key, revision int, digests []string) error {
	found, err := s.known(ctx, k, revision, digests)
	if errors.Is(err, ErrForeign) || apierrors.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	only := &metav1.Preconditions{UID: &found.UID, ResourceVersion: &found.ResourceVersion}
	if err := s.secrets.Delete(ctx, k.Namespace, found.Name, only); secret.IgnoreGone(err) != nil {
		return fmt.Errorf("removing revision %d of %q: %w", revision, k, err)
	}
	return nil
}

// Any says whether there are release Secrets of that name, whoever made them.
func (s *Releases) Any(ctx context.Context, k Key) (bool, error) {
	list, err := s.secrets.Metadata(ctx, k.Namespace, "owner=helm,name="+k.Name)
	if err != nil {
		return false, fmt.Errorf("listing releases of %q: %w", k, err)
	}
	return len(list.Items) > 0, nil
}

// known reads the Secret of a revision, unopened, if it has one of the digests.
func (s *Releases) known(ctx context.Context, k Key, revision int, digests []string) (*corev1.Secret, error) {
	secret, err := s.secrets.Get(ctx, k.Namespace, releaseName(k.Name, revision))
	if err != nil {
		return nil, fmt.Errorf("reading revision %d of %q: %w", revision, k, err)
	}
	if !slices.Contains(digests, digestOf(secret.Data["release"])) {
		return nil, fmt.Errorf("reading revision %d of %q: %w", revision, k, ErrForeign)
	}
	return secret, nil
}

func encodeReleaseSecret(r *Release) (*corev1.Secret, error) {
	payload, err := encodeRelease(r)
	if err != nil {
		return nil, err
	}
	return &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: r.Namespace,
			Name:      releaseName(r.Name, r.Version),
			Labels: map[string]string{
				"name": r.Name, "owner": "helm", "status": r.Info.Status, "version": strconv.Itoa(r.Version),
			},
		},
		Type: releaseType,
		Data: map[string][]byte{"release": payload},
	}, nil
}
