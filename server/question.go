package server

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apiserver/pkg/registry/rest"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/kube"
)

// question serves what is asked by a create, answered, and not stored.
type question[T object] struct {
	resource, singular string
	empty              func() T
	answer             func(ctx context.Context, id kube.Identity, asked T) (T, error)
	acts               bool // so that there is no dry run of it
}

var (
	_ rest.Creater              = &question[*v1alpha1.ChartSearch]{}
	_ rest.Scoper               = &question[*v1alpha1.ChartSearch]{}
	_ rest.SingularNameProvider = &question[*v1alpha1.ChartSearch]{}
)

func (q *question[T]) New() runtime.Object     { return q.empty() }
func (*question[T]) Destroy()                  {}
func (*question[T]) NamespaceScoped() bool     { return false }
func (q *question[T]) GetSingularName() string { return q.singular }

func (q *question[T]) Create(ctx context.Context, obj runtime.Object, check rest.ValidateObjectFunc, o *metav1.CreateOptions) (runtime.Object, error) {
	asked, ok := obj.(T)
	if !ok {
		return nil, apierrors.NewBadRequest(fmt.Sprintf("a %T is no %s", obj, q.singular))
	}
	if q.acts && dryRun(o.DryRun) {
		return nil, apierrors.NewBadRequest(fmt.Sprintf("a %s has no dry run", q.singular))
	}
	if check != nil {
		if err := check(ctx, obj); err != nil {
			return nil, err
		}
	}
	asked.SetManagedFields(nil) // nobody manages what is not stored
	answered, err := q.answer(ctx, identity(ctx), asked)
	return orRefuse(answered, err, q.resource, asked.GetName())
}

// questions serves all of them, by resource.
func questions(s desk) map[string]rest.Storage {
	return map[string]rest.Storage{
		v1alpha1.ChartSearches: &question[*v1alpha1.ChartSearch]{
			resource: v1alpha1.ChartSearches, singular: "chartsearch", answer: s.Search,
			empty: func() *v1alpha1.ChartSearch { return &v1alpha1.ChartSearch{} },
		},
		v1alpha1.ChartInspections: &question[*v1alpha1.ChartInspection]{
			resource: v1alpha1.ChartInspections, singular: "chartinspection", answer: s.Inspect,
			empty: func() *v1alpha1.ChartInspection { return &v1alpha1.ChartInspection{} },
		},
		v1alpha1.RepositoryChecks: &question[*v1alpha1.RepositoryCheck]{
			resource: v1alpha1.RepositoryChecks, singular: "repositorycheck", answer: s.Check,
			empty: func() *v1alpha1.RepositoryCheck { return &v1alpha1.RepositoryCheck{} },
		},
		v1alpha1.ChartReleases: &question[*v1alpha1.ChartRelease]{
			resource: v1alpha1.ChartReleases, singular: "chartrelease", answer: s.Release, acts: true,
			empty: func() *v1alpha1.ChartRelease { return &v1alpha1.ChartRelease{} },
		},
	}
}
