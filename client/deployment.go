package client

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/rest"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
)

// pageSize is how many deployments one request lists.
const pageSize = 500

// Deployments are the deployments of one namespace, or of all.
type Deployments struct {
	*Client
	namespace string
}

// Deployments returns those of namespace; empty means of all namespaces, which
// only List and Watch can do.
func (c *Client) Deployments(namespace string) *Deployments {
	return &Deployments{c, namespace}
}

// Create deploys. It is answered once the operation is accepted, with
// status.operation set. Where d has no name the answer has a generated one.
func (d *Deployments) Create(ctx context.Context, deployment *v1alpha1.ChartDeployment) (*v1alpha1.ChartDeployment, error) {
	answer := &v1alpha1.ChartDeployment{}
	// A create that broke off may have been accepted: it is never sent twice.
	err := d.request(d.rest.Post()).Body(deployment).MaxRetries(0).Do(ctx).Into(answer)
	return named(answer), err
}

// Get returns one deployment.
func (d *Deployments) Get(ctx context.Context, name string) (*v1alpha1.ChartDeployment, error) {
	answer := &v1alpha1.ChartDeployment{}
	err := d.request(d.rest.Get()).Name(name).Do(ctx).Into(answer)
	return named(answer), err
}

// List returns all deployments that options select, however many pages that
// takes; Limit and Continue in options are of no effect.
func (d *Deployments) List(ctx context.Context, options metav1.ListOptions) (*v1alpha1.ChartDeploymentList, error) {
	all := &v1alpha1.ChartDeploymentList{}
	options.Limit, options.Continue = pageSize, ""
	for {
		page := &v1alpha1.ChartDeploymentList{}
		err := d.request(d.rest.Get()).VersionedParams(&options, d.params).Do(ctx).Into(page)
		if err != nil {
			return nil, err
		}
		all.ResourceVersion = page.ResourceVersion
		all.Items = append(all.Items, page.Items...)
		if options.Continue = page.Continue; options.Continue == "" {
			break
		}
	}
	all.SetGroupVersionKind(v1alpha1.GroupVersion().WithKind("ChartDeploymentList"))
	for i := range all.Items {
		named(&all.Items[i])
	}
	return all, nil
}

// Watch tells of changes from options.ResourceVersion on, until the context
// ends, the caller stops it or the server does.
func (d *Deployments) Watch(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
	options.Watch = true
	return d.request(d.rest.Get()).VersionedParams(&options, d.params).MaxRetries(0).Watch(ctx)
}

// Delete starts the deletion of what the deployment made. The answer has
// status.operation set; the deployment is gone when Follow says so.
func (d *Deployments) Delete(ctx context.Context, name string, options metav1.DeleteOptions) (*v1alpha1.ChartDeployment, error) {
	answer := &v1alpha1.ChartDeployment{}
	err := d.request(d.rest.Delete()).Name(name).Body(&options).Do(ctx).Into(answer)
	return named(answer), err
}

func (d *Deployments) request(r *rest.Request) *rest.Request {
	return r.NamespaceIfScoped(d.namespace, d.namespace != "").Resource(v1alpha1.ChartDeployments)
}

// named restores the kind that decoding drops.
func named(d *v1alpha1.ChartDeployment) *v1alpha1.ChartDeployment {
	d.SetGroupVersionKind(v1alpha1.GroupVersion().WithKind("ChartDeployment"))
	return d
}
