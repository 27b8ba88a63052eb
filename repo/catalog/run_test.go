package catalog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/helm-dm/helm-dm/repo"
)

const url = "https://example.com/charts"

// TestInterval reads a source again and again, at an interval that varies by a
// fifth, and says what it knows already.
func TestInterval(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := holding(repo.Release{Name: "foo", Version: "1.0.0"})
		c := New(Config{Interval: time.Minute})
		s := source(t, url, m)
		c.Set([]Source{s})
		stop := run(t.Context(), t, c)
		time.Sleep(20 * time.Minute)
		stop()
		times := m.times()
		for i := 1; i < len(times); i++ {
			if gap := times[i].Sub(times[i-1]); gap < 48*time.Second || gap > 72*time.Second {
				t.Errorf("the gap is %s", gap)
			}
		}
		if len(times) < 16 || times[1].Sub(times[0]) == times[2].Sub(times[1]) {
			t.Errorf("read at %v", times)
		}
		if m.marks[0] != "" || m.marks[1] != "mark" || m.marks[2] != "mark" {
			t.Errorf("marks %q", m.marks)
		}
	})
}

// TestFailure keeps the last good state, tells the error, and asks less and less
// often.
func TestFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := holding(repo.Release{Name: "foo", Version: "1.0.0"})
		var log bytes.Buffer
		c := New(Config{Interval: time.Minute, Logger: slog.New(slog.NewTextHandler(&log, nil))})
		s := source(t, url, m)
		c.Set([]Source{s})
		stop := run(t.Context(), t, c)
		synctest.Wait()
		good, _ := c.State(s.Name)
		failure := repo.Fail(repo.ErrUnavailable, "nobody answers")
		m.fail(failure)
		time.Sleep(6 * time.Hour)
		state, _ := c.State(s.Name)
		good.Err = failure
		if _, ok := c.Releases(s.Name, "foo"); !ok || !errors.Is(state.Err, failure) || state.Charts != 1 || state.Refreshed != good.Refreshed {
			t.Errorf("got %+v, want %+v", state, good)
		}
		times := m.times()
		for i, wait := range []float64{60, 15, 30, 60, 120, 240, 480, 960, 1800, 1800} {
			if gap := times[i+1].Sub(times[i]).Seconds(); gap < 0.8*wait || gap > 1.2*wait {
				t.Errorf("gap %d is %v s, want about %v s", i, gap, wait)
			}
		}
		m.answer(holding().list)
		if err := c.Refresh(t.Context(), s.Name); err != nil {
			t.Error(err)
		}
		if state, _ := c.State(s.Name); state.Err != nil || state.Charts != 0 || state.Refreshed != time.Now() {
			t.Errorf("got %+v", state)
		}
		stop()
		if strings.Count(log.String(), "\n") != 2 || !strings.Contains(log.String(), "nobody answers") || !strings.Contains(log.String(), "can be read again") {
			t.Errorf("logged %s", &log)
		}
	})
}

// ending is a way in which a reading may end, of a source that held one chart.
type ending struct {
	answer func(context.Context, string, func(repo.Release) error) (*repo.Listing, error)
	charts int
	kind   error
	state  State
}

