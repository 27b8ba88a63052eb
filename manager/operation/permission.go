package operation

import (
	"context"
	"errors"
	"fmt"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/apply"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/manager/failure"
	"github.com/helm-dm/helm-dm/state"
)

// MayRemove asks whether id may remove all that the deployment consists of. The
// error names everything that they may not.
func (r *Runner) MayRemove(ctx context.Context, id kube.Identity, record *state.Record) error {
	cluster, err := r.As(id)
	if err != nil {
		return err
	}
	needed, err := apply.RemovalPermissions(ctx, cluster, refs(record))
	if err != nil {
		return err
	}
	return r.authorize(ctx, id, needed)
}

// authorize asks whether the caller may do all of this, and names everything
// they may not. A permission for a name is asked for without it first, which
// answers for all names at once.
func (r *Runner) authorize(ctx context.Context, id kube.Identity, permissions []kube.Permission) error {
	byResource := map[kube.Permission][]kube.Permission{}
	var general []kube.Permission
	for _, p := range permissions {
		g := p
		g.Name = ""
		if byResource[g] == nil {
			general = append(general, g)
		}
		byResource[g] = append(byResource[g], p)
	}
	denied, err := r.Reviewer.Denied(ctx, id, general)
	if err != nil || len(denied) == 0 {
		return err
	}
	var left []kube.Permission
	var wrong []error
	for _, g := range denied {
		for _, p := range byResource[g] {
			if p.Name == "" {
				wrong = append(wrong, fmt.Errorf("may not %s", p))
			} else {
				left = append(left, p)
			}
		}
	}
	if denied, err = r.Reviewer.Denied(ctx, id, left); err != nil {
		return err
	}
	for _, p := range denied {
		wrong = append(wrong, fmt.Errorf("may not %s", p))
	}
	if len(wrong) == 0 {
		return nil
	}
	return failure.New(v1alpha1.ReasonForbidden, "nothing was changed, because user %q %w", id.User, errors.Join(wrong...))
}
