package server

import (
	"context"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apiserver/pkg/registry/rest"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/manager"
)

// packages serves chartpackages.
type packages struct {
	manager *manager.Manager
}

var (
	_ rest.Getter               = &packages{}
	_ rest.Creater              = &packages{}
	_ rest.Scoper               = &packages{}
	_ rest.SingularNameProvider = &packages{}
)

func (*packages) New() runtime.Object     { return &v1alpha1.ChartPackage{} }
func (*packages) Destroy()                {}
func (*packages) NamespaceScoped() bool   { return false }
func (*packages) GetSingularName() string { return "chartpackage" }

func (p *packages) Get(ctx context.Context, name string, _ *metav1.GetOptions) (runtime.Object, error) {
	found, err := p.manager.Package(ctx, identity(ctx), name)
	return orRefuse(found, err, v1alpha1.ChartPackages, name)
}

func (p *packages) Create(ctx context.Context, obj runtime.Object, check rest.ValidateObjectFunc, o *metav1.CreateOptions) (runtime.Object, error) {
	if dryRun(o.DryRun) {
		return nil, apierrors.NewBadRequest("an upload has no dry run: whether a package is sound is known when all of it is here")
	}
	piece := obj.(*v1alpha1.ChartPackage)
	if check != nil {
		if err := check(ctx, obj); err != nil {
			return nil, err
		}
	}
	stored, err := p.manager.Upload(ctx, identity(ctx), piece)
	return orRefuse(stored, err, v1alpha1.ChartPackages, piece.Name)
}
