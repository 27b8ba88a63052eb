package server

import (
	"context"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/internalversion"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	genericapirequest "k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/klog/v2"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/manager"
	"github.com/helm-dm/helm-dm/manager/failure"
	"github.com/helm-dm/helm-dm/state"
)

// deployments serves chartdeployments.
type deployments struct {
	manager *manager.Manager
}

var (
	_ rest.Getter               = &deployments{}
	_ rest.Lister               = &deployments{}
	_ rest.Watcher              = &deployments{}
	_ rest.CreaterUpdater       = &deployments{}
	_ rest.Patcher              = &deployments{}
	_ rest.GracefulDeleter      = &deployments{}
	_ rest.CollectionDeleter    = &deployments{}
	_ rest.ShortNamesProvider   = &deployments{}
	_ rest.SingularNameProvider = &deployments{}
)

func (*deployments) New() runtime.Object     { return &v1alpha1.ChartDeployment{} }
func (*deployments) NewList() runtime.Object { return &v1alpha1.ChartDeploymentList{} }
func (*deployments) Destroy()                {}
func (*deployments) NamespaceScoped() bool   { return true }
func (*deployments) ShortNames() []string    { return []string{"cd"} }
func (*deployments) GetSingularName() string { return "chartdeployment" }

func (d *deployments) Get(ctx context.Context, name string, _ *metav1.GetOptions) (runtime.Object, error) {
	cd, err := d.manager.Get(ctx, key(ctx, name))
	return orRefuse(cd, err, v1alpha1.ChartDeployments, name)
}

func (d *deployments) List(ctx context.Context, o *internalversion.ListOptions) (runtime.Object, error) {
	list, err := d.manager.List(ctx, genericapirequest.NamespaceValue(ctx), orDefault(o))
	return orRefuse(list, err, v1alpha1.ChartDeployments, "")
}

func (d *deployments) Watch(ctx context.Context, o *internalversion.ListOptions) (watch.Interface, error) {
	w, err := d.manager.Watch(ctx, genericapirequest.NamespaceValue(ctx), orDefault(o))
	if err != nil {
		return nil, refused(err, v1alpha1.ChartDeployments, "")
	}
	return w, nil
}

func (d *deployments) Create(ctx context.Context, obj runtime.Object, check rest.ValidateObjectFunc, o *metav1.CreateOptions) (runtime.Object, error) {
	cd := obj.(*v1alpha1.ChartDeployment)
	if check != nil {
		if err := check(ctx, obj); err != nil {
			return nil, err
		}
	}
	created, err := d.manager.Deploy(ctx, identity(ctx), cd, dryRun(o.DryRun))
	return orRefuse(created, err, v1alpha1.ChartDeployments, cd.Name)
}

// Update changes metadata. It never creates: that takes a POST.
func (d *deployments) Update(ctx context.Context, name string, info rest.UpdatedObjectInfo, _ rest.ValidateObjectFunc,
	check rest.ValidateObjectUpdateFunc, _ bool, o *metav1.UpdateOptions) (runtime.Object, bool, error) {
	var refused error // of the request itself, by the API machinery
	edit := func(ctx context.Context, old *v1alpha1.ChartDeployment) (*v1alpha1.ChartDeployment, error) {
		changed, err := info.UpdatedObject(ctx, old)
		if err == nil && check != nil {
			err = check(ctx, changed, old)
		}
		if refused = err; err != nil {
			return nil, err
		}
		return changed.(*v1alpha1.ChartDeployment), nil
	}
	updated, err := d.manager.Update(ctx, identity(ctx), key(ctx, name), edit, dryRun(o.DryRun))
	if refused != nil {
		return nil, false, refused
	}
	object, err := orRefuse(updated, err, v1alpha1.ChartDeployments, name)
	return object, false, err
}

func (d *deployments) Delete(ctx context.Context, name string, check rest.ValidateObjectFunc, o *metav1.DeleteOptions) (runtime.Object, bool, error) {
	if check != nil {
		present, err := d.manager.Get(ctx, key(ctx, name))
		if err != nil {
			return nil, false, refused(err, v1alpha1.ChartDeployments, name)
		}
		if err := check(ctx, present); err != nil {
			return nil, false, err
		}
	}
	deleted, gone, err := d.manager.Delete(ctx, identity(ctx), key(ctx, name), deletion(o))
	object, err := orRefuse(deleted, err, v1alpha1.ChartDeployments, name)
	return object, gone, err
}

func (d *deployments) DeleteCollection(ctx context.Context, _ rest.ValidateObjectFunc, o *metav1.DeleteOptions, l *internalversion.ListOptions) (runtime.Object, error) {
	if err := deletion(o).Validate(); err != nil {
		return nil, refused(err, v1alpha1.ChartDeployments, "")
	}
	list, err := d.manager.DeleteAll(ctx, identity(ctx), genericapirequest.NamespaceValue(ctx), orDefault(l), dryRun(o.DryRun))
	return orRefuse(list, err, v1alpha1.ChartDeployments, "")
}

// deletion translates the options of a delete.
func deletion(o *metav1.DeleteOptions) manager.DeleteOptions {
	orphan := o.PropagationPolicy != nil && *o.PropagationPolicy == metav1.DeletePropagationOrphan
	options := manager.DeleteOptions{DryRun: dryRun(o.DryRun), Orphan: orphan}
	if p := o.Preconditions; p != nil {
		if p.UID != nil {
			options.UID = string(*p.UID)
		}
		if p.ResourceVersion != nil {
			options.ResourceVersion = *p.ResourceVersion
		}
	}
	return options
}

func key(ctx context.Context, name string) state.Key {
	return state.Key{Namespace: genericapirequest.NamespaceValue(ctx), Name: name}
}

func dryRun(asked []string) bool { return slices.Contains(asked, metav1.DryRunAll) }

func orDefault(o *internalversion.ListOptions) *internalversion.ListOptions {
	if o == nil {
		return &internalversion.ListOptions{}
	}
	return o
}

// orRefuse returns the object, or the answer that tells of the error.
func orRefuse[T runtime.Object](object T, err error, resource, name string) (runtime.Object, error) {
	if err != nil {
		return nil, refused(err, resource, name)
	}
	return object, nil
}

// refused is refusal, and logs what the answer keeps to itself.
func refused(err error, resource, name string) error {
	if failure.ReasonOf(err) == v1alpha1.ReasonInternal {
		klog.ErrorS(err, "Request failed", "resource", resource, "name", name)
	}
	return refusal(err, resource, name)
}
