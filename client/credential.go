package client

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
)

// Credentials open repositories. Only Create carries a secret.
type Credentials struct {
	*Client
}

// Credentials returns them.
func (c *Client) Credentials() *Credentials { return &Credentials{c} }

// Create stores a credential. Where it has no name the answer has a generated
// one.
func (c *Credentials) Create(ctx context.Context, credential *v1alpha1.Credential) (*v1alpha1.Credential, error) {
	answer := &v1alpha1.Credential{}
	// A create that broke off may have been carried out: it is never sent twice.
	err := ask(ctx, c.rest.Post().Resource(v1alpha1.Credentials).Body(credential).MaxRetries(0), answer)
	return answer, err
}

// Get returns one credential, without its secret.
func (c *Credentials) Get(ctx context.Context, name string) (*v1alpha1.Credential, error) {
	answer := &v1alpha1.Credential{}
	err := ask(ctx, c.rest.Get().Resource(v1alpha1.Credentials).Name(name), answer)
	return answer, err
}

// List returns all credentials that options select, without their secrets,
// however many pages that takes.
func (c *Credentials) List(ctx context.Context, options metav1.ListOptions) (*v1alpha1.CredentialList, error) {
	list := &v1alpha1.CredentialList{TypeMeta: kind("CredentialList")}
	err := all(ctx, c.Client, v1alpha1.Credentials, options, func(page *v1alpha1.CredentialList) metav1.ListMeta {
		list.ResourceVersion = page.ResourceVersion
		for _, item := range page.Items {
			item.TypeMeta = kind("Credential")
			list.Items = append(list.Items, item)
		}
		return page.ListMeta
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// Delete removes a credential that no repository uses.
func (c *Credentials) Delete(ctx context.Context, name string, options metav1.DeleteOptions) error {
	return c.rest.Delete().Resource(v1alpha1.Credentials).Name(name).Body(&options).Do(ctx).Error()
}
