package kube

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
)

// Ref names one object. Namespace is empty for kinds of the whole cluster.
type Ref struct {
	schema.GroupVersionKind
	Namespace string
	Name      string
}

// String is KIND/NAME, as people are told of objects.
func (r Ref) String() string { return r.Kind + "/" + r.Name }

// RefOf names object.
func RefOf(object *unstructured.Unstructured) Ref {
	return Ref{GroupVersionKind: object.GroupVersionKind(), Namespace: object.GetNamespace(), Name: object.GetName()}
}

// Absent is a resource version that no object has: etcd's first revision is that
// of an empty store. Applying an object with it creates the object, or is a
// conflict where there is one already.
const Absent = "1"

// Cluster is a connection that acts as one identity. Its errors are those of
// the API server (k8s.io/apimachinery/pkg/api/errors), wrapped.
type Cluster struct {
	*Discovery
	dynamic dynamic.Interface
	http    rest.Interface // the dynamic client's own, for what is to be read in part
}

// NewCluster connects with cfg; what the cluster serves is taken from d.
func NewCluster(cfg *rest.Config, d *Discovery) (*Cluster, error) {
	client, err := rest.UnversionedRESTClientFor(dynamic.ConfigFor(cfg))
	if err != nil {
		return nil, fmt.Errorf("making a client for the cluster: %w", err)
	}
	return &Cluster{Discovery: d, dynamic: dynamic.New(client), http: client}, nil
}

// settleTime bounds the wait for what the API server lists and what it serves to
// agree, which takes a moment when a kind comes or goes.
const settleTime = 5 * time.Second

// Get reads one object. NotFound is said of the object alone: where its kind is
// not served the error matches ErrNoKind.
func (c *Cluster) Get(ctx context.Context, ref Ref) (*unstructured.Unstructured, error) {
	for pause := 100 * time.Millisecond; ; pause *= 2 {
		client, err := c.client(ctx, ref.GroupVersionKind, ref.Namespace)
		if err != nil {
			return nil, err
		}
		live, err := client.Get(ctx, ref.Name, metav1.GetOptions{})
		if !apierrors.IsNotFound(err) || !apierrors.HasStatusCause(err, metav1.CauseTypeUnexpectedServerResponse) {
			return live, err
		}
		if pause > settleTime {
			return nil, apierrors.NewServiceUnavailable(fmt.Sprintf("the cluster lists %s and does not serve it", ref.GroupVersionKind))
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
		if _, err := c.fresh(ctx, unknownAge); err != nil {
			return nil, err
		}
	}
}

// Apply writes object by server-side apply as manager and returns what the
// server made of it. Fields that others own are a conflict unless force is set;
// fields that the schema does not have are refused (S37). So is, as a conflict, an
// object with a UID or a resource version that is not the live one's; Absent
// stands for there being none.
func (c *Cluster) Apply(ctx context.Context, object *unstructured.Unstructured, manager string, force bool) (*unstructured.Unstructured, error) {
	client, err := c.client(ctx, object.GroupVersionKind(), object.GetNamespace())
	if err != nil {
		return nil, err
	}
	data, err := json.Marshal(object)
	if err != nil {
		return nil, fmt.Errorf("encoding %s: %w", RefOf(object), err)
	}
	applied, err := client.Patch(ctx, object.GetName(), types.ApplyPatchType, data, metav1.PatchOptions{
		FieldManager:    manager,
		Force:           &force,
		FieldValidation: metav1.FieldValidationStrict,
	})
	if replaced(err) {
		return nil, apierrors.NewConflict(schema.GroupResource{Group: object.GroupVersionKind().Group, Resource: object.GetKind()}, object.GetName(), err)
	}
	return applied, err
}

// replaced says whether err is about the UID, which the API server takes for an
// attempt to change it: as invalid, not as a conflict.
func replaced(err error) bool {
	var said apierrors.APIStatus
	return apierrors.IsInvalid(err) && errors.As(err, &said) && said.Status().Details != nil &&
		slices.ContainsFunc(said.Status().Details.Causes, func(c metav1.StatusCause) bool { return c.Field == "metadata.uid" })
}

// Delete removes the object if it still is the one with uid. Dependents go in
// the background (S39).
func (c *Cluster) Delete(ctx context.Context, ref Ref, uid types.UID) error {
	client, err := c.client(ctx, ref.GroupVersionKind, ref.Namespace)
	if err != nil {
		return err
	}
	policy := metav1.DeletePropagationBackground
	return client.Delete(ctx, ref.Name, metav1.DeleteOptions{
		PropagationPolicy: &policy,
		Preconditions:     &metav1.Preconditions{UID: &uid},
	})
}

// CreateSub posts body to a subresource of ref and returns the answer.
func (c *Cluster) CreateSub(ctx context.Context, ref Ref, subresource string, body *unstructured.Unstructured) (*unstructured.Unstructured, error) {
	client, err := c.client(ctx, ref.GroupVersionKind, ref.Namespace)
	if err != nil {
		return nil, err
	}
	body = body.DeepCopy()
	body.SetName(ref.Name)
	return client.Create(ctx, body, metav1.CreateOptions{}, subresource)
}

func (c *Cluster) client(ctx context.Context, kind schema.GroupVersionKind, namespace string) (dynamic.ResourceInterface, error) {
	r, err := c.Resource(ctx, kind)
	if err != nil {
		return nil, err
	}
	client := c.dynamic.Resource(r.GroupVersionResource)
	if r.Namespaced && namespace != "" {
		return client.Namespace(namespace), nil
	}
	return client, nil
}
