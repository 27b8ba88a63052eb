package server

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/internalversion"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/apiserver/pkg/storage"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/manager/source"
)

// object is a pointer to a type of the API.
type object interface {
	runtime.Object
	metav1.Object
}

// kept serves what is added, read and removed, and never changed; T is an object,
// L the list of them.
type kept[T object, L runtime.Object] struct {
	resource, singular string
	short              []string
	empty              func() T
	emptyList          func() L
	get                func(ctx context.Context, name string) (T, error)
	list               func(ctx context.Context, o *internalversion.ListOptions) (L, error)
	watch              func(ctx context.Context, o *internalversion.ListOptions) (watch.Interface, error)
	add                func(ctx context.Context, id kube.Identity, asked T, dryRun bool) (T, error)
	remove             func(ctx context.Context, id kube.Identity, name string, r source.Removal) (T, error)
	columns            []metav1.TableColumnDefinition
	cells              func(T) []any
}

// keeper is all that kept does for the API machinery.
type keeper interface {
	rest.Getter
	rest.Lister
	rest.Watcher
	rest.Creater
	rest.GracefulDeleter
	rest.Scoper
	rest.ShortNamesProvider
	rest.SingularNameProvider
}

var _ keeper = &kept[*v1alpha1.Repository, *v1alpha1.RepositoryList]{}

func (k *kept[T, L]) New() runtime.Object     { return k.empty() }
func (k *kept[T, L]) NewList() runtime.Object { return k.emptyList() }
func (*kept[T, L]) Destroy()                  {}
func (*kept[T, L]) NamespaceScoped() bool     { return false }
func (k *kept[T, L]) ShortNames() []string    { return k.short }
func (k *kept[T, L]) GetSingularName() string { return k.singular }

func (k *kept[T, L]) Get(ctx context.Context, name string, _ *metav1.GetOptions) (runtime.Object, error) {
	found, err := k.get(ctx, name)
	return orRefuse(found, err, k.resource, name)
}

func (k *kept[T, L]) List(ctx context.Context, o *internalversion.ListOptions) (runtime.Object, error) {
	list, err := k.list(ctx, orDefault(o))
	if err != nil {
		return nil, unlisted(err, k.resource)
	}
	return list, nil
}

func (k *kept[T, L]) Watch(ctx context.Context, o *internalversion.ListOptions) (watch.Interface, error) {
	w, err := k.watch(ctx, orDefault(o))
	if err != nil {
		return nil, unlisted(err, k.resource)
	}
	return w, nil
}

// unlisted is the answer to a list or a watch that failed. The resource versions
// and page tokens are those of the Secrets below, and so is what is wrong with
// them.
func unlisted(err error, resource string) error {
	switch {
	case apierrors.IsResourceExpired(err):
		return apierrors.NewResourceExpired("the resource version or the page token is too old: list again without")
	case storage.IsTooLargeResourceVersion(err):
		return storage.NewTooLargeResourceVersionError(0, 0, 1)
	case apierrors.IsBadRequest(err), apierrors.IsInvalid(err):
		return apierrors.NewBadRequest("the resource version or the page token is not one of ours")
	}
	return refused(err, resource, "")
}

func (k *kept[T, L]) Create(ctx context.Context, obj runtime.Object, check rest.ValidateObjectFunc, o *metav1.CreateOptions) (runtime.Object, error) {
	asked, ok := obj.(T)
	if !ok {
		return nil, apierrors.NewBadRequest(fmt.Sprintf("a %T is no %s", obj, k.singular))
	}
	if check != nil {
		if err := check(ctx, obj); err != nil {
			return nil, err
		}
	}
	added, err := k.add(ctx, identity(ctx), asked, dryRun(o.DryRun))
	return orRefuse(added, err, k.resource, asked.GetName())
}

func (k *kept[T, L]) Delete(ctx context.Context, name string, check rest.ValidateObjectFunc, o *metav1.DeleteOptions) (runtime.Object, bool, error) {
	if check != nil {
		present, err := k.get(ctx, name)
		if err != nil {
			return nil, false, refused(err, k.resource, name)
		}
		if err := check(ctx, present); err != nil {
			return nil, false, err
		}
	}
	asked := deletion(o)
	removed, err := k.remove(ctx, identity(ctx), name, source.Removal{UID: asked.UID, ResourceVersion: asked.ResourceVersion, DryRun: asked.DryRun})
	gone, err := orRefuse(removed, err, k.resource, name)
	return gone, err == nil, err
}

// ConvertToTable makes the table that kubectl get shows.
func (k *kept[T, L]) ConvertToTable(_ context.Context, obj, options runtime.Object) (*metav1.Table, error) {
	table := &metav1.Table{}
	if o, ok := options.(*metav1.TableOptions); !ok || !o.NoHeaders {
		table.ColumnDefinitions = k.columns
	}
	row := func(item runtime.Object) error {
		one, ok := item.(T)
		if !ok {
			return fmt.Errorf("no row for a %T", item)
		}
		table.Rows = append(table.Rows, metav1.TableRow{Cells: k.cells(one), Object: runtime.RawExtension{Object: one}})
		return nil
	}
	if one, ok := obj.(T); ok {
		table.ResourceVersion = one.GetResourceVersion()
		return table, row(one)
	}
	if list, err := meta.ListAccessor(obj); err == nil {
		table.ResourceVersion, table.Continue, table.RemainingItemCount = list.GetResourceVersion(), list.GetContinue(), list.GetRemainingItemCount()
	}
	return table, meta.EachListItemWithAlloc(obj, row)
}
