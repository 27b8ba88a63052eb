package repository

import (
	"context"
	"errors"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/world"
	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
	"github.com/helm-dm/helm-dm/repo/httprepo"
	"github.com/helm-dm/helm-dm/repo/oci"
)

// direct releases from here. This program runs for its user, who may reach any
// address from here anyway.
func (o *releaseOptions) direct(ctx context.Context, w *world.World, d delivery) (*v1alpha1.ChartRelease, error) {
	open := httprepo.New
	switch d.at.Scheme() {
	case "https":
	case "oci":
		open = oci.New
	default:
		return nil, fault.NotFound("the manager has no repository %q, and without it only https:// and oci:// can be released to", d.at).
			Mend("helm repo add -c CREDENTIAL %s", d.at)
	}
	site := fetch.Site{Location: d.at, Network: fetch.New(fetch.Policy{Anywhere: true})}
	if err := o.login.fill(ctx, w, &site); err != nil {
		return nil, err
	}
	w.Screen.Note("Uploading %s to %s without the manager", d.pack.Shown, d.at)
	keeper, err := open(site)
	if err != nil {
		return nil, err
	}
	address, err := keeper.Keep(ctx, &repo.Package{
		Metadata:   d.pack.Chart.Metadata(),
		Data:       d.pack.Data,
		Provenance: d.provenance,
		Created:    w.Now(),
	}, d.replace)
	if errors.Is(err, repo.ErrUnauthorized) && site.Credential == nil {
		err = fault.Because("%w", err).Mend("--username USER --password-stdin, or helm repo add -c CREDENTIAL %s", d.at)
	}
	if err != nil {
		return nil, err
	}
	return d.released(address), nil
}

// released is what the manager would answer.
func (d delivery) released(address string) *v1alpha1.ChartRelease {
	digest := chart.Digest(d.pack.Data)
	r := &v1alpha1.ChartRelease{
		Spec: v1alpha1.ChartReleaseSpec{Destination: d.destination, Digest: digest, Replace: d.replace},
		Status: v1alpha1.ChartReleaseStatus{
			URL:   address,
			Chart: v1alpha1.ChartStatus{Name: d.pack.Chart.Name(), Version: d.pack.Chart.Version(), Digest: digest},
		},
	}
	r.SetGroupVersionKind(v1alpha1.GroupVersion().WithKind("ChartRelease"))
	return r
}
