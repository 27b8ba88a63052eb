package state

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/cache"
)

// SecretReader reads Secrets. A missing one is a NotFound of
// k8s.io/apimachinery/pkg/api/errors, as in all roles here.
type SecretReader interface {
	Get(ctx context.Context, namespace, name string) (*corev1.Secret, error)
	// Metadata lists the metadata, never the payload, of the Secrets that match
	// the label selector, with a resource version at which the list was whole
	// and current.
	Metadata(ctx context.Context, namespace, selector string) (*metav1.PartialObjectMetadataList, error)
}

// SecretWriter writes Secrets. A name that is taken is AlreadyExists; a
// resource version or UID that has moved on is Conflict.
type SecretWriter interface {
	Create(ctx context.Context, secret *corev1.Secret) (*corev1.Secret, error)
	Update(ctx context.Context, secret *corev1.Secret) (*corev1.Secret, error)
	Delete(ctx context.Context, namespace, name string, only *metav1.Preconditions) error
}

// SecretFollower follows Secrets for a reflector of client-go.
type SecretFollower interface {
	Follow(namespace, selector string) cache.ListerWatcher
}

// Secrets is the role that everything in this package is built on.
type Secrets interface {
	SecretReader
	SecretWriter
	SecretFollower
}
