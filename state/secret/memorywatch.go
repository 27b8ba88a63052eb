package secret

import (
	"context"
	"errors"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"
)

var errMoved = errors.New("the object has been modified; apply your changes to the latest version")

// Follow lists and watches the Secrets that match, without a watch list.
func (m *Memory) Follow(namespace, selector string) cache.ListerWatcher {
	return &memoryFollower{memory: m, namespace: namespace, selector: selector}
}

type memoryFollower struct {
	memory              *Memory
	namespace, selector string
}

// IsWatchListSemanticsUnSupported tells reflectors to list first.
func (f *memoryFollower) IsWatchListSemanticsUnSupported() bool { return true }

func (f *memoryFollower) List(metav1.ListOptions) (runtime.Object, error) {
	found, rv, err := f.memory.list(f.namespace, f.selector)
	if err != nil {
		return nil, err
	}
	list := &corev1.SecretList{ListMeta: metav1.ListMeta{ResourceVersion: rv}}
	for _, s := range found {
		list.Items = append(list.Items, *s)
	}
	return list, nil
}

func (f *memoryFollower) Watch(o metav1.ListOptions) (watch.Interface, error) {
	sel, err := labels.Parse(f.selector)
	if err != nil {
		return nil, err
	}
	after, err := strconv.ParseUint(o.ResourceVersion, 10, 64)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	w := &memoryWatch{results: make(chan watch.Event), cancel: cancel}
	matching := func(s *corev1.Secret) bool {
		return (f.namespace == "" || s.Namespace == f.namespace) && sel.Matches(labels.Set(s.Labels))
	}
	go w.run(ctx, f.memory, after, matching)
	return w, nil
}

// after returns the events later than a resource version, and a channel that is
// closed at the next one.
func (m *Memory) after(rv uint64) ([]memoryEvent, <-chan struct{}) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.changed == nil {
		m.changed = make(chan struct{})
	}
	return m.log[min(rv, uint64(len(m.log))):], m.changed
}

type memoryWatch struct {
	results chan watch.Event
	cancel  context.CancelFunc
}

// run delivers the matching events after a resource version until ctx ends.
func (w *memoryWatch) run(ctx context.Context, m *Memory, after uint64, matching func(*corev1.Secret) bool) {
	defer close(w.results)
	for {
		events, changed := m.after(after)
		for _, e := range events {
			after++
			told, ok := e.under(matching)
			if !ok {
				continue
			}
			select {
			case w.results <- told:
			case <-ctx.Done():
				return
			}
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

// under is what the change means to who sees only what matches: a Secret that
// begins to match was added, one that ceases to is deleted as it was before.
func (e memoryEvent) under(matching func(*corev1.Secret) bool) (watch.Event, bool) {
	was, is := e.old != nil && matching(e.old), matching(e.secret)
	switch {
	case e.kind == watch.Deleted, was && !is:
		if !was {
			return watch.Event{}, false
		}
		last := e.old.DeepCopy()
		last.ResourceVersion = e.secret.ResourceVersion
		return watch.Event{Type: watch.Deleted, Object: last}, true
	case was:
		return watch.Event{Type: watch.Modified, Object: e.secret.DeepCopy()}, true
	}
	return watch.Event{Type: watch.Added, Object: e.secret.DeepCopy()}, is
}

func (w *memoryWatch) ResultChan() <-chan watch.Event { return w.results }

func (w *memoryWatch) Stop() { w.cancel() }
