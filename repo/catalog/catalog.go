package catalog

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/helm-dm/helm-dm/repo"
)

// Source is a repository as the catalogue knows it.
type Source struct {
	Name       string // of the API object: unique
	Location   repo.Location
	Version    string // another one means that it has to be read anew
	Repository repo.Repository
}

// Config is what a catalogue is made of. Its zero value works.
type Config struct {
	Logger   *slog.Logger  // nil: the default one
	Interval time.Duration // between two readings of a repository; 0: 5 minutes
	Pause    time.Duration // at least, between two readings that are asked for; 0: 5 seconds
}

// Catalog is the catalogue. Its methods may be called by any number of
// goroutines.
type Catalog struct {
	logger   *slog.Logger
	interval time.Duration
	pause    time.Duration
	wake     chan struct{} // of Run: something may have to be read

	mutex   sync.Mutex
	entries map[string]*entry // by the name of the source
	reading int               // readings under way
	healing int               // of them, those of sources that were tedious
	news    chan struct{}     // closed when a reading has ended or the sources have changed
}

// New returns an empty catalogue.
func New(c Config) *Catalog {
	logger := c.Logger
	if logger == nil {
		logger = slog.Default()
	}
	interval, pause := c.Interval, c.Pause
	if interval <= 0 {
		interval = 5 * time.Minute
	}
	if pause <= 0 {
		pause = 5 * time.Second
	}
	return &Catalog{
		logger: logger, interval: interval, pause: pause,
		wake: make(chan struct{}, 1), entries: map[string]*entry{}, news: make(chan struct{}),
	}
}

// Set says which sources there are from now on. One whose Location or Version
// changed is read anew; until then what is known of it stays if the Location is
// the same. A reading of one that is gone or has changed is broken off.
func (c *Catalog) Set(sources []Source) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	old := c.entries
	c.entries = map[string]*entry{}
	for _, s := range sources {
		e := old[s.Name]
		switch {
		case e == nil || e.source.Location != s.Location:
			e = &entry{}
		case e.source.Version != s.Version:
			e = &entry{snapshot: e.snapshot, state: e.state}
		}
		e.source = s
		c.entries[s.Name] = e
	}
	for name, e := range old {
		if c.entries[name] != e && e.cancel != nil {
			e.cancel()
		}
	}
	c.tell()
}

// tell wakes all who wait, with the mutex held.
func (c *Catalog) tell() {
	close(c.news)
	c.news = make(chan struct{})
	select {
	case c.wake <- struct{}{}:
	default: // it will wake anyway
	}
}

// Releases returns what a source holds of a chart, the newest first; ok is false
// for a chart that is not known.
func (c *Catalog) Releases(name, chart string) (releases []repo.Release, ok bool) {
	c.mutex.Lock()
	var now *snapshot // a reading that ends replaces it
	if e := c.entries[name]; e != nil {
		now = e.snapshot
	}
	c.mutex.Unlock()
	if now == nil {
		return nil, false
	}
	found, ok := now.chart(chart)
	if !ok {
		return nil, false
	}
	return now.all(found), true
}

// Ready waits until a source has been read since it is known, well or badly. Its
// error is that of the context; a name that is none matches repo.ErrNotFound.
func (c *Catalog) Ready(ctx context.Context, name string) error {
	for {
		c.mutex.Lock()
		e, news := c.entries[name], c.news
		read := e != nil && e.ended > 0
		c.mutex.Unlock()
		switch {
		case e == nil:
			return unknown(name)
		case read:
			return nil
		}
		if err := wait(ctx, news); err != nil {
			return err
		}
	}
}

func unknown(name string) error {
	return repo.Fail(repo.ErrNotFound, "there is no repository %q in the catalogue", name)
}

func wait(ctx context.Context, news <-chan struct{}) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-news:
		return nil
	}
}

// Changed says that a source is known to have changed: the next reading that
// somebody asks for begins without a pause.
func (c *Catalog) Changed(name string) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if e := c.entries[name]; e != nil {
		e.asked = time.Time{}
	}
}

// Refresh reads a source, and returns when it was read by a reading that began
// after the call. Those who wait share it, and it begins no sooner than a pause
// after the last one that somebody waited for, unless the source has Changed. Its
// error is that of the reading, or of the context. A name that is none matches
// repo.ErrNotFound. Run has to run.
func (c *Catalog) Refresh(ctx context.Context, name string) error {
	var asked *entry
	var wanted int
	for {
		c.mutex.Lock()
		e, news := c.entries[name], c.news
		switch {
		case e == nil:
			c.mutex.Unlock()
			return unknown(name)
		case e != asked:
			asked, wanted = e, e.ask()
			c.tell()
			news = c.news
		case e.ended >= wanted:
			err := e.state.Err
			c.mutex.Unlock()
			return err
		}
		c.mutex.Unlock()
		if err := wait(ctx, news); err != nil {
			return err
		}
	}
}
