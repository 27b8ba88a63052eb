package catalog

import (
	"time"

	"github.com/helm-dm/helm-dm/repo"
)

// State is what is known about a source.
type State struct {
	Kind      repo.Kind // empty until it was read
	Charts    int
	Versions  int
	Refreshed time.Time // when it was last read or found unchanged; zero: never
	Err       error     // of the last attempt, nil when that was good
	Broken    int       // entries that were set aside
	Faults    []error   // of the first few of them
}

// State returns what is known about a source.
func (c *Catalog) State(name string) (State, bool) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	e := c.entries[name]
	if e == nil {
		return State{}, false
	}
	return e.state, true
}
