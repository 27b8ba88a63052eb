package client

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
)

// Repositories are the places that the manager finds charts in.
type Repositories struct {
	*Client
}

// Repositories returns them.
func (c *Client) Repositories() *Repositories { return &Repositories{c} }

// Create adds a repository, once it has answered.
func (r *Repositories) Create(ctx context.Context, repository *v1alpha1.Repository) (*v1alpha1.Repository, error) {
	answer := &v1alpha1.Repository{}
	// A create that broke off may have been carried out: it is never sent twice.
	err := ask(ctx, r.rest.Post().Resource(v1alpha1.Repositories).Body(repository).MaxRetries(0), answer)
	return answer, err
}

// Get returns one repository by its name, which repo.Location.Name tells.
func (r *Repositories) Get(ctx context.Context, name string) (*v1alpha1.Repository, error) {
	answer := &v1alpha1.Repository{}
	err := ask(ctx, r.rest.Get().Resource(v1alpha1.Repositories).Name(name), answer)
	return answer, err
}

// List returns all repositories that options select, however many pages that
// takes.
func (r *Repositories) List(ctx context.Context, options metav1.ListOptions) (*v1alpha1.RepositoryList, error) {
	list := &v1alpha1.RepositoryList{TypeMeta: kind("RepositoryList")}
	err := all(ctx, r.Client, v1alpha1.Repositories, options, func(page *v1alpha1.RepositoryList) metav1.ListMeta {
		list.ResourceVersion = page.ResourceVersion
		for _, item := range page.Items {
			item.TypeMeta = kind("Repository")
			list.Items = append(list.Items, item)
		}
		return page.ListMeta
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// Delete removes a repository. What was deployed from it stays.
func (r *Repositories) Delete(ctx context.Context, name string, options metav1.DeleteOptions) error {
	return r.rest.Delete().Resource(v1alpha1.Repositories).Name(name).Body(&options).Do(ctx).Error()
}
