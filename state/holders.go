package state

import (
	"context"
	"fmt"
	"sync"
	"time"

	coordv1 "k8s.io/api/coordination/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	coordination "k8s.io/client-go/applyconfigurations/coordination/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/helm-dm/helm-dm/state/secret"
)

const roleHolder = "holder"

// Holders knows which replicas are alive. A replica's operations are held by
// its one lease, so that an operation costs none of its own.
type Holders interface {
	// Renew says that holder is alive for another ttl.
	Renew(ctx context.Context, holder string, ttl time.Duration) error
	// Live returns the holders whose leases have not lapsed.
	Live(ctx context.Context) (map[string]bool, error)
	// Release says that holder is gone.
	Release(ctx context.Context, holder string) error
}

// ClusterHolders keeps a Lease a replica.
type ClusterHolders struct {
	client    kubernetes.Interface
	namespace string

	mu   sync.Mutex
	seen map[string]sighting
}

// sighting is when this process first saw a lease renewed at a time. Leases are
// judged by it, never by the clocks of others.
type sighting struct {
	renewed time.Time
	at      time.Time
}

// NewClusterHolders keeps Leases in namespace.
func NewClusterHolders(client kubernetes.Interface, namespace string) *ClusterHolders {
	return &ClusterHolders{client: client, namespace: namespace, seen: map[string]sighting{}}
}

// Renew writes the holder's Lease: one API call.
func (h *ClusterHolders) Renew(ctx context.Context, holder string, ttl time.Duration) error {
	lease := coordination.Lease(holder, h.namespace).
		WithLabels(map[string]string{secret.LabelRole: roleHolder}).
		WithSpec(coordination.LeaseSpec().
			WithHolderIdentity(holder).
			WithLeaseDurationSeconds(int32(ttl / time.Second)). //nolint:gosec // a lease of 68 years is none
			WithRenewTime(metav1.NowMicro()))
	_, err := h.client.CoordinationV1().Leases(h.namespace).Apply(ctx, lease, metav1.ApplyOptions{FieldManager: "helm-manager", Force: true})
	if err != nil {
		return fmt.Errorf("renewing lease %q: %w", holder, err)
	}
	return nil
}

// Live lists the Leases. One is alive until its duration has passed here since it
// was first seen as it is. Those that lapsed long ago are removed on the way.
func (h *ClusterHolders) Live(ctx context.Context) (map[string]bool, error) {
	list, err := h.client.CoordinationV1().Leases(h.namespace).List(ctx, metav1.ListOptions{LabelSelector: secret.LabelRole + "=" + roleHolder})
	if err != nil {
		return nil, fmt.Errorf("listing leases: %w", err)
	}
	live := map[string]bool{}
	for i := range list.Items {
		lease := &list.Items[i]
		switch silent := h.silent(lease); {
		case silent < ttlOf(lease):
			live[lease.Name] = true
		case silent > time.Hour:
			if err := h.Release(ctx, lease.Name); err != nil {
				return nil, err
			}
		}
	}
	return live, nil
}

// silent is for how long this process has seen a lease as it is.
func (h *ClusterHolders) silent(lease *coordv1.Lease) time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	renewed := lease.CreationTimestamp.Time
	if lease.Spec.RenewTime != nil {
		renewed = lease.Spec.RenewTime.Time
	}
	if before, ok := h.seen[lease.Name]; !ok || !before.renewed.Equal(renewed) {
		h.seen[lease.Name] = sighting{renewed: renewed, at: time.Now()}
	}
	return time.Since(h.seen[lease.Name].at)
}

func ttlOf(lease *coordv1.Lease) time.Duration {
	if lease.Spec.LeaseDurationSeconds == nil {
		return 0
	}
	return time.Duration(*lease.Spec.LeaseDurationSeconds) * time.Second
}

// Release removes the holder's Lease.
func (h *ClusterHolders) Release(ctx context.Context, holder string) error {
	err := h.client.CoordinationV1().Leases(h.namespace).Delete(ctx, holder, metav1.DeleteOptions{})
	if secret.IgnoreGone(err) != nil {
		return fmt.Errorf("releasing lease %q: %w", holder, err)
	}
	return nil
}
