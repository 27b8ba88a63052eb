package chartstore

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/state/secret"
)

// Charge counts a package that is stored because an owner had it fetched, as if
// they had uploaded it: ErrQuota when it would be too much. It gives no right to
// the package, unlike an upload: its owner has not had the bytes.
func (u *Uploads) Charge(ctx context.Context, owner, digest string, size int64) error {
	held, err := u.held(ctx, owner)
	if err != nil {
		return err
	}
	if err := admit(held, digest, size); err != nil {
		return fmt.Errorf("storing package %s: %w", digest, err)
	}
	for i := range held {
		if m := &held[i]; m.Name == chargeName(owner, digest) && time.Since(touched(m)) < fresh {
			return nil
		}
	}
	marker := u.secret(chargeName(owner, digest), digest, nil)
	marker.Labels[labelOwner] = ownerHash(owner)
	marker.Annotations = map[string]string{annotationSize: strconv.FormatInt(max(size, leastBytes), 10), annotationTouched: now()}
	_, err = u.secrets.Create(ctx, marker)
	if apierrors.IsAlreadyExists(err) {
		_, err = u.secrets.Update(ctx, marker)
	}
	if secret.IgnoreGone(err) != nil {
		return fmt.Errorf("counting package %s: %w", digest, err)
	}
	return nil
}

// chargeName is the name of a Secret that counts a package.
func chargeName(owner, digest string) string {
	return "charge." + ownerHash(owner) + "." + strings.TrimPrefix(digest, "sha256:")
}

// held lists what counts for an owner.
func (u *Uploads) held(ctx context.Context, owner string) ([]metav1.PartialObjectMetadata, error) {
	list, err := u.secrets.Metadata(ctx, u.namespace, secret.LabelRole+"="+roleUpload+","+labelOwner+"="+ownerHash(owner))
	if err != nil {
		return nil, fmt.Errorf("listing uploads: %w", err)
	}
	return list.Items, nil
}

// admit refuses a package that would be too much besides what is held. Each
// package counts once, and a small one as leastBytes.
func admit(held []metav1.PartialObjectMetadata, digest string, size int64) error {
	counted := map[string]int64{shortDigest(digest): max(size, leastBytes)}
	for i := range held {
		own, err := strconv.ParseInt(held[i].Annotations[annotationSize], 10, 64)
		if of := held[i].Labels[labelDigest]; err == nil && of != shortDigest(digest) {
			counted[of] = max(counted[of], own, leastBytes)
		}
	}
	var total int64
	for _, own := range counted {
		total += own
	}
	if total > OwnerBytes {
		return fmt.Errorf("%w: %d bytes, at most %d: try again later", ErrQuota, total, OwnerBytes)
	}
	return nil
}
