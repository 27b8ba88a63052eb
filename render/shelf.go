package render

import (
	"slices"
	"sync"

	"github.com/helm-dm/helm-dm/chart"
)

// maxIdle is how many parsed programs a chart keeps for later renderings: one
// for each rendering that runs at once, of each shape that values give it.
const maxIdle = 3

// shelf keeps programs that no rendering uses.
type shelf struct {
	mutex sync.Mutex
	idle  []*program // the one that was used last is last
}

// take returns a program for a chart of that shape, nil when there is none.
func (s *shelf) take(shape []branch) *program {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for i, p := range slices.Backward(s.idle) {
		if slices.Equal(p.shape, shape) {
			s.idle = slices.Delete(s.idle, i, i+1)
			return p
		}
	}
	return nil
}

// put keeps a program, in place of the one that has not been used for longest.
func (s *shelf) put(p *program) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if len(s.idle) == maxIdle {
		s.idle = slices.Delete(s.idle, 0, 1)
	}
	s.idle = append(s.idle, p)
}

// branch is a chart of a configured tree as far as its templates go: its name
// and which files it has. Charts are immutable, so the first file stands for all.
type branch struct {
	name            string
	template, other *chart.File
	templates       int
	others          int
	subcharts       int
}

// shapeOf returns the charts of a tree, parents before their subcharts.
func shapeOf(c *chart.Chart) []branch {
	templates, others, subcharts := c.Templates(), c.Files(), c.Dependencies()
	out := []branch{{c.Name(), first(templates), first(others), len(templates), len(others), len(subcharts)}}
	for _, sub := range subcharts {
		out = append(out, shapeOf(sub)...)
	}
	return out
}

func first(list []chart.File) *chart.File {
	if len(list) == 0 {
		return nil
	}
	return &list[0]
}
