package client

import (
	"context"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
)

// Search asks the catalogue of all repositories that the caller may use.
func (c *Client) Search(ctx context.Context, question *v1alpha1.ChartSearch) (*v1alpha1.ChartSearch, error) {
	answer := &v1alpha1.ChartSearch{}
	err := ask(ctx, c.rest.Post().Resource(v1alpha1.ChartSearches).Body(question), answer)
	return answer, err
}

// Inspect asks what is in a chart.
func (c *Client) Inspect(ctx context.Context, question *v1alpha1.ChartInspection) (*v1alpha1.ChartInspection, error) {
	answer := &v1alpha1.ChartInspection{}
	err := ask(ctx, c.rest.Post().Resource(v1alpha1.ChartInspections).Body(question), answer)
	return answer, err
}

// Check asks whether a repository answers, without adding it.
func (c *Client) Check(ctx context.Context, question *v1alpha1.RepositoryCheck) (*v1alpha1.RepositoryCheck, error) {
	answer := &v1alpha1.RepositoryCheck{}
	err := ask(ctx, c.rest.Post().Resource(v1alpha1.RepositoryChecks).Body(question), answer)
	return answer, err
}

// Release puts a package that was uploaded into a repository.
func (c *Client) Release(ctx context.Context, release *v1alpha1.ChartRelease) (*v1alpha1.ChartRelease, error) {
	answer := &v1alpha1.ChartRelease{}
	// A release that broke off may have been carried out: it is never sent twice.
	err := ask(ctx, c.rest.Post().Resource(v1alpha1.ChartReleases).Body(release).MaxRetries(0), answer)
	return answer, err
}
