package secret

import (
	"context"
	"errors"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
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
	found, err := c.client.CoreV1().Secrets(namespace).Get(ctx, name, metav1.GetOptions{})
	return found, own(err)
}

// Metadata lists metadata alone, by a quorum read.
func (c *Cluster) Metadata(ctx context.Context, namespace, selector string) (*metav1.PartialObjectMetadataList, error) {
	list, err := c.metadata.Resource(corev1.SchemeGroupVersion.WithResource("secrets")).Namespace(namespace).
		List(ctx, metav1.ListOptions{LabelSelector: selector})
	return list, own(err)
}

// Create writes a new Secret.
func (c *Cluster) Create(ctx context.Context, secret *corev1.Secret) (*corev1.Secret, error) {
	created, err := c.client.CoreV1().Secrets(secret.Namespace).Create(ctx, secret, metav1.CreateOptions{})
	return created, own(err)
}

// Update replaces a Secret.
func (c *Cluster) Update(ctx context.Context, secret *corev1.Secret) (*corev1.Secret, error) {
	updated, err := c.client.CoreV1().Secrets(secret.Namespace).Update(ctx, secret, metav1.UpdateOptions{})
	return updated, own(err)
}

// Delete removes a Secret.
func (c *Cluster) Delete(ctx context.Context, namespace, name string, only *metav1.Preconditions) error {
	return own(c.client.CoreV1().Secrets(namespace).Delete(ctx, name, metav1.DeleteOptions{Preconditions: only}))
}

// Follow lists and watches the Secrets that match.
func (c *Cluster) Follow(namespace, selector string) cache.ListerWatcher {
	follow := cache.NewFilteredListWatchFromClient(c.client.CoreV1().RESTClient(), "secrets", namespace,
		func(o *metav1.ListOptions) {
			o.LabelSelector = selector
			o.FieldSelector = fields.Everything().String()
		})
	follow.ListWithContextFunc = func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) {
		o.LabelSelector = selector
		// Each attempt at a version that is to come takes the API server 3 s, and
		// by default there would be ten.
		found, err := c.client.CoreV1().RESTClient().Get().Namespace(namespace).Resource("secrets").
			VersionedParams(&o, metav1.ParameterCodec).MaxRetries(1).Do(ctx).Get()
		return found, own(err)
	}
	watching := follow.WatchFuncWithContext
	follow.WatchFuncWithContext = func(ctx context.Context, o metav1.ListOptions) (watch.Interface, error) {
		w, err := watching(ctx, o)
		return w, own(err)
	}
	return follow
}

// own keeps a refusal of the manager's account from being taken for one of the
// caller's: it loses its status and keeps its words, for the log.
func own(err error) error {
	if apierrors.IsForbidden(err) || apierrors.IsUnauthorized(err) {
		return errors.New("the manager's own account was refused: " + err.Error())
	}
	return err
}
