package chartstore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
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
	roleUpload = "upload"
	labelOwner = "dm.helm.sh/owner" // the hash of an upload's owner

	annotationSize    = "dm.helm.sh/size"    // of the whole package, in bytes
	annotationTouched = "dm.helm.sh/touched" // when it was last written or needed, RFC 3339

	// leastBytes is what a package counts at least: each takes a Secret or more.
	leastBytes = 64 << 10

	uploadType = corev1.SecretType("dm.helm.sh/upload.v1")
	keyUpload  = "upload"
)

// OwnerBytes bounds what one owner's uploads, finished or not, and what was
// fetched for them hold at a time. It is forgotten within the hour.
const OwnerBytes = 64 << 20

// ErrQuota is matched when an owner's uploads would hold too much.
var ErrQuota = errors.New("too much was uploaded or fetched within the hour")

// ErrUpload is matched when what arrived is not what was announced.
var ErrUpload = errors.New("upload does not match")

// Uploads receives packages in pieces. Each belongs to an owner, who alone may
// use it: owners do not see each other's, even for the same digest, and must
// each send every byte.
type Uploads struct {
	secrets   secret.Store
	namespace string
}

// NewUploads receives in namespace.
func NewUploads(secrets secret.Store, namespace string) *Uploads {
	return &Uploads{secrets: secrets, namespace: namespace}
}

// Upload is how far an upload is.
type Upload struct {
	Size      int64 `json:"size"`
	Received  int64 `json:"received"`
	Committed bool  `json:"committed,omitempty"`

	version string
}

// ownerHash stands for an owner, who may have any characters.
func ownerHash(owner string) string {
	sum := sha256.Sum256([]byte(owner))
	return hex.EncodeToString(sum[:10])
}

// uploadName is the name of an upload's Secret.
func uploadName(owner, digest string) string {
	return "upload." + ownerHash(owner) + "." + strings.TrimPrefix(digest, "sha256:")
}

// Admit asks whether the owner may upload a package of that size: ErrQuota when
// it would be too much. A package that they uploaded before counts once.
func (u *Uploads) Admit(ctx context.Context, owner, digest string, size int64) error {
	held, err := u.held(ctx, owner)
	if err != nil {
		return err
	}
	if err := admit(held, digest, size); err != nil {
		return fmt.Errorf("receiving upload %s: %w", digest, err)
	}
	return nil
}

// Get tells how far an owner's upload is; NotFound when there is none.
func (u *Uploads) Get(ctx context.Context, owner, digest string) (*Upload, error) {
	secret, err := u.secrets.Get(ctx, u.namespace, uploadName(owner, digest))
	if err != nil {
		return nil, fmt.Errorf("reading upload %s: %w", digest, err)
	}
	up := &Upload{version: secret.ResourceVersion}
	if err := json.Unmarshal(secret.Data[keyUpload], up); err != nil {
		return nil, fmt.Errorf("reading upload %s: %w", digest, err)
	}
	return up, nil
}

// Append stores a piece that begins at offset and returns how far the upload is.
// A piece that does not begin where the upload stands changes nothing: the
// caller reads in the answer where to go on.
func (u *Uploads) Append(ctx context.Context, owner, digest string, size, offset int64, piece []byte) (*Upload, error) {
	up, err := u.Get(ctx, owner, digest)
	if apierrors.IsNotFound(err) {
		up, err = &Upload{Size: size}, nil
	}
	if err != nil {
		return nil, err
	}
	if up.Size != size || offset+int64(len(piece)) > size {
		return nil, fmt.Errorf("receiving upload %s: %w: %d bytes were announced", digest, ErrUpload, up.Size)
	}
	if up.Committed || offset != up.Received {
		return up, nil
	}
	for len(piece) > 0 {
		part := piece[:min(len(piece), chunkBytes)]
		if err := u.store(ctx, owner, digest, up.Received, part); err != nil {
			return nil, err
		}
		up.Received += int64(len(part))
		piece = piece[len(part):]
	}
	return up, u.save(ctx, owner, digest, up)
}

