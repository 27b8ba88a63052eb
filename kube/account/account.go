package account

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// callTime bounds each call.
const callTime = 10 * time.Second

// Account is a connection as the manager itself.
type Account struct {
	client kubernetes.Interface
}

// New connects with cfg, Unlimited, in protobuf.
func New(cfg *rest.Config) (*Account, error) {
	cfg = Unlimited(cfg)
	cfg.ContentType = "application/vnd.kubernetes.protobuf"
	cfg.AcceptContentTypes = "application/vnd.kubernetes.protobuf,application/json"
	client, err := kubernetes.NewForConfig(cfg)
	if err != nil {
		return nil, fmt.Errorf("connecting as the manager: %w", err)
	}
	return &Account{client: client}, nil
}

// Unlimited is cfg without a client-side rate limit: the API server's priority
// and fairness decides.
func Unlimited(cfg *rest.Config) *rest.Config {
	cfg = rest.CopyConfig(cfg)
	cfg.QPS = -1
	return cfg
}

// Client is the typed client, for the books and for the API server's own needs.
func (a *Account) Client() kubernetes.Interface { return a.client }

// Namespace tells whether the namespace exists and whether it is going away.
func (a *Account) Namespace(ctx context.Context, name string) (exists, terminating bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	ns, err := a.client.CoreV1().Namespaces().Get(ctx, name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return false, false, nil
	}
	if err != nil {
		return false, false, failing("reading namespace %q: %w", name, err)
	}
	return true, ns.DeletionTimestamp != nil || ns.Status.Phase == corev1.NamespaceTerminating, nil
}
