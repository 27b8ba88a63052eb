package state

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/helm-dm/helm-dm/state/secret"
)

// Records stores records in the manager's namespace. Errors keep the reasons of
// the role Secrets: NotFound, AlreadyExists, Conflict.
type Records struct {
	secrets   secret.Store
	namespace string
}

// NewRecords stores records in namespace.
func NewRecords(secrets secret.Store, namespace string) *Records {
	return &Records{secrets: secrets, namespace: namespace}
}

// Create stores a new record and returns it with its UID and resource version.
// It is atomic, so it is what makes a deployment's name unique: a taken name is
// AlreadyExists.
func (s *Records) Create(ctx context.Context, r *Record) (*Record, error) {
	secret, err := encodeRecord(s.namespace, r)
	if err != nil {
		return nil, fmt.Errorf("encoding the record of %q: %w", r.Key, err)
	}
	stored, err := s.secrets.Create(ctx, secret)
	if err != nil {
		return nil, fmt.Errorf("storing the record of %q: %w", r.Key, err)
	}
	return r.at(stored.ObjectMeta), nil
}

// Get reads the present record with its parameters.
func (s *Records) Get(ctx context.Context, k Key) (*Record, error) {
	secret, err := s.secrets.Get(ctx, s.namespace, recordName(k))
	if err != nil {
		return nil, fmt.Errorf("reading the record of %q: %w", k, err)
	}
	return decodeRecord(secret, true)
}

// Update replaces a record that has not changed since r was read, and returns
// it with its new resource version; otherwise the error is Conflict. The
// parameters must be there: r comes from Get or Create, never from a Feed.
func (s *Records) Update(ctx context.Context, r *Record) (*Record, error) {
	secret, err := encodeRecord(s.namespace, r)
	if err != nil {
		return nil, fmt.Errorf("encoding the record of %q: %w", r.Key, err)
	}
	stored, err := s.secrets.Update(ctx, secret)
	if err != nil {
		return nil, fmt.Errorf("storing the record of %q: %w", r.Key, err)
	}
	return r.at(stored.ObjectMeta), nil
}

// Delete forgets the deployment whose record has r's UID, however it may have
// changed since. A record that is gone already is no error.
func (s *Records) Delete(ctx context.Context, r *Record) error {
	uid := types.UID(r.UID)
	err := s.secrets.Delete(ctx, s.namespace, recordName(r.Key), &metav1.Preconditions{UID: &uid})
	if secret.IgnoreGone(err) != nil {
		return fmt.Errorf("forgetting the record of %q: %w", r.Key, err)
	}
	return nil
}

// at returns a copy of r as it was stored.
func (r *Record) at(m metav1.ObjectMeta) *Record {
	stored := *r
	stored.UID, stored.ResourceVersion, stored.Created = string(m.UID), m.ResourceVersion, m.CreationTimestamp.Time
	return &stored
}
