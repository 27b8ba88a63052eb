package client

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
)

// watchSeconds bounds one watch, so that a manager that hangs is asked anew.
const watchSeconds = 300

// Follow watches the deployment called name until its operation is done or has
// failed, and returns it as last seen. It calls see with every state, the last
// one included. From is the resource version of the object that told of the
// operation; empty begins with a get.
//
// A failed operation is no error here: see Outcome. Where the deployment
// vanishes, or another operation begins, before the end of this one was seen,
// the error matches ErrGone or ErrSuperseded. Connections that break and a
// manager that restarts are put up with for as long as Patience says.
func (d *Deployments) Follow(ctx context.Context, name, operation, from string, see func(*v1alpha1.ChartDeployment)) (*v1alpha1.ChartDeployment, error) {
	f := &follower{deployments: d, name: name, operation: operation, version: from, see: see}
	pace := newRetry(d.patience())
	for {
		seen := f.seen
		ended, err := f.attempt(ctx)
		if ended {
			return f.last, err
		}
		if f.seen != seen {
			pace.succeeded()
		}
		if err := pace.failed(ctx, err); err != nil {
			return f.last, fmt.Errorf("following %q: %w", name, err)
		}
	}
}

// follower is the state of one Follow.
type follower struct {
	deployments *Deployments
	name        string
	operation   string
	version     string // resource version to go on from; empty means unknown
	see         func(*v1alpha1.ChartDeployment)
	last        *v1alpha1.ChartDeployment
	seen        int // answers of any sort
}

// attempt follows until the operation has ended (true), or the connection has.
func (f *follower) attempt(ctx context.Context) (bool, error) {
	if f.version == "" {
		if ended, err := f.get(ctx); ended || err != nil {
			return ended, err
		}
	}
	watching, err := f.deployments.Watch(ctx, metav1.ListOptions{
		FieldSelector:       fields.OneTermEqualSelector(metav1.ObjectNameField, f.name).String(),
		ResourceVersion:     f.version,
		AllowWatchBookmarks: true,
		TimeoutSeconds:      new(int64(watchSeconds)),
	})
	if err != nil {
		return false, f.expired(err)
	}
	defer watching.Stop()
	for event := range watching.ResultChan() {
		if ended, err := f.event(event); ended || err != nil {
			return ended, err
		}
	}
	return false, ctx.Err()
}

func (f *follower) get(ctx context.Context) (bool, error) {
	found, err := f.deployments.Get(ctx, f.name)
	if KindOf(err) == KindNotFound {
		return true, fmt.Errorf("following %q: %w", f.name, ErrGone)
	}
	if err != nil {
		return false, err
	}
	return f.take(found)
}

func (f *follower) event(event watch.Event) (bool, error) {
	switch event.Type {
	case watch.Error:
		return false, f.expired(apierrors.FromObject(event.Object))
	case watch.Bookmark:
		if found, ok := event.Object.(*v1alpha1.ChartDeployment); ok {
			f.version = found.ResourceVersion
			f.seen++
		}
		return false, nil
	}
	found, ok := event.Object.(*v1alpha1.ChartDeployment)
	if !ok || found.Name != f.name {
		return false, nil
	}
	ended, err := f.take(named(found))
	if !ended && event.Type == watch.Deleted {
		return true, fmt.Errorf("following %q: %w", f.name, ErrGone)
	}
	return ended, err
}

func (f *follower) take(found *v1alpha1.ChartDeployment) (bool, error) {
	f.version, f.last = found.ResourceVersion, found
	f.seen++
	now := found.Status.Operation
	if now != nil && now.ID != f.operation {
		return true, fmt.Errorf("following %q: %w: %s by %q", f.name, ErrSuperseded, now.Type, now.User)
	}
	f.see(found)
	return now != nil && !Running(found), nil
}

// expired forgets a resource version that the server no longer knows.
func (f *follower) expired(err error) error {
	if apierrors.IsGone(err) || apierrors.IsResourceExpired(err) {
		f.version = ""
		return nil
	}
	return err
}
