package main

import (
	"context"
	"errors"
	"strconv"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/chart/reference"
	"github.com/helm-dm/helm-dm/client"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/localchart"
	"github.com/helm-dm/helm-dm/cmd/helm/target"
)

// attempt is the deploy of one target.
type attempt struct {
	target.Target
	elsewhere bool // the namespace is not that of the context
}

// called is the deployment as commands about it are to be given it.
func (a attempt) called() string {
	if a.elsewhere {
		return a.Deployment + " --namespace " + a.Namespace
	}
	return a.Deployment
}

// refused explains why a deploy was not accepted.
func refused(ctx context.Context, deployments *client.Deployments, t attempt, err error) error {
	wrapped := fault.Because("deploying %q: %w", t.Chart, err)
	if strings.Contains(err.Error(), strconv.Quote(t.Chart)) { // it says which chart by itself
		wrapped = fault.Because("deploying: %w", err)
	}
	switch {
	case client.KindOf(err) == client.KindConflict && t.Deployment != "":
		return wrapped.Mend("%s", taken(ctx, deployments, t))
	case apierrors.IsNotFound(err) && subject(err) == "namespaces":
		return wrapped.Mend("kubectl create namespace %s", t.Namespace)
	case apierrors.IsForbidden(err):
		return denied(t.Namespace, wrapped)
	}
	return unfound(t, wrapped)
}

// taken is what to do about a name that is taken. To delete is advised only for
// what is known to have failed.
func taken(ctx context.Context, deployments *client.Deployments, t attempt) string {
	if holder, err := deployments.Get(ctx, t.Deployment); err == nil && holder.Status.Phase == v1alpha1.PhaseFailed {
		return "helm delete " + t.called() + " to clear what failed, or helm deploy -n with another name"
	}
	return "helm status " + t.called() + ", or helm deploy -n with another name"
}

// ended adds to the error of a deploy that was accepted what to do next. What
// has a revision keeps its name, and its objects, until it is deleted.
func ended(t attempt, last *v1alpha1.ChartDeployment, err error) error {
	var operation *client.OperationError
	if !errors.As(err, &operation) {
		return err
	}
	t.Deployment = last.Name
	switch {
	case last.Status.Revision > 0:
		return fault.Because("%w", err).Mend("helm status %s, and helm delete %s before another attempt", t.called(), t.called())
	case client.KindOf(err) == client.KindDenied:
		return denied(t.Namespace, err)
	}
	return unfound(t, err)
}

// unfound adds to an error about a chart that was not found, or whose reference
// is none, how to deploy what it may have been meant to be on this machine.
func unfound(t attempt, err error) error {
	_, unreadable := errors.AsType[*reference.Error](err)
	switch {
	case localchart.IsConfiguration(t.Chart):
		return fault.Because("%w", err).Mend("helm deploy -f %s, for the parameters in that file", t.Chart)
	case client.KindOf(err) != client.KindNotFound && !unreadable:
		return err
	}
	path, kind := localchart.Meant(t.Chart)
	if path == "" {
		return err
	}
	return fault.Because("%w", err).Mend("helm deploy %s, for the chart in that %s", path, kind)
}

// subject is the resource that the API's answer is about, empty if unknown.
func subject(err error) string {
	var status apierrors.APIStatus
	if errors.As(err, &status) && status.Status().Details != nil {
		return status.Status().Details.Kind
	}
	return ""
}
