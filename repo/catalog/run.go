package catalog

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/helm-dm/helm-dm/repo"
)

const (
	readers = 4                // that work at the same time
	healers = 1                // of them, that read what was tedious: it may take as long again
	tedious = 30 * time.Second // that a reading may take which then fails
	longest = 5 * time.Minute  // that a reading may take
	asleep  = time.Hour        // that Run sleeps at most
)

// Run reads the sources in the background until the context ends, and returns its
// error.
func (c *Catalog) Run(ctx context.Context) error {
	var group sync.WaitGroup
	defer group.Wait()
	for ctx.Err() == nil {
		readings, wait := c.begin(ctx)
		for _, reading := range readings {
			group.Go(reading)
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-c.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
	return context.Cause(ctx)
}

// begin returns the readings that are due, for which there are readers, and when
// to look again.
func (c *Catalog) begin(ctx context.Context) (readings []func(), wait time.Duration) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	now := time.Now()
	due := slices.SortedFunc(maps.Values(c.entries), func(a, b *entry) int {
		return cmp.Or(a.due.Compare(b.due), cmp.Compare(a.source.Name, b.source.Name))
	})
	wait = asleep
	for _, e := range due {
		at, idle := e.next(c.pause)
		switch {
		case !idle || c.reading == readers: // its end wakes Run
		case e.tedious && c.healing == healers: // likewise
		case at.After(now):
			wait = min(wait, at.Sub(now))
		default:
			readings = append(readings, c.start(ctx, e, now))
		}
	}
	return readings, wait
}

// start begins a reading, with the mutex held.
func (c *Catalog) start(ctx context.Context, e *entry, now time.Time) func() {
	ctx, e.cancel = context.WithTimeout(ctx, longest)
	e.begin(now)
	c.reading++
	heals := e.tedious
	if heals {
		c.healing++
	}
	source, mark, cancel := e.source, e.mark, e.cancel
	return func() {
		defer cancel()
		s, listing, err := c.list(ctx, source, mark)
		c.mutex.Lock()
		defer c.mutex.Unlock()
		c.reading--
		if heals {
			c.healing--
		}
		if errors.Is(ctx.Err(), context.Canceled) {
			e.begun-- // nobody wants it any more
		} else {
			e.ended++
			if err == nil {
				err = c.fits(e, s)
			}
			e.tedious = err != nil && time.Since(now) > tedious
			c.note(e, err)
			e.settle(s, listing, err, time.Now())
			e.later(time.Now(), c.interval)
		}
		c.tell()
	}
}

// fits says whether there is room for what a source holds beside all others, with
// the mutex held.
func (c *Catalog) fits(of *entry, s *snapshot) error {
	size := s.size()
	for _, e := range c.entries {
		if e != of {
			size += e.snapshot.size()
		}
	}
	if size > maxSnapshots {
		return repo.Fail(repo.ErrTooLarge, "all repositories together take more than %d MiB", maxSnapshots>>20).
			Mend("remove one that nobody needs: helm repo rm NAME")
	}
	return nil
}

// list reads a source. What panics is the source's fault, and its alone.
func (c *Catalog) list(ctx context.Context, source Source, mark string) (s *snapshot, listing *repo.Listing, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			c.logger.Error("reading a repository panicked", "repository", source.Name, "stack", string(debug.Stack()))
			err = repo.Fail(repo.ErrInvalid, "reading it ended in an error of the program")
		}
	}()
	b := newBuilder()
	listing, err = source.Repository.List(ctx, mark, b.add)
	if err != nil {
		return nil, nil, err
	}
	s, err = b.snapshot()
	return s, listing, err
}

// note logs what has changed about reading a source.
func (c *Catalog) note(e *entry, err error) {
	failed := err != nil && !errors.Is(err, repo.ErrUnchanged) && !errors.Is(err, repo.ErrUnlisted)
	switch was := e.state.Err; {
	case failed && (was == nil || was.Error() != err.Error()):
		c.logger.Warn("repository cannot be read", "repository", e.source.Name, "url", e.source.Location.String(), "error", err)
	case !failed && was != nil:
		c.logger.Info("repository can be read again", "repository", e.source.Name, "url", e.source.Location.String())
	}
}
