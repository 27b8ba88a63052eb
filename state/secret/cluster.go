package secret

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/tools/cache"
)

// Cluster keeps Secrets in a cluster, as the account the clients were
// made with.
type Cluster struct {
	client   kubernetes.Interface
	metadata metadata.Interface
}

// NewCluster keeps Secrets through the two clients of one account.
func NewCluster(client kubernetes.Interface, md metadata.Interface) *Cluster {
	return &Cluster{client: client, metadata: md}
}

// Get reads one Secret.
func (c *Cluster) Get(ctx context.Context, namespace, name string) (*corev1.Secret, error) {
	return c.client.CoreV1().Secrets(namespace).Get(ctx, name, metav1.GetOptions{})
}

// Metadata lists metadata alone, by a quorum read.
func (c *Cluster) Metadata(ctx context.Context, namespace, selector string) (*metav1.PartialObjectMetadataList, error) {
	return c.metadata.Resource(corev1.SchemeGroupVersion.WithResource("secrets")).Namespace(namespace).
		List(ctx, metav1.ListOptions{LabelSelector: selector})
}

// Create writes a new Secret.
func (c *Cluster) Create(ctx context.Context, secret *corev1.Secret) (*corev1.Secret, error) {
	return c.client.CoreV1().Secrets(secret.Namespace).Create(ctx, secret, metav1.CreateOptions{})
}

// Update replaces a Secret.
func (c *Cluster) Update(ctx context.Context, secret *corev1.Secret) (*corev1.Secret, error) {
	return c.client.CoreV1().Secrets(secret.Namespace).Update(ctx, secret, metav1.UpdateOptions{})
}

// Delete removes a Secret.
func (c *Cluster) Delete(ctx context.Context, namespace, name string, only *metav1.Preconditions) error {
	return c.client.CoreV1().Secrets(namespace).Delete(ctx, name, metav1.DeleteOptions{Preconditions: only})
}

// Follow lists and watches the Secrets that match.
func (c *Cluster) Follow(namespace, selector string) cache.ListerWatcher {
	return cache.NewFilteredListWatchFromClient(c.client.CoreV1().RESTClient(), "secrets", namespace,
		func(o *metav1.ListOptions) {
			o.LabelSelector = selector
			o.FieldSelector = fields.Everything().String()
		})
}
