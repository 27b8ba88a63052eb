package catalog

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/helm-dm/helm-dm/repo"
)

// memory is a repository whose listing the test decides.
type memory struct {
	repo.Repository // what the catalogue never calls

	mutex sync.Mutex
	list  func(ctx context.Context, mark string, each func(repo.Release) error) (*repo.Listing, error)
	at    []time.Time // of all readings
	marks []string
}

func (m *memory) List(ctx context.Context, mark string, each func(repo.Release) error) (*repo.Listing, error) {
	m.mutex.Lock()
	list := m.list
	m.at, m.marks = append(m.at, time.Now()), append(m.marks, mark)
	m.mutex.Unlock()
	return list(ctx, mark, each)
}

func (m *memory) answer(list func(ctx context.Context, mark string, each func(repo.Release) error) (*repo.Listing, error)) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.list = list
}

// fail lets all readings end with an error.
func (m *memory) fail(err error) {
	m.answer(func(context.Context, string, func(repo.Release) error) (*repo.Listing, error) { return nil, err })
}

// times returns when it was read.
func (m *memory) times() []time.Time {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return append([]time.Time(nil), m.at...)
}

// holding makes a repository of releases.
func holding(releases ...repo.Release) *memory {
	m := &memory{}
	m.answer(func(_ context.Context, _ string, each func(repo.Release) error) (*repo.Listing, error) {
		for _, r := range releases {
			if err := each(r); err != nil {
				return nil, err
			}
		}
		return &repo.Listing{Kind: repo.KindIndex, Mark: "mark"}, nil
	})
	return m
}

func source(t testing.TB, url string, r repo.Repository) Source {
	t.Helper()
	location, err := repo.ParseLocation(url)
	if err != nil {
		t.Fatal(err)
	}
	return Source{Name: location.Name(), Location: location, Version: "1", Repository: r}
}

// run runs a catalogue until the test ends; in a bubble of synctest, until its
// context does.
func run(ctx context.Context, t testing.TB, c *Catalog) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx) }()
	return func() {
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("running ended with %v", err)
		}
	}
}

// filled is a catalogue that has read its sources.
func filled(t testing.TB, sources ...Source) *Catalog {
	t.Helper()
	c := New(Config{Pause: time.Millisecond})
	stop := run(t.Context(), t, c)
	c.Set(sources)
	for _, s := range sources {
		if err := c.Refresh(t.Context(), s.Name); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	return c
}
