package state

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"sync"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/cache"

	"github.com/helm-dm/helm-dm/state/secret"
)

// Errors of a Feed.
var (
	// ErrExpired: the resource version is older than what the Feed remembers.
	ErrExpired = errors.New("resource version too old")
	// ErrAhead: the resource version is newer than what the Feed has seen, and
	// it did not catch up in time.
	ErrAhead = errors.New("resource version not seen yet")
)

// What a Feed keeps for watches that come back: so many events, and so many bytes
// of records, roughly.
const (
	rememberedEvents = 4096
	rememberedBytes  = 32 << 20
)

// Change is what happened to a record.
type Change int

// The changes.
const (
	Added Change = iota
	Modified
	Deleted
)

// Event is one change of one record. Old is nil for Added. For Deleted, New is
// the record as it last was, under the resource version of its deletion.
type Event struct {
	Change   Change
	Old, New *Record
	Version  uint64
}

// Feed follows the records: it serves lists from memory and replays events from
// any resource version it remembers, so that a watch needs no buffer of its own
// and one that is too slow is told so. Its records have no parameters.
//
// It is the store of a reflector; Run runs that.
type Feed struct {
	records *Records

	mu      sync.RWMutex
	items   map[Key]*Record
	aside   map[string]string // Secrets that could not be read: their versions by name
	version uint64            // items are what there was at this version
	floor   uint64            // events after this version are remembered
	events  []Event           // oldest first
	weight  int               // bytes of the records in events, roughly
	changed chan struct{}     // closed at the next change
	synced  bool
}

// NewFeed makes the Feed of all records.
func NewFeed(records *Records) *Feed {
	return &Feed{records: records, items: map[Key]*Record{}, aside: map[string]string{}, changed: make(chan struct{})}
}

// Run follows the records until ctx ends.
func (f *Feed) Run(ctx context.Context) {
	follow := f.records.secrets.Follow(f.records.namespace, secret.LabelRole+"="+roleRecord)
	cache.NewReflectorWithOptions(follow, &corev1.Secret{}, f, cache.ReflectorOptions{Name: "records"}).RunWithContext(ctx)
}

// Synced waits until the records were read for the first time.
func (f *Feed) Synced(ctx context.Context) error {
	return f.until(ctx, func() bool { return f.synced })
}

// until waits until done, which is called under the lock, says yes.
func (f *Feed) until(ctx context.Context, done func() bool) error {
	for {
		f.mu.RLock()
		ok, changed := done(), f.changed
		f.mu.RUnlock()
		if ok {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// List returns the records of a namespace, or all when it is empty, in the order
// of their keys, and the version at which they were so.
func (f *Feed) List(namespace string) ([]*Record, uint64) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return sorted(f.items, namespace), f.version
}

// ListAt returns the records as they were at a version: ErrExpired when that is
// too long ago, ErrAhead when it is still to come. A version that another replica
// has seen first is waited for, as Current does.
func (f *Feed) ListAt(ctx context.Context, namespace string, version uint64) ([]*Record, error) {
	f.mu.RLock()
	seen := version <= f.version
	found, err := f.rolledBack(namespace, version)
	f.mu.RUnlock()
	if !seen {
		_, err = f.prove(ctx, version, func() { found, err = f.rolledBack(namespace, version) })
	}
	return found, err
}

// rolledBack undoes what came after a version. The caller holds the lock.
func (f *Feed) rolledBack(namespace string, version uint64) ([]*Record, error) {
	if version < f.floor {
		return nil, ErrExpired
	}
	items := maps.Clone(f.items)
	for _, e := range slices.Backward(f.events) {
		if e.Version <= version {
			break
		}
		if e.Old == nil {
			delete(items, e.New.Key)
		} else {
			items[e.Old.Key] = e.Old
		}
	}
	return sorted(items, namespace), nil
}

// After returns the events later than version, the version that they lead to,
// and a channel that is closed when there are more.
func (f *Feed) After(version uint64) ([]Event, uint64, <-chan struct{}, error) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	if version < f.floor {
		return nil, 0, nil, ErrExpired
	}
	i, _ := slices.BinarySearchFunc(f.events, version+1, func(e Event, v uint64) int { return cmp.Compare(e.Version, v) })
	return slices.Clone(f.events[i:]), max(version, f.version), f.changed, nil
}

// Superseded says whether the Feed knows that the record r, as it was once stored,
// is gone by now or has another operation.
func (f *Feed) Superseded(r *Record) bool {
	f.mu.RLock()
	defer f.mu.RUnlock()
	stored := version(r.ResourceVersion)
	newest := f.items[r.Key]
	if newest == nil {
		return f.version >= stored
	}
	return version(newest.ResourceVersion) > stored && (newest.UID != r.UID || newest.Operation.ID != r.Operation.ID)
}

// Current returns the records as List does, but waits until the Feed has seen
// all that had happened when it was called, and asks the cluster whether that
// includes version. When ctx ends first, the error matches ErrAhead.
func (f *Feed) Current(ctx context.Context, namespace string, version uint64) ([]*Record, uint64, error) {
	var found []*Record
	at, err := f.prove(ctx, version, func() { found = sorted(f.items, namespace) })
	return found, at, err
}

// prove waits until the items are all there is, and calls then under the lock, at
// the version that it returns. It compares them with a current list of the
// Secrets' metadata, because a watch does not say by itself that there was
// nothing more.
func (f *Feed) prove(ctx context.Context, version uint64, then func()) (uint64, error) {
	list, err := f.records.secrets.Metadata(ctx, f.records.namespace, secret.LabelRole+"="+roleRecord)
	if err != nil {
		return 0, fmt.Errorf("listing records: %w", err)
	}
	current, err := strconv.ParseUint(list.ResourceVersion, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("reading the resource version of the records: %w", err)
	}
	if current < version {
		return 0, fmt.Errorf("%w: asked for %d, the cluster is at %d", ErrAhead, version, current)
	}
	at := current
	err = f.until(ctx, func() bool {
		if !f.synced || (f.version < current && !f.holds(list)) {
			return false
		}
		at = max(at, f.version)
		then()
		return true
	})
	if err != nil {
		return 0, fmt.Errorf("%w: asked for %d: %w", ErrAhead, current, err)
	}
	return at, nil
}

// holds says whether the items are exactly those in list.
func (f *Feed) holds(list *metav1.PartialObjectMetadataList) bool {
	if len(list.Items) != len(f.items)+len(f.aside) {
		return false
	}
	at := maps.Clone(f.aside)
	for _, r := range f.items {
		at[recordName(r.Key)] = r.ResourceVersion
	}
	return !slices.ContainsFunc(list.Items, func(m metav1.PartialObjectMetadata) bool { return at[m.Name] != m.ResourceVersion })
}

func sorted(items map[Key]*Record, namespace string) []*Record {
	found := make([]*Record, 0, len(items))
	for k, r := range items {
		if namespace == "" || k.Namespace == namespace {
			found = append(found, r)
		}
	}
	slices.SortFunc(found, func(a, b *Record) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	return found
}

// decode reads a Secret that the reflector delivers. One that cannot be read is
// set aside and reported, and never stops the others (CVE-2022-39272).
func (f *Feed) decode(obj any) *Record {
	secret, ok := obj.(*corev1.Secret)
	if !ok {
		return nil
	}
	r, err := decodeRecord(secret, false)
	if err != nil {
		slog.Error("setting a record aside", "secret", secret.Name, "err", err)
		f.aside[secret.Name] = secret.ResourceVersion
		return nil
	}
	delete(f.aside, secret.Name)
	return r
}
