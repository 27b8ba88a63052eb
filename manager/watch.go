package manager

import (
	"context"
	"strconv"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/internalversion"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/state"
)

// bookmarkEvery is how often a watch that asked for bookmarks is told how far it
// has come.
const bookmarkEvery = 30 * time.Second

func labelSet(l map[string]string) labels.Set { return l }

// Watch follows the deployments of a namespace, or of all when it is empty.
// Resource versions, sendInitialEvents and bookmarks mean what they mean in
// Kubernetes. It buffers nothing: a watcher that falls too far behind gets an
// error event and lists anew. The caller must Stop it.
func (m *Manager) Watch(ctx context.Context, namespace string, o *internalversion.ListOptions) (watch.Interface, error) {
	ctx, cancel := context.WithCancel(ctx)
	w := &watcher{Manager: m, namespace: namespace, options: o, events: make(chan watch.Event), cancel: cancel}
	initial, err := w.begin(ctx)
	if err != nil {
		cancel()
		return nil, err
	}
	go w.run(ctx, initial)
	return w, nil
}

type watcher struct {
	*Manager
	namespace string
	options   *internalversion.ListOptions
	version   uint64 // what has been told so far
	events    chan watch.Event
	cancel    context.CancelFunc
}

func (w *watcher) ResultChan() <-chan watch.Event { return w.events }

func (w *watcher) Stop() { w.cancel() }

// begin finds where the watch starts, and what it tells first: the present state
// if it was asked for, or if no resource version says what is known already.
func (w *watcher) begin(ctx context.Context) ([]*state.Record, error) {
	o := w.options
	asked, err := parseVersion(o.ResourceVersion)
	if err != nil {
		return nil, err
	}
	fromState := asked == 0
	if o.SendInitialEvents != nil {
		fromState = *o.SendInitialEvents
	}
	list := &internalversion.ListOptions{ResourceVersion: o.ResourceVersion}
	if !fromState && asked > 0 {
		if _, _, _, err := w.books.Feed.After(asked); err != nil {
			return nil, feedError(err)
		}
		w.version = asked
		_, _, err := w.snapshot(ctx, w.namespace, list) // refuses versions still to come
		return nil, err
	}
	records, at, err := w.snapshot(ctx, w.namespace, list)
	if err != nil {
		return nil, err
	}
	w.version = at
	if !fromState {
		records = nil
	}
	return records, nil
}

func (w *watcher) run(ctx context.Context, initial []*state.Record) {
	defer close(w.events)
	for _, r := range initial {
		if cd := view(r); selects(w.options, cd) && !w.send(ctx, watch.Event{Type: watch.Added, Object: cd}) {
			return
		}
	}
	if w.options.SendInitialEvents != nil && *w.options.SendInitialEvents && !w.bookmark(ctx, true) {
		return
	}
	tick := time.NewTicker(bookmarkEvery)
	defer tick.Stop()
	for {
		events, version, changed, err := w.books.Feed.After(w.version)
		if err != nil {
			w.send(ctx, watch.Event{Type: watch.Error, Object: expired()})
			return
		}
		for _, e := range events {
			if out, ok := w.translate(e); ok && !w.send(ctx, out) {
				return
			}
		}
		w.version = version
		select {
		case <-changed:
		case <-tick.C:
			if !w.bookmark(ctx, false) {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

// translate turns a change of a record into what it means under the selectors: a
// deployment that begins to match was added, one that no longer does is deleted.
func (w *watcher) translate(e state.Event) (watch.Event, bool) {
	if w.namespace != "" && e.New.Namespace != w.namespace {
		return watch.Event{}, false
	}
	now := view(e.New)
	was := e.Old != nil && selects(w.options, view(e.Old))
	is := e.Change != state.Deleted && selects(w.options, now)
	switch {
	case is && was:
		return watch.Event{Type: watch.Modified, Object: now}, true
	case is:
		return watch.Event{Type: watch.Added, Object: now}, true
	case was:
		now.ResourceVersion = strconv.FormatUint(e.Version, 10)
		return watch.Event{Type: watch.Deleted, Object: now}, true
	}
	return watch.Event{}, false
}

func (w *watcher) bookmark(ctx context.Context, initialEnd bool) bool {
	if !w.options.AllowWatchBookmarks {
		return true
	}
	mark := &v1alpha1.ChartDeployment{}
	mark.ResourceVersion = strconv.FormatUint(w.version, 10)
	if initialEnd {
		mark.Annotations = map[string]string{metav1.InitialEventsAnnotationKey: "true"}
	}
	return w.send(ctx, watch.Event{Type: watch.Bookmark, Object: mark})
}

func (w *watcher) send(ctx context.Context, e watch.Event) bool {
	select {
	case w.events <- e:
		return true
	case <-ctx.Done():
		return false
	}
}

// expired is the status that tells a watcher to list anew.
func expired() *metav1.Status {
	return &metav1.Status{
		Status: metav1.StatusFailure, Code: 410, Reason: metav1.StatusReasonExpired, Message: ErrExpired.Error(),
	}
}
