package state

import (
	"strconv"

	corev1 "k8s.io/api/core/v1"
)

// The methods in this file are those of a reflector's store; nothing else calls
// them.

// Add takes a record that is new.
func (f *Feed) Add(obj any) error { return f.Update(obj) }

// Update takes a record that is new or has changed.
func (f *Feed) Update(obj any) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if r := f.decode(obj); r != nil {
		f.put(r)
	}
	f.wake()
	return nil
}

// Delete takes a record that is gone, as it last was.
func (f *Feed) Delete(obj any) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if r := f.decode(obj); r != nil {
		f.drop(r, version(r.ResourceVersion))
	} else if secret, ok := obj.(*corev1.Secret); ok {
		delete(f.aside, secret.Name)
	}
	f.wake()
	return nil
}

// Bookmark takes the word that everything up to a version was delivered.
func (f *Feed) Bookmark(resourceVersion string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.version = max(f.version, version(resourceVersion))
	f.wake()
	return nil
}

// Replace takes all records there are at a resource version: at the start, and
// when the reflector lost its place. What happened in between is not known one
// by one, so watches from before it cannot be served any more.
func (f *Feed) Replace(objs []any, resourceVersion string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	at := version(resourceVersion)
	clear(f.items)
	clear(f.aside)
	for _, obj := range objs {
		if r := f.decode(obj); r != nil {
			f.items[r.Key] = r
		}
	}
	f.events, f.weight, f.floor, f.version, f.synced = nil, 0, at, at, true
	f.wake()
	return nil
}

// Resync does nothing: there is nothing to repeat.
func (f *Feed) Resync() error { return nil }

func (f *Feed) put(r *Record) {
	e := Event{Change: Modified, Old: f.items[r.Key], New: r, Version: version(r.ResourceVersion)}
	if e.Old == nil {
		e.Change = Added
	}
	f.items[r.Key] = r
	f.remember(e)
}

func (f *Feed) drop(r *Record, at uint64) {
	old := f.items[r.Key]
	if old == nil {
		return
	}
	delete(f.items, r.Key)
	f.remember(Event{Change: Deleted, Old: old, New: r, Version: at})
}

// remember keeps an event and lets the oldest half go when there are too many.
func (f *Feed) remember(e Event) {
	f.events = append(f.events, e)
	f.version = max(f.version, e.Version)
	f.weight += e.New.weight()
	for len(f.events) > 1 && (len(f.events) > rememberedEvents || f.weight > rememberedBytes) {
		half := (len(f.events) + 1) / 2
		for _, old := range f.events[:half] {
			f.weight -= old.New.weight()
		}
		f.floor = f.events[half-1].Version
		f.events = append([]Event(nil), f.events[half:]...)
	}
}

// weight is roughly how many bytes a record takes in memory.
func (r *Record) weight() int {
	return 2048 + 256*len(r.Objects) + len(r.Notes) + len(r.Operation.Failure)
}

func (f *Feed) wake() {
	close(f.changed)
	f.changed = make(chan struct{})
}

// version reads a resource version of the API server, which are decimal numbers
// that grow (KEP-5504).
func version(text string) uint64 {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0
	}
	return n
}
