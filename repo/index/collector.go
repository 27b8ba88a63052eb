package index

import (
	"errors"
	"fmt"
	"hash/maphash"

	"github.com/helm-dm/helm-dm/repo"
)

const maxFaults = 10 // that are told

var errNoList = errors.New("it holds no list of versions")

// Result is what reading an index has learned besides its releases.
type Result struct {
	// Broken counts the entries that were set aside, Faults says of the first few
	// of them what is wrong.
	Broken int
	Faults []error
}

// collector makes releases of the charts and entries of an index, in the order in
// which they come.
type collector struct {
	result  Result
	each    func(repo.Release) error
	entries int

	charts   seen   // that came already
	chart    string // the one that the entries belong to
	twice    bool   // it came before
	position int    // of the last entry of it
	versions seen   // of it
}

// newCollector hands every good release to each.
func newCollector(each func(repo.Release) error) *collector {
	return &collector{each: each, charts: newSeen()}
}

// open begins a chart.
func (c *collector) open(chart string) error {
	c.chart, c.twice, c.position, c.versions = chart, c.charts.add(chart), 0, newSeen()
	if c.twice {
		c.setAside(errors.New("it is listed twice"))
	}
	return c.count(len(c.charts.hashes))
}

// entry takes one version of the chart that is open; a value that cannot be read
// comes with an error.
func (c *collector) entry(value any, err error) error {
	if c.twice {
		return nil
	}
	c.entries++
	c.position++
	if err := c.count(c.entries); err != nil {
		return err
	}
	var release repo.Release
	if err == nil {
		release, err = read(value)
	}
	switch {
	case err != nil:
	case release.Name != c.chart:
		err = fmt.Errorf("its name is %.100q", release.Name)
	case c.versions.add(release.Version):
		err = fmt.Errorf("version %q is listed twice", release.Version)
	}
	if err != nil {
		c.setAside(fmt.Errorf("entry %d: %w", c.position, err))
		return nil
	}
	return c.each(release)
}

// seen remembers texts in few bytes each, by hashes whose seed nobody can guess.
type seen struct {
	seed   maphash.Seed
	hashes map[uint64]struct{}
}

func newSeen() seen { return seen{maphash.MakeSeed(), map[uint64]struct{}{}} }

// add says whether the text came before.
func (s *seen) add(text string) (again bool) {
	hash := maphash.String(s.seed, text)
	_, again = s.hashes[hash]
	s.hashes[hash] = struct{}{}
	return again
}

// list takes all versions of the chart that is open.
func (c *collector) list(value any) error {
	list, ok := value.([]any)
	if !ok && value != nil && !c.twice {
		c.setAside(errNoList)
	}
	for _, item := range list {
		if err := c.entry(item, nil); err != nil {
			return err
		}
	}
	return nil
}

// setAside counts something that is wrong with the chart that is open.
func (c *collector) setAside(err error) {
	c.result.Broken++
	if len(c.result.Faults) < maxFaults {
		c.result.Faults = append(c.result.Faults, fmt.Errorf("chart %.100q: %w", c.chart, err))
	}
}

func (c *collector) count(n int) error {
	if n > repo.MaxReleases {
		return repo.Fail(repo.ErrTooLarge, "the index has more than %d entries", repo.MaxReleases)
	}
	return nil
}