func endings() map[string]ending {
	foo := repo.Release{Name: "foo", Version: "1.0.0"}
	fault := errors.New("entry 1: it is empty")
	return map[string]ending{
		"unchanged": {
			answer: func(context.Context, string, func(repo.Release) error) (*repo.Listing, error) {
				return nil, repo.ErrUnchanged
			},
			charts: 1, state: State{Kind: repo.KindIndex},
		},
		"unlisted": {
			answer: func(context.Context, string, func(repo.Release) error) (*repo.Listing, error) {
				return nil, repo.Fail(repo.ErrUnlisted, "it does not tell")
			},
			state: State{Kind: repo.KindOCI},
		},
		"entries set aside": {
			answer: func(_ context.Context, _ string, each func(repo.Release) error) (*repo.Listing, error) {
				return &repo.Listing{Kind: repo.KindBucket, Broken: 1, Faults: []error{fault}}, errors.Join(each(foo), each(repo.Release{Name: "bar", Version: "1.0.0"}))
			},
			charts: 2, state: State{Kind: repo.KindBucket, Broken: 1, Faults: []error{fault}},
		},
		"an error half way": {
			answer: func(_ context.Context, _ string, each func(repo.Release) error) (*repo.Listing, error) {
				return nil, errors.Join(each(repo.Release{Name: "bar", Version: "1.0.0"}), repo.ErrUnavailable)
			},
			charts: 1, kind: repo.ErrUnavailable, state: State{Kind: repo.KindIndex},
		},
		"a panic": {
			answer: func(context.Context, string, func(repo.Release) error) (*repo.Listing, error) { panic("secret") },
			charts: 1, kind: repo.ErrInvalid, state: State{Kind: repo.KindIndex},
		},
		"no end": {
			answer: func(ctx context.Context, _ string, _ func(repo.Release) error) (*repo.Listing, error) {
				<-ctx.Done()
				return nil, ctx.Err()
			},
			charts: 1, kind: context.DeadlineExceeded, state: State{Kind: repo.KindIndex},
		},
		"too many": {
			answer: func(_ context.Context, _ string, each func(repo.Release) error) (*repo.Listing, error) {
				for i := 0; ; i++ {
					if err := each(foo); err != nil {
						return nil, err
					}
				}
			},
			charts: 1, kind: repo.ErrTooLarge, state: State{Kind: repo.KindIndex},
		},
		"a long text": {
			answer: func(_ context.Context, _ string, each func(repo.Release) error) (*repo.Listing, error) {
				return nil, each(repo.Release{Name: "foo", Version: "1.0.0", Description: strings.Repeat("x", maxText+1)})
			},
			charts: 1, kind: repo.ErrTooLarge, state: State{Kind: repo.KindIndex},
		},
		"long texts": {
			answer: func(_ context.Context, _ string, each func(repo.Release) error) (*repo.Listing, error) {
				for i := 0; ; i++ {
					if err := each(repo.Release{Name: "foo", Version: "1.0.0", Description: fmt.Sprintf("%0*d", maxText, i)}); err != nil {
						return nil, err
					}
				}
			},
			charts: 1, kind: repo.ErrTooLarge, state: State{Kind: repo.KindIndex},
		},
		"another digest": {
			answer: func(_ context.Context, _ string, each func(repo.Release) error) (*repo.Listing, error) {
				return nil, each(repo.Release{Name: "foo", Version: "1.0.0", Digest: "md5:x"})
			},
			charts: 1, kind: repo.ErrInvalid, state: State{Kind: repo.KindIndex},
		},
	}
}

func TestEndings(t *testing.T) {
	t.Parallel()
	for name, c := range endings() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				m, other := holding(repo.Release{Name: "foo", Version: "1.0.0"}), holding(repo.Release{Name: "foo", Version: "1.0.0"})
				var log bytes.Buffer
				catalog := New(Config{Logger: slog.New(slog.NewTextHandler(&log, nil))})
				s := source(t, url, m)
				catalog.Set([]Source{s, source(t, "s3://other", other)})
				stop := run(t.Context(), t, catalog)
				synctest.Wait()
				m.answer(c.answer)
				err := catalog.Refresh(t.Context(), s.Name)
				if !errors.Is(err, c.kind) {
					t.Errorf("got %v, want %v", err, c.kind)
				}
				state, _ := catalog.State(s.Name)
				if err == nil && state.Refreshed != time.Now() || !errors.Is(state.Err, err) {
					t.Errorf("got %+v", state)
				}
				c.state.Charts, c.state.Versions, c.state.Refreshed, c.state.Err = c.charts, c.charts, state.Refreshed, state.Err
				if diff := cmp.Diff(fmt.Sprintf("%+v", c.state), fmt.Sprintf("%+v", state)); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				if found, _ := catalog.Search(Query{Pattern: "foo"}); len(found) != min(c.charts, 1)+1 {
					t.Errorf("found %v", found)
				}
				stop()
				if strings.Contains(log.String(), "secret") {
					t.Errorf("logged %s", &log)
				}
			})
		})
	}
}

