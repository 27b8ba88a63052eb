// Package chartstore keeps chart packages by their digests, each once, and takes
// in the uploads that they come from. All of it lies in Secrets of the manager's
// own namespace.
package chartstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/state/secret"
)

const (
	rolePackage = "package"
	labelDigest = "dm.helm.sh/digest" // the first 40 digits: a label holds 63

	annotationChunks = "dm.helm.sh/chunks"

	chunkType = corev1.SecretType("dm.helm.sh/chunk.v1")
	keyChunk  = "chunk"

	// chunkBytes is what one Secret of a package holds.
	chunkBytes = 1_000_000

	// fresh is for how long a package need not be touched again. Sweeps spare
	// what is older than that.
	fresh = 10 * time.Minute
)

// ErrDamaged is matched when stored bytes are not those of their digest.
var ErrDamaged = errors.New("stored package is damaged")

// Packages is the chart store: packages by digest, each stored once. Knowing a
// digest is no right to a package: the callers of Get decide that before.
type Packages struct {
	secrets   secret.Store
	namespace string
}

// NewPackages stores packages in namespace.
func NewPackages(secrets secret.Store, namespace string) *Packages {
	return &Packages{secrets: secrets, namespace: namespace}
}

func chunkName(digest string, i int) string {
	return "package." + strings.TrimPrefix(digest, "sha256:") + "." + strconv.Itoa(i)
}

// Put stores data, whose digest the caller has checked. The first chunk is
// written last: a package is there when that is. One that is there already is
// needed anew: it stays as if it were stored now, also where a sweep that began
// before is about to remove it.
func (p *Packages) Put(ctx context.Context, digest string, data []byte) error {
	chunks, err := p.chunks(ctx, digest)
	if err != nil {
		return fmt.Errorf("storing package %s: %w", digest, err)
	}
	count := max(1, (len(data)+chunkBytes-1)/chunkBytes)
	for i := count - 1; i >= 0; i-- {
		secret := p.secret(chunkName(digest, i), digest, data[i*chunkBytes:min(len(data), (i+1)*chunkBytes)])
		secret.Annotations = map[string]string{annotationChunks: strconv.Itoa(count)}
		if there, ok := chunks[secret.Name]; ok && young(&there) && p.sound(ctx, secret) {
			continue
		}
		if err := p.ensure(ctx, secret); err != nil {
			return fmt.Errorf("storing package %s: %w", digest, err)
		}
	}
	return nil
}

// chunks are those of a package that are stored, by name.
func (p *Packages) chunks(ctx context.Context, digest string) (map[string]metav1.PartialObjectMetadata, error) {
	list, err := p.secrets.Metadata(ctx, p.namespace, secret.LabelRole+"="+rolePackage+","+labelDigest+"="+shortDigest(digest))
	if err != nil {
		return nil, err
	}
	chunks := map[string]metav1.PartialObjectMetadata{}
	for _, m := range list.Items {
		chunks[m.Name] = m
	}
	return chunks, nil
}

// young says of a chunk that it need not be touched: no sweep removes it, neither
// one that has listed it before it was, for it has changed since, nor a later one.
func young(m *metav1.PartialObjectMetadata) bool { return time.Since(touched(m)) < fresh }

// sound says whether a chunk is stored as it should be.
func (p *Packages) sound(ctx context.Context, chunk *corev1.Secret) bool {
	there, err := p.secrets.Get(ctx, p.namespace, chunk.Name)
	return err == nil && bytes.Equal(there.Data[keyChunk], chunk.Data[keyChunk]) && there.Annotations[annotationChunks] == chunk.Annotations[annotationChunks]
}

// ensure stores a chunk, or touches the one that is there. One that was damaged
// gives way.
func (p *Packages) ensure(ctx context.Context, chunk *corev1.Secret) error {
	for {
		_, err := p.secrets.Create(ctx, chunk)
		if !apierrors.IsAlreadyExists(err) {
			return err
		}
		there, err := p.secrets.Get(ctx, p.namespace, chunk.Name)
		switch {
		case err != nil:
		case !bytes.Equal(there.Data[keyChunk], chunk.Data[keyChunk]):
			err = p.secrets.Delete(ctx, p.namespace, there.Name, &metav1.Preconditions{UID: &there.UID, ResourceVersion: &there.ResourceVersion})
			if err == nil {
				continue
			}
		default:
			metav1.SetMetaDataAnnotation(&there.ObjectMeta, annotationChunks, chunk.Annotations[annotationChunks])
			metav1.SetMetaDataAnnotation(&there.ObjectMeta, annotationTouched, now())
			_, err = p.secrets.Update(ctx, there)
		}
		if !apierrors.IsNotFound(err) && !apierrors.IsConflict(err) {
			return err
		}
	}
}

