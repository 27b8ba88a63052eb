package catalog

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/helm-dm/helm-dm/repo"
)

const (
	maxBackoff = 30 * time.Minute
	minBackoff = 15 * time.Second
)

// entry is a source with what is known of it. The catalogue's mutex guards it;
// the snapshot itself never changes.
type entry struct {
	source   Source
	snapshot *snapshot // nil until it was read
	state    State
	mark     string

	begun    int       // readings, of which at most one is under way
	ended    int       // of them
	wanted   int       // the reading that somebody waits for
	asked    time.Time // when the last one that somebody waited for began
	due      time.Time // when the next one is to begin; zero: now
	failures int       // in a row
	tedious  bool      // the last one failed, and took long to
	cancel   context.CancelFunc
}

// ask wants one more reading than have begun and returns its number.
func (e *entry) ask() int {
	e.wanted = e.begun + 1
	return e.wanted
}

// next returns when the next reading is to begin; ok is false while one is under
// way.
func (e *entry) next(pause time.Duration) (at time.Time, ok bool) {
	at = e.due
	if e.wanted > e.begun {
		if soon := e.asked.Add(pause); soon.Before(at) {
			at = soon
		}
	}
	return at, e.begun == e.ended
}

// begin counts a reading.
func (e *entry) begin(now time.Time) {
	if e.begun++; e.wanted == e.begun {
		e.asked = now
	}
}

// settle takes what a reading has brought.
func (e *entry) settle(s *snapshot, listing *repo.Listing, err error, now time.Time) {
	switch {
	case errors.Is(err, repo.ErrUnlisted):
		e.snapshot, e.mark, e.failures = &snapshot{}, "", 0
		e.state = State{Kind: repo.KindOCI, Refreshed: now}
	case errors.Is(err, repo.ErrUnchanged) && e.snapshot != nil:
		e.failures, e.state.Err, e.state.Refreshed = 0, nil, now
	case err != nil:
		e.failures++
		e.state.Err = err
	default:
		e.snapshot, e.mark, e.failures = s, listing.Mark, 0
		e.state = State{
			Kind: listing.Kind, Charts: len(s.charts), Versions: len(s.releases), Refreshed: now,
			Broken: listing.Broken, Faults: listing.Faults,
		}
	}
}

// later says when the next reading is to begin: after an interval, or a while
// that doubles with every failure.
func (e *entry) later(now time.Time, interval time.Duration) {
	wait := interval
	if e.failures > 0 {
		wait = min(min(minBackoff, interval)<<min(e.failures-1, 20), maxBackoff)
	}
	e.due = now.Add(time.Duration(float64(wait) * (0.8 + 0.4*rand.Float64()))) //nolint:gosec // spreads the load, hides nothing
}
