package repository

import (
	"context"
	"errors"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/client"
	"github.com/helm-dm/helm-dm/cmd/helm/world"
)

// send lets the manager release. It is asked before the package is sent, so that
// none goes to a manager that has no such repository.
func (d delivery) send(ctx context.Context, w *world.World, s *world.Session) (*v1alpha1.ChartRelease, error) {
	wanted := &v1alpha1.ChartRelease{Spec: v1alpha1.ChartReleaseSpec{
		Destination: d.destination,
		Digest:      chart.Digest(d.pack.Data),
		Provenance:  d.provenance,
		Replace:     d.replace,
	}}
	released, err := s.Release(ctx, wanted)
	if missing(err) != v1alpha1.ChartPackages {
		return released, err
	}
	if _, err := d.pack.Upload(ctx, w.Screen, s.Packages(), d.pack.Chart.PackageName()); err != nil {
		return nil, err
	}
	return s.Release(ctx, wanted)
}

// missing is the resource that the manager did not find, empty if that is not
// what is wrong.
func missing(err error) string {
	var status apierrors.APIStatus
	if client.KindOf(err) != client.KindNotFound || !errors.As(err, &status) || status.Status().Details == nil {
		return ""
	}
	return status.Status().Details.Kind
}
