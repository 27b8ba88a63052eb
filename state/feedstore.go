package state

import "strconv"

// The methods in this file are those of a reflector's store; nothing else calls
// them.

// Add takes a record that is new.
func (f *Feed) Add(obj any) error { return f.Update(obj) }

// Update takes a record that is new or has changed.
func (f *Feed) Update(obj any) error {
	if r := f.decode(obj); r != nil {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.put(r)
		f.wake()
	}
	return nil
}

// Delete takes a record that is gone, as it last was.
func (f *Feed) Delete(obj any) error {
	if r := f.decode(obj); r != nil {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.drop(r, version(r.ResourceVersion))
		f.wake()
	}
	return nil
}

// Replace takes all records there are at a resource version: at the start, and
// when the reflector lost its place. What happened in between becomes events,
// but in no true order, so watches from before it cannot be served any more.
func (f *Feed) Replace(objs []any, resourceVersion string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	at := version(resourceVersion)
	seen := make(map[Key]bool, len(objs))
	for _, obj := range objs {
		if r := f.decode(obj); r != nil {
			seen[r.Key] = true
			f.items[r.Key] = r
		}
	}
	for k := range f.items {
		if !seen[k] {
			delete(f.items, k)
		}
	}
	f.events, f.floor, f.version, f.synced = nil, at, at, true
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

func (f *Feed) remember(e Event) {
	f.events = append(f.events, e)
	f.version = max(f.version, e.Version)
	if len(f.events) > 2*remembered {
		f.floor = f.events[remembered-1].Version
		f.events = append([]Event(nil), f.events[remembered:]...)
	}
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
