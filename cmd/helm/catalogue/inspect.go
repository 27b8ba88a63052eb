package catalogue

import (
	"context"
	"errors"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/chart/reference"
	"github.com/helm-dm/helm-dm/client"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/localchart"
	"github.com/helm-dm/helm-dm/cmd/helm/world"
)

// inspect asks the manager what is in a chart, of the version given, if one is.
func inspect(ctx context.Context, w *world.World, s *world.Session, text, version string) (*v1alpha1.ChartInspection, error) {
	called, err := localchart.Resolve(ctx, w.Screen, s.Packages(), text, version)
	if err != nil {
		return nil, meant(text, err)
	}
	found, err := s.Inspect(ctx, &v1alpha1.ChartInspection{Spec: v1alpha1.ChartInspectionSpec{Chart: called.String()}})
	if err != nil {
		return nil, meant(text, err) // which names the chart
	}
	return found, nil
}

// meant adds to an error about a chart that was not found, or whose reference is
// none, how to name the one on this machine that it may have been meant to be.
func meant(text string, err error) error {
	_, unreadable := errors.AsType[*reference.Error](err)
	if path, kind := localchart.Meant(text); path != "" && (unreadable || client.KindOf(err) == client.KindNotFound) {
		return fault.Because("%w", err).Mend("%s, for the chart in that %s", path, kind)
	}
	return err
}
