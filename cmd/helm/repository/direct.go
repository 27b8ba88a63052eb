package repository

import (
	"context"
	"errors"
	"strings"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/world"
	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
	"github.com/helm-dm/helm-dm/repo/httprepo"
	"github.com/helm-dm/helm-dm/repo/oci"
)

// opener opens what this program releases to by itself: with TLS, which a password
// needs, and without the libraries of clouds. It is nil for all else.
func opener(at repo.Location) func(fetch.Site) (repo.Repository, error) {
	switch {
	case at.Plain():
		return nil
	case at.Scheme() == "https":
		return httprepo.New
	case at.Scheme() == "oci":
		return oci.New
	}
	return nil
}

// direct releases from here, or fails with what is said where this program cannot.
// It runs for its user, who may reach private addresses from here anyway.
func (o *releaseOptions) direct(ctx context.Context, w *world.World, d delivery, unable error) (*v1alpha1.ChartRelease, error) {
	open := opener(d.at)
	if open == nil {
		return nil, unable
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
	if err != nil {
		return nil, o.advised(err, site)
	}
	return d.released(address), nil
}

// advised adds what helps here. Errors of repositories advise who adds those to the
// manager.
func (o *releaseOptions) advised(err error, site fetch.Site) error {
	place, _ := errors.AsType[*repo.Error](err)
	because := fault.Because("%w", err)
	switch at := site.Location; {
	case errors.Is(err, repo.ErrUnauthorized) && site.Credential == nil:
		return because.Mend("--username USER --password-stdin, or helm repo add -c CREDENTIAL %s", at)
	case errors.Is(err, repo.ErrUnauthorized) && o.login.username == "":
		return because.Mend("docker login %s, or --username USER --password-stdin", at.Host())
	case errors.Is(err, repo.ErrUnauthorized):
		return because.Mend("see whether user and password are right, and may write to %s", at)
	case place != nil && strings.Contains(place.Try, "--ca-file"):
		return because.Mend("if it is yours, name who signs: helm release --ca-file FILE -u %s", at)
	}
	return err
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
