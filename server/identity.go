package server

import (
	"context"

	genericapirequest "k8s.io/apiserver/pkg/endpoints/request"

	"github.com/helm-dm/helm-dm/kube"
)

// identity is the caller as the front proxy vouched for them. Without one it is
// empty, which every use-case refuses.
func identity(ctx context.Context) kube.Identity {
	user, ok := genericapirequest.UserFrom(ctx)
	if !ok {
		return kube.Identity{}
	}
	return kube.Identity{User: user.GetName(), UID: user.GetUID(), Groups: user.GetGroups(), Extra: user.GetExtra()}
}
