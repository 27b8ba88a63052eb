package client

import (
	"context"
	"encoding/json"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/version"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
)

// Kubernetes returns the version of the API server.
func (c *Client) Kubernetes(ctx context.Context) (*version.Info, error) {
	info := &version.Info{}
	return info, c.read(ctx, "/version", info)
}

// Served returns the resources of dm.helm.sh/v1alpha1 as the manager serves
// them; see IsNotInstalled for the error where there is none.
func (c *Client) Served(ctx context.Context) (*metav1.APIResourceList, error) {
	list := &metav1.APIResourceList{}
	return list, c.read(ctx, "/apis/"+v1alpha1.GroupVersion().String(), list)
}

func (c *Client) read(ctx context.Context, path string, into any) error {
	text, err := c.rest.Get().AbsPath(path).DoRaw(ctx)
	if err != nil {
		return fmt.Errorf("reading %q: %w", path, err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("reading %q: %w", path, err)
	}
	return nil
}