func (p *Packages) secret(name, digest string, data []byte) *corev1.Secret {
	immutable := true
	return &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: p.namespace,
			Name:      name,
			Labels:    map[string]string{secret.LabelRole: rolePackage, labelDigest: shortDigest(digest)},
		},
		Type:      chunkType,
		Immutable: &immutable,
		Data:      map[string][]byte{keyChunk: data},
	}
}

// Holds says whether a package is stored whole, without looking at its bytes.
func (p *Packages) Holds(ctx context.Context, digest string) (bool, error) {
	chunks, err := p.chunks(ctx, digest)
	if err != nil {
		return false, fmt.Errorf("looking for package %s: %w", digest, err)
	}
	count, err := strconv.Atoi(chunks[chunkName(digest, 0)].Annotations[annotationChunks])
	if err != nil || count < 1 {
		return false, nil //nolint:nilerr // what is damaged is not whole
	}
	for i := range count {
		if _, ok := chunks[chunkName(digest, i)]; !ok {
			return false, nil
		}
	}
	return true, nil
}

// Get reads a package and checks it against its digest.
func (p *Packages) Get(ctx context.Context, digest string) ([]byte, error) {
	first, err := p.secrets.Get(ctx, p.namespace, chunkName(digest, 0))
	if err != nil {
		return nil, fmt.Errorf("reading package %s: %w", digest, err)
	}
	data := first.Data[keyChunk]
	count, err := strconv.Atoi(first.Annotations[annotationChunks])
	if err != nil {
		return nil, fmt.Errorf("reading package %s: %w", digest, ErrDamaged)
	}
	for i := 1; i < count; i++ {
		next, err := p.secrets.Get(ctx, p.namespace, chunkName(digest, i))
		if err != nil {
			return nil, fmt.Errorf("reading package %s: %w", digest, err)
		}
		data = append(data, next.Data[keyChunk]...)
	}
	if chart.Digest(data) != digest {
		return nil, fmt.Errorf("reading package %s: %w", digest, ErrDamaged)
	}
	return data, nil
}

// Sweep removes the packages that nothing refers to and that were last stored
// before a time, which is to lie an hour or so back. Used holds the digests in use;
// those of present uploads are, too.
func (p *Packages) Sweep(ctx context.Context, used map[string]bool, before time.Time) error {
	short := make(map[string]bool, len(used))
	for digest := range used {
		short[shortDigest(digest)] = true
	}
	uploads, err := p.secrets.Metadata(ctx, p.namespace, secret.LabelRole+"="+roleUpload)
	if err != nil {
		return fmt.Errorf("listing uploads: %w", err)
	}
	for i := range uploads.Items {
		short[uploads.Items[i].Labels[labelDigest]] = true
	}
	return sweep(ctx, p.secrets, p.namespace, rolePackage, func(m *metav1.PartialObjectMetadata) bool {
		return !short[m.Labels[labelDigest]] && touched(m).Before(before)
	})
}

// touched is when a Secret was last needed: made, or marked as needed anew.
func touched(m *metav1.PartialObjectMetadata) time.Time {
	at, err := time.Parse(time.RFC3339, m.Annotations[annotationTouched])
	if err != nil || at.Before(m.CreationTimestamp.Time) {
		return m.CreationTimestamp.Time
	}
	return at
}

// now is what annotationTouched holds.
func now() string { return time.Now().UTC().Format(time.RFC3339) }

// sweep removes the Secrets of a role that are not wanted any more. One that
// changed meanwhile is left to the next sweep.
func sweep(ctx context.Context, secrets secret.Store, namespace, role string, unwanted func(*metav1.PartialObjectMetadata) bool) error {
	list, err := secrets.Metadata(ctx, namespace, secret.LabelRole+"="+role)
	if err != nil {
		return fmt.Errorf("listing Secrets of role %q: %w", role, err)
	}
	var failed []error
	for i := range list.Items {
		m := &list.Items[i]
		if !unwanted(m) {
			continue
		}
		err := secrets.Delete(ctx, namespace, m.Name, &metav1.Preconditions{UID: &m.UID, ResourceVersion: &m.ResourceVersion})
		if secret.IgnoreGone(err) != nil && !apierrors.IsConflict(err) {
			failed = append(failed, fmt.Errorf("removing Secret %q: %w", m.Name, err))
		}
	}
	return errors.Join(failed...)
}

func shortDigest(digest string) string {
	hex := strings.TrimPrefix(digest, "sha256:")
	return hex[:min(40, len(hex))]
}
