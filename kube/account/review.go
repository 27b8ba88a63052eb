package account

import (
	"context"

	"golang.org/x/sync/errgroup"
	authzv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/kube"
)

// reviewers bounds the access reviews under way for one question.
const reviewers = 8

// Denied returns those of permissions that id does not hold, in their order.
// An empty answer means that all are allowed. Each costs one
// SubjectAccessReview.
func (a *Account) Denied(ctx context.Context, id kube.Identity, permissions []kube.Permission) ([]kube.Permission, error) {
	if id.User == "" {
		return nil, kube.ErrNoIdentity
	}
	denied := make([]bool, len(permissions))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(reviewers)
	for i, permission := range permissions {
		g.Go(func() error {
			allowed, err := a.review(ctx, id, permission)
			denied[i] = !allowed
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	var missing []kube.Permission
	for i, permission := range permissions {
		if denied[i] {
			missing = append(missing, permission)
		}
	}
	return missing, nil
}

func (a *Account) review(ctx context.Context, id kube.Identity, permission kube.Permission) (bool, error) {
	extra := make(map[string]authzv1.ExtraValue, len(id.Extra))
	for k, v := range id.Extra {
		extra[k] = v
	}
	review := &authzv1.SubjectAccessReview{Spec: authzv1.SubjectAccessReviewSpec{
		User: id.User, UID: id.UID, Groups: id.Groups, Extra: extra,
		ResourceAttributes: &authzv1.ResourceAttributes{
			Verb: permission.Verb, Group: permission.Group, Resource: permission.Resource, Subresource: permission.Subresource,
			Namespace: permission.Namespace, Name: permission.Name,
		},
	}}
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	answer, err := a.client.AuthorizationV1().SubjectAccessReviews().Create(ctx, review, metav1.CreateOptions{})
	if err != nil {
		return false, failing("reviewing the access of %q: %w", id.User, err)
	}
	return answer.Status.Allowed && !answer.Status.Denied, nil
}