// Content returns what an upload that is whole has received. Bytes that do not
// have the digest match ErrUpload.
func (u *Uploads) Content(ctx context.Context, owner, digest string, up *Upload) ([]byte, error) {
	data := make([]byte, 0, up.Size)
	for int64(len(data)) < up.Size {
		secret, err := u.secrets.Get(ctx, u.namespace, partName(owner, digest, int64(len(data))))
		if err != nil {
			return nil, fmt.Errorf("reading upload %s: %w", digest, err)
		}
		if len(secret.Data[keyChunk]) == 0 {
			return nil, fmt.Errorf("reading upload %s: %w", digest, ErrDamaged)
		}
		data = append(data, secret.Data[keyChunk]...)
	}
	if chart.Digest(data) != digest {
		return nil, fmt.Errorf("receiving upload %s: %w: the bytes that arrived have digest %s", digest, ErrUpload, chart.Digest(data))
	}
	return data, nil
}

// Commit marks an upload as in the chart store and drops its pieces.
func (u *Uploads) Commit(ctx context.Context, owner, digest string, up *Upload) error {
	up.Committed, up.Received = true, up.Size
	if err := u.save(ctx, owner, digest, up); err != nil {
		return err
	}
	return u.dropParts(ctx, owner, digest)
}

// Abandon forgets an upload and all its pieces.
func (u *Uploads) Abandon(ctx context.Context, owner, digest string) error {
	err := secret.IgnoreGone(u.secrets.Delete(ctx, u.namespace, uploadName(owner, digest), nil))
	return errors.Join(err, u.dropParts(ctx, owner, digest))
}

// Sweep forgets the uploads, and the rights they gave, from before a time.
func (u *Uploads) Sweep(ctx context.Context, before time.Time) error {
	return sweep(ctx, u.secrets, u.namespace, roleUpload, func(m *metav1.PartialObjectMetadata) bool {
		return touched(m).Before(before)
	})
}

func partName(owner, digest string, offset int64) string {
	return uploadName(owner, digest) + "." + strconv.FormatInt(offset, 10)
}

func (u *Uploads) store(ctx context.Context, owner, digest string, offset int64, part []byte) error {
	secret := u.secret(partName(owner, digest, offset), digest, map[string][]byte{keyChunk: part})
	_, err := u.secrets.Create(ctx, secret)
	if apierrors.IsAlreadyExists(err) {
		_, err = u.secrets.Update(ctx, secret)
	}
	if err != nil {
		return fmt.Errorf("storing upload %s: %w", digest, err)
	}
	return nil
}

func (u *Uploads) save(ctx context.Context, owner, digest string, up *Upload) error {
	state, err := json.Marshal(up)
	if err != nil {
		return err
	}
	secret := u.secret(uploadName(owner, digest), digest, map[string][]byte{keyUpload: state})
	secret.Labels[labelOwner] = ownerHash(owner)
	secret.Annotations = map[string]string{
		annotationSize: strconv.FormatInt(up.Size, 10), annotationTouched: now(),
	}
	var stored *corev1.Secret
	if up.version == "" {
		stored, err = u.secrets.Create(ctx, secret)
	} else {
		secret.ResourceVersion = up.version
		stored, err = u.secrets.Update(ctx, secret)
	}
	if err != nil {
		return fmt.Errorf("storing upload %s: %w", digest, err)
	}
	up.version = stored.ResourceVersion
	return nil
}

func (u *Uploads) dropParts(ctx context.Context, owner, digest string) error {
	prefix := uploadName(owner, digest) + "."
	list, err := u.secrets.Metadata(ctx, u.namespace, secret.LabelRole+"="+roleUpload+","+labelDigest+"="+shortDigest(digest))
	if err != nil {
		return fmt.Errorf("listing the pieces of upload %s: %w", digest, err)
	}
	for _, m := range list.Items {
		if strings.HasPrefix(m.Name, prefix) {
			if err := secret.IgnoreGone(u.secrets.Delete(ctx, u.namespace, m.Name, nil)); err != nil {
				return fmt.Errorf("dropping a piece of upload %s: %w", digest, err)
			}
		}
	}
	return nil
}

func (u *Uploads) secret(name, digest string, data map[string][]byte) *corev1.Secret {
	return &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: u.namespace,
			Name:      name,
			Labels:    map[string]string{secret.LabelRole: roleUpload, labelDigest: shortDigest(digest)},
		},
		Type: uploadType,
		Data: data,
	}
}