// TestRefresh shares readings among those who wait, begins them after the call,
// and not too often.
func TestRefresh(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var busy, most atomic.Int32
		m := &memory{}
		m.answer(func(_ context.Context, _ string, each func(repo.Release) error) (*repo.Listing, error) {
			most.Store(max(most.Load(), busy.Add(1)))
			defer busy.Add(-1)
			time.Sleep(time.Second)
			return &repo.Listing{Kind: repo.KindIndex}, each(repo.Release{Name: "foo", Version: "1.0.0"})
		})
		c := New(Config{})
		s := source(t, url, m)
		c.Set([]Source{s})
		stop := run(t.Context(), t, c)
		begin := time.Now()
		var all sync.WaitGroup
		for i := range 100 {
			all.Go(func() {
				time.Sleep(time.Duration(i+1) * 100 * time.Millisecond)
				asked := time.Now()
				if err := c.Refresh(t.Context(), s.Name); err != nil {
					t.Error(err)
				}
				last := m.times()[len(m.times())-1]
				if last.Before(asked) {
					t.Errorf("read at %v, asked at %v", last, asked)
				}
			})
		}
		all.Wait()
		stop()
		var at []time.Duration
		for _, when := range m.times() {
			at = append(at, when.Sub(begin))
		}
		want := []time.Duration{0, time.Second, 6 * time.Second, 11 * time.Second}
		if diff := cmp.Diff(want, at); diff != "" || most.Load() != 1 {
			t.Errorf("%d at a time, (-want +got):\n%s", most.Load(), diff)
		}
	})
}

// TestChanged asks for a reading after each of several changes: none pauses.
func TestChanged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := New(Config{})
		s := source(t, url, holding())
		c.Set([]Source{s})
		stop := run(t.Context(), t, c)
		begin := time.Now()
		refresh := func(after time.Duration) {
			t.Helper()
			if err := c.Refresh(t.Context(), s.Name); err != nil || time.Since(begin) != after {
				t.Errorf("after %v, want %v (%v)", time.Since(begin), after, err)
			}
		}
		refresh(0)
		for range 3 {
			c.Changed(s.Name)
			refresh(0)
		}
		refresh(5 * time.Second)
		c.Changed("none")
		stop()
	})
}

func TestRefreshEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &memory{}
		ended := false
		m.answer(func(ctx context.Context, _ string, _ func(repo.Release) error) (*repo.Listing, error) {
			<-ctx.Done()
			ended = true
			return nil, ctx.Err()
		})
		c := New(Config{})
		s := source(t, url, m)
		if err := c.Refresh(t.Context(), s.Name); !errors.Is(err, repo.ErrNotFound) {
			t.Errorf("got %v", err)
		}
		c.Set([]Source{s})
		stop := run(t.Context(), t, c)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := c.Refresh(ctx, s.Name); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		go func() {
			time.Sleep(time.Second)
			c.Set(nil)
		}()
		if err := c.Refresh(t.Context(), s.Name); !errors.Is(err, repo.ErrNotFound) {
			t.Errorf("got %v", err)
		}
		synctest.Wait()
		if _, ok := c.State(s.Name); ok || !ended {
			t.Error("it is still there")
		}
		stop()
	})
}

// TestReady waits for the first reading, whatever comes of it, and asks for none.
func TestReady(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &memory{}
		m.answer(func(context.Context, string, func(repo.Release) error) (*repo.Listing, error) {
			time.Sleep(time.Minute)
			return nil, repo.ErrUnavailable
		})
		c := New(Config{Logger: slog.New(slog.DiscardHandler)})
		stop := run(t.Context(), t, c)
		s := source(t, url, m)
		if err := c.Ready(t.Context(), s.Name); !errors.Is(err, repo.ErrNotFound) {
			t.Errorf("got %v", err)
		}
		c.Set([]Source{s})
		begin := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := c.Ready(ctx, s.Name); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		for range 2 {
			if err := c.Ready(t.Context(), s.Name); err != nil || time.Since(begin) != time.Minute || len(m.times()) != 1 {
				t.Errorf("got %v after %s and %d readings", err, time.Since(begin), len(m.times()))
			}
		}
		stop()
	})
}

