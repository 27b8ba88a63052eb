// Package secret is the one role that the manager's books are built on: keeping
// Secrets. Cluster keeps them in a cluster, Memory in memory; package secrettest
// is the contract of both.
package secret

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/cache"
)

// Reader reads Secrets. A missing one is a NotFound of
// k8s.io/apimachinery/pkg/api/errors, as in all roles here.
type Reader interface {
	Get(ctx context.Context, namespace, name string) (*corev1.Secret, error)
	// Metadata lists the metadata, never the payload, of the Secrets that match
	// the label selector, with a resource version at which the list was whole
	// and current.
	Metadata(ctx context.Context, namespace, selector string) (*metav1.PartialObjectMetadataList, error)
}

// Writer writes Secrets. A name that is taken is AlreadyExists; a
// resource version or UID that has moved on is Conflict.
type Writer interface {
	Create(ctx context.Context, secret *corev1.Secret) (*corev1.Secret, error)
	Update(ctx context.Context, secret *corev1.Secret) (*corev1.Secret, error)
	Delete(ctx context.Context, namespace, name string, only *metav1.Preconditions) error
}

// Follower follows Secrets for a reflector of client-go.
type Follower interface {
	Follow(namespace, selector string) cache.ListerWatcher
}

// LabelRole says of a Secret of the manager's own what it is for.
const LabelRole = "dm.helm.sh/role"

// IgnoreGone is err unless that says that there is no such object.
func IgnoreGone(err error) error {
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}

// Store is all of it.
type Store interface {
	Reader
	Writer
	Follower
}
