package worker

import "time"

// clock calls a function once a job has run for its time. Pauses do not count.
type clock struct {
	timer   *time.Timer
	left    time.Duration
	since   time.Time
	expired bool // the function was called, or is about to be
}

func newClock(limit time.Duration, expired func()) *clock {
	return &clock{timer: time.AfterFunc(limit, expired), left: limit, since: time.Now()}
}

func (c *clock) pause() {
	c.expired = !c.timer.Stop() || c.expired
	c.left -= time.Since(c.since)
}

func (c *clock) resume() {
	c.since = time.Now()
	c.timer.Reset(max(c.left, 0))
}

// stop says whether the time was not up.
func (c *clock) stop() bool {
	c.expired = !c.timer.Stop() || c.expired
	return !c.expired
}