// TestSet keeps what is known of a source that stays, reads one anew whose
// version is another, and forgets one that lies elsewhere.
func TestSet(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := holding(repo.Release{Name: "foo", Version: "1.0.0"})
		c := New(Config{Logger: slog.New(slog.DiscardHandler)})
		stop := run(t.Context(), t, c)
		s := source(t, url, m)
		check := func(readings, charts int) {
			t.Helper()
			if state, _ := c.State(s.Name); len(m.times()) != readings || state.Charts != charts {
				t.Errorf("%d readings, %+v", len(m.times()), state)
			}
		}
		c.Set([]Source{s})
		synctest.Wait()
		check(1, 1)
		c.Set([]Source{s, source(t, "s3://other", holding())})
		synctest.Wait()
		check(1, 1)
		m.fail(repo.ErrUnauthorized)
		s.Version = "2"
		c.Set([]Source{s})
		synctest.Wait()
		check(2, 1)
		if m.marks[1] != "" {
			t.Errorf("marks %q", m.marks)
		}
		s.Location = source(t, "http://example.com/charts", nil).Location
		c.Set([]Source{s})
		synctest.Wait()
		check(3, 0)
		stop()
	})
}

// TestReaders reads no more than four sources at a time, and all of them.
func TestReaders(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var busy, most atomic.Int32
		m := &memory{}
		m.answer(func(context.Context, string, func(repo.Release) error) (*repo.Listing, error) {
			most.Store(max(most.Load(), busy.Add(1)))
			defer busy.Add(-1)
			time.Sleep(time.Second)
			return &repo.Listing{}, nil
		})
		c := New(Config{})
		var sources []Source
		for i := range 10 {
			sources = append(sources, source(t, fmt.Sprintf("s3://bucket-%d", i), m))
		}
		c.Set(sources)
		stop := run(t.Context(), t, c)
		time.Sleep(4 * time.Second)
		if len(m.times()) != 10 || most.Load() != readers {
			t.Errorf("%d readings, %d at a time", len(m.times()), most.Load())
		}
		stop()
	})
}

// TestHealers reads what fails slowly in one reader, and all else in the others.
func TestHealers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var busy, most atomic.Int32
		slow := &memory{}
		slow.answer(func(ctx context.Context, _ string, _ func(repo.Release) error) (*repo.Listing, error) {
			if len(slow.times()) > 6 { // each has failed once
				most.Store(max(most.Load(), busy.Add(1)))
				defer busy.Add(-1)
			}
			<-ctx.Done()
			return nil, ctx.Err()
		})
		c := New(Config{Interval: time.Minute, Logger: slog.New(slog.DiscardHandler)})
		var sources []Source
		for i := range 6 {
			sources = append(sources, source(t, fmt.Sprintf("s3://slow-%d", i), slow))
		}
		c.Set(sources)
		stop := run(t.Context(), t, c)
		time.Sleep(2*longest + time.Second)
		quick := holding(repo.Release{Name: "foo", Version: "1.0.0"})
		broken := &memory{}
		broken.answer(func(context.Context, string, func(repo.Release) error) (*repo.Listing, error) {
			return nil, repo.Fail(repo.ErrUnavailable, "down")
		})
		c.Set(append(sources, source(t, "s3://quick", quick), source(t, "s3://broken", broken)))
		time.Sleep(time.Hour)
		if got := len(quick.times()); got < 50 || most.Load() != healers {
			t.Errorf("%d readings of what is quick, and %d at a time of what is not", got, most.Load())
		}
		if err := c.Refresh(t.Context(), source(t, "s3://broken", nil).Name); !errors.Is(err, repo.ErrUnavailable) || time.Since(broken.times()[len(broken.times())-1]) > 0 {
			t.Errorf("what fails at once waited for what is slow: %v", err)
		}
		stop()
	})
}

