package apply

import (
	"context"
	"errors"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/helm-dm/helm-dm/kube"
)

// Reader reads a cluster. kube.Cluster is one.
type Reader interface {
	Resource(ctx context.Context, kind schema.GroupVersionKind) (kube.Resource, error)
	Get(ctx context.Context, ref kube.Ref) (*unstructured.Unstructured, error)
}

// Writer writes to a cluster. kube.Cluster is one.
type Writer interface {
	Apply(ctx context.Context, object *unstructured.Unstructured, manager string, force bool) (*unstructured.Unstructured, error)
	Delete(ctx context.Context, ref kube.Ref, uid types.UID) error
}

// Cluster is a cluster as the caller sees and writes it.
type Cluster interface {
	Reader
	Writer
}

// Kinds of errors, beside those of the API server.
var (
	// ErrInvalid: the objects cannot be what was meant.
	ErrInvalid = errors.New("invalid objects")
	// ErrConflict: something that would be changed belongs to somebody else.
	ErrConflict = errors.New("conflict")
	// ErrUnhealthy: something that was applied has failed.
	ErrUnhealthy = errors.New("unhealthy")
)

// parallel bounds the calls under way for one plan.
const parallel = 16

// fieldManager owns the fields that charts say; Helm's name, so that releases
// can move between the two (S37).
const fieldManager = "helm"

// Action says what a plan does, or did, to an object.
type Action string

// The actions.
const (
	Created    Action = "created"
	Configured Action = "configured"
	Unchanged  Action = "unchanged"
	Deleted    Action = "deleted"
	Skipped    Action = "skipped"
	Conflict   Action = "conflict"
)
