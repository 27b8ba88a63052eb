package apply

import (
	"context"
	"errors"
	"fmt"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/helm-dm/helm-dm/kube"
)

// Change is what a plan does to one object.
type Change struct {
	Object   *unstructured.Unstructured // as it shall be, stamped
	Live     *unstructured.Unstructured // as it is, nil when it is not
	Action   Action                     // Created, Configured or Conflict
	Message  string                     // why there is a conflict
	unread   error                      // the caller may not read what is live
	resource kube.Resource
}

// Ref names the object.
func (c *Change) Ref() kube.Ref { return kube.RefOf(c.Object) }

// Plan is what is to be done, in the order of Helm's waves.
type Plan struct {
	Changes []*Change
}

// NewPlan reads what is live and says what applying objects would do. Nothing
// is written. Kinds that the cluster does not serve, and objects that appear
// twice, are ErrInvalid, all at once; objects that belong to others become
// conflicts in the plan.
func NewPlan(ctx context.Context, cluster Reader, owner Owner, objects []*unstructured.Unstructured) (*Plan, error) {
	plan := &Plan{}
	for _, wave := range waves(objects, installOrder(), kindOf) {
		for _, object := range wave {
			plan.Changes = append(plan.Changes, &Change{Object: object.DeepCopy()})
		}
	}
	if err := plan.locate(ctx, cluster, owner); err != nil {
		return nil, err
	}
	return plan, each(plan.Changes, func(c *Change) error { return c.compare(ctx, cluster, owner) })
}

// locate finds how each kind is served and puts each object where it belongs.
func (p *Plan) locate(ctx context.Context, cluster Reader, owner Owner) error {
	var wrong []error
	seen := map[kube.Ref]bool{}
	for _, c := range p.Changes {
		resource, err := cluster.Resource(ctx, c.Object.GroupVersionKind())
		if errors.Is(err, kube.ErrNoKind) {
			wrong = append(wrong, fmt.Errorf("%s: %w", c.Ref(), err))
			continue
		}
		if err != nil {
			return err
		}
		c.resource = resource
		switch {
		case !resource.Namespaced:
			c.Object.SetNamespace("")
		case c.Object.GetNamespace() == "":
			c.Object.SetNamespace(owner.Namespace)
		}
		owner.stamp(c.Object)
		if seen[c.Ref()] {
			wrong = append(wrong, fmt.Errorf("%s appears twice", c.Ref()))
		}
		seen[c.Ref()] = true
	}
	if len(wrong) > 0 {
		return fmt.Errorf("%w: %w", ErrInvalid, errors.Join(wrong...))
	}
	return nil
}

func (c *Change) compare(ctx context.Context, cluster Reader, owner Owner) error {
	live, err := cluster.Get(ctx, c.Ref())
	switch {
	case apierrors.IsNotFound(err):
		c.Action = Created
		return nil
	case apierrors.IsForbidden(err):
		c.unread = err // Permissions asks for it, so that all that is missing is named at once
		return nil
	case err != nil:
		return fmt.Errorf("reading %s: %w", c.Ref(), err)
	}
	c.Live, c.Action = live, Configured
	if ours, why := owner.owns(live); !ours {
		c.Action, c.Message = Conflict, why
	}
	return nil
}

// Conflicts returns an error that matches ErrConflict and names every object
// that belongs to somebody else, nil when there is none. An object that could
// not be read is an error of its own.
func (p *Plan) Conflicts() error {
	var all []error
	for _, c := range p.Changes {
		if c.unread != nil {
			return fmt.Errorf("reading %s: %w", c.Ref(), c.unread)
		}
		if c.Action == Conflict {
			all = append(all, fmt.Errorf("%s: %s", c.Ref(), c.Message))
		}
	}
	if len(all) == 0 {
		return nil
	}
	return fmt.Errorf("%w: %w", ErrConflict, errors.Join(all...))
}

// Permissions are those that running the plan takes, each once: patch for every
// object, create for what does not exist, and get for what could not be read.
// RBAC cannot bind create to a name, so there it has none.
func (p *Plan) Permissions() []kube.Permission {
	var needed []kube.Permission
	for _, c := range p.Changes {
		at := kube.Permission{Group: c.resource.Group, Resource: c.resource.Resource, Namespace: c.Object.GetNamespace()}
		if c.Live == nil {
			at.Verb = "create"
			needed = append(needed, at)
		}
		at.Name = c.Object.GetName()
		if c.unread != nil {
			at.Verb = "get"
			needed = append(needed, at)
		}
		at.Verb = "patch"
		needed = append(needed, at)
	}
	return unique(needed)
}

func unique(permissions []kube.Permission) []kube.Permission {
	seen := map[kube.Permission]bool{}
	return slices.DeleteFunc(permissions, func(p kube.Permission) bool {
		double := seen[p]
		seen[p] = true
		return double
	})
}