// TestRoom leaves what it knows where there is no room for more.
func TestRoom(t *testing.T) {
	t.Parallel()
	many := func(number int) *memory {
		m := &memory{}
		m.answer(func(_ context.Context, _ string, each func(repo.Release) error) (*repo.Listing, error) {
			text := strings.Repeat("x", 8<<10)
			for i := range number {
				if err := each(repo.Release{Name: "foo", Version: fmt.Sprintf("%d.0.0", i), Description: fmt.Sprint(i, text)}); err != nil {
					return nil, err
				}
			}
			return &repo.Listing{Kind: repo.KindIndex}, nil
		})
		return m
	}
	c := New(Config{Logger: slog.New(slog.DiscardHandler), Pause: time.Nanosecond})
	stop := run(t.Context(), t, c)
	defer stop()
	var sources []Source
	const full = 7000 // fifty-odd MiB
	for i, number := range []int{full, full, full, 10} {
		m := many(number)
		sources = append(sources, source(t, fmt.Sprintf("s3://bucket-%d", i), m))
		c.Set(sources)
		if err := c.Refresh(t.Context(), sources[i].Name); err != nil {
			t.Fatal(err)
		}
	}
	small := sources[3]
	for _, test := range []struct {
		number int
		says   string
	}{{2 * full, "what it holds takes more than 64 MiB"}, {full, "all repositories together take more than 192 MiB"}} {
		small.Repository.(*memory).answer(many(test.number).list)
		err := c.Refresh(t.Context(), small.Name)
		if !errors.Is(err, repo.ErrTooLarge) || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%d releases more: %v, want %q", test.number, err, test.says)
		}
		if state, _ := c.State(small.Name); state.Versions != 10 || !errors.Is(state.Err, repo.ErrTooLarge) {
			t.Errorf("%+v", state)
		}
	}
	c.Set(sources[1:])
	if err := c.Refresh(t.Context(), small.Name); err != nil {
		t.Errorf("there is room again, but: %v", err)
	}
}

// TestAtOnce does everything at the same time, for the race detector.
func TestAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := New(Config{Interval: time.Second, Pause: time.Second})
		stop := run(t.Context(), t, c)
		var sources []Source
		for i := range 5 {
			sources = append(sources, source(t, fmt.Sprintf("s3://bucket-%d", i), holding(repo.Release{Name: "foo", Version: "1.0.0"})))
		}
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				for j := range 50 {
					c.Set(sources[:1+(i+j)%5])
					c.Search(Query{Pattern: "foo"})
					c.State(sources[0].Name)
					c.Releases(sources[0].Name, "foo")
					if err := c.Refresh(t.Context(), sources[0].Name); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		stop()
	})
}

// TestReleasesMeanwhile asks for a chart while it moves from one place of the
// snapshot to another.
func TestReleasesMeanwhile(t *testing.T) {
	t.Parallel()
	m := &memory{}
	readings := 0
	m.answer(func(_ context.Context, _ string, each func(repo.Release) error) (*repo.Listing, error) {
		readings++
		for i := range 300 * (readings % 2) {
			if err := each(repo.Release{Name: fmt.Sprintf("a%03d", i), Version: "1.0.0"}); err != nil {
				return nil, err
			}
		}
		return &repo.Listing{Kind: repo.KindIndex}, each(repo.Release{Name: "z", Version: "9.0.0"})
	})
	c := New(Config{Pause: time.Nanosecond})
	s := source(t, url, m)
	c.Set([]Source{s})
	stop := run(t.Context(), t, c)
	defer stop()
	if err := c.Ready(t.Context(), s.Name); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 500 {
			if err := c.Refresh(t.Context(), s.Name); err != nil {
				t.Error(err)
			}
		}
	}()
	for {
		if found, ok := c.Releases(s.Name, "z"); !ok || len(found) != 1 || found[0].Name != "z" || found[0].Version != "9.0.0" {
			t.Fatalf("got %v, %t", found, ok)
		}
		select {
		case <-done:
			return
		default:
		}
	}
}
