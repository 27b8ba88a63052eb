package source

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/internalversion"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
)

// watcher passes the watch of the Secrets on, translated.
type watcher[T any, P interface {
	*T
	entry
}] struct {
	*shelf[T, P]
	options *internalversion.ListOptions
	view    func(context.Context, *T) (runtime.Object, error)
	initial *Page[T] // what is told first; nil for nothing
	secrets watch.Interface
	events  chan watch.Event
	cancel  context.CancelFunc
}

func (s *shelf[T, P]) watch(ctx context.Context, o *internalversion.ListOptions, view func(context.Context, *T) (runtime.Object, error)) (watch.Interface, error) {
	ctx, cancel := context.WithCancel(ctx)
	w := &watcher[T, P]{shelf: s, options: o, view: view, events: make(chan watch.Event), cancel: cancel}
	if err := w.begin(ctx); err != nil {
		cancel()
		return nil, err
	}
	go w.run(ctx)
	return w, nil
}

func (w *watcher[T, P]) ResultChan() <-chan watch.Event { return w.events }

func (w *watcher[T, P]) Stop() { w.cancel() }

// begin finds what is told first, and where the watch of the Secrets starts: at
// the version that the caller knows, or at that of a list.
func (w *watcher[T, P]) begin(ctx context.Context) error {
	o, version := w.options, w.options.ResourceVersion
	known := version != "" && version != "0"
	fromState := !known
	if o.SendInitialEvents != nil {
		fromState = *o.SendInitialEvents
	}
	if fromState || !known {
		start := *o
		start.Limit, start.Continue, start.ResourceVersionMatch = 0, "", ""
		if known {
			start.ResourceVersionMatch = metav1.ResourceVersionMatchNotOlderThan
		}
		page, err := w.list(ctx, &start)
		if err != nil {
			return err
		}
		if version = page.ResourceVersion; fromState {
			w.initial = page
		}
	}
	secrets, err := w.follow().WatchWithContext(ctx, metav1.ListOptions{
		ResourceVersion: version, AllowWatchBookmarks: o.AllowWatchBookmarks, TimeoutSeconds: o.TimeoutSeconds,
	})
	if err != nil {
		return fmt.Errorf("watching Secrets of role %q: %w", w.role, err)
	}
	w.secrets = secrets
	return nil
}

func (w *watcher[T, P]) run(ctx context.Context) {
	defer close(w.events)
	defer w.secrets.Stop()
	if !w.begun(ctx) {
		return
	}
	for {
		select {
		case e, open := <-w.secrets.ResultChan():
			if !open || !w.pass(ctx, e) {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

// begun tells of what there is at the start.
func (w *watcher[T, P]) begun(ctx context.Context) bool {
	if w.initial == nil {
		return true
	}
	for _, e := range w.initial.Items {
		if !w.tell(ctx, watch.Added, e) {
			return false
		}
	}
	if w.options.SendInitialEvents == nil || !w.options.AllowWatchBookmarks {
		return true
	}
	return w.bookmark(ctx, w.initial.ResourceVersion, map[string]string{metav1.InitialEventsAnnotationKey: "true"})
}

// pass passes one event on, and says whether to go on. What is told of can begin
// to match or cease to in no other way than by coming and going.
func (w *watcher[T, P]) pass(ctx context.Context, e watch.Event) bool {
	found, ok := e.Object.(*corev1.Secret)
	switch {
	case !ok: // an error, after which there is nothing more
		w.send(ctx, e)
		return false
	case e.Type == watch.Bookmark:
		return w.bookmark(ctx, found.ResourceVersion, nil)
	}
	entry, ok := w.sound(found)
	if !ok || !selects(w.options, P(entry).meta()) {
		return true
	}
	return w.tell(ctx, e.Type, entry)
}

func (w *watcher[T, P]) tell(ctx context.Context, kind watch.EventType, e *T) bool {
	object, err := w.view(ctx, e)
	if err != nil { // the caller watches again from where they are
		return false
	}
	return w.send(ctx, watch.Event{Type: kind, Object: object})
}

func (w *watcher[T, P]) bookmark(ctx context.Context, version string, annotations map[string]string) bool {
	mark := P(new(T))
	mark.meta().ResourceVersion = version
	object, err := w.view(ctx, mark)
	if err != nil {
		return false
	}
	if at, err := meta.Accessor(object); err == nil {
		at.SetAnnotations(annotations)
	}
	return w.send(ctx, watch.Event{Type: watch.Bookmark, Object: object})
}

func (w *watcher[T, P]) send(ctx context.Context, e watch.Event) bool {
	select {
	case w.events <- e:
		return true
	case <-ctx.Done():
		return false
	}
}
