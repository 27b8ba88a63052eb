package manager_test

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/helm-dm/helm-dm/state"
	"github.com/helm-dm/helm-dm/state/secret"
)

var errDead = errors.New("this process was killed")

// mortalSecrets takes no writes any more once its process is dead.
type mortalSecrets struct {
	*secret.Memory
	dead *atomic.Bool
}

func (s mortalSecrets) Create(ctx context.Context, secret *corev1.Secret) (*corev1.Secret, error) {
	if s.dead.Load() {
		return nil, errDead
	}
	return s.Memory.Create(ctx, secret)
}

func (s mortalSecrets) Update(ctx context.Context, secret *corev1.Secret) (*corev1.Secret, error) {
	if s.dead.Load() {
		return nil, errDead
	}
	return s.Memory.Update(ctx, secret)
}

// mortalHolders neither renews nor releases once its process is dead.
type mortalHolders struct {
	*state.MemoryHolders
	dead *atomic.Bool
}

func (h mortalHolders) Renew(ctx context.Context, holder string, ttl time.Duration) error {
	if h.dead.Load() {
		return errDead
	}
	return h.MemoryHolders.Renew(ctx, holder, ttl)
}

func (h mortalHolders) Release(ctx context.Context, holder string) error {
	if h.dead.Load() {
		return errDead
	}
	return h.MemoryHolders.Release(ctx, holder)
}
