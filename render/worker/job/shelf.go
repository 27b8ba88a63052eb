package job

import (
	"cmp"
	"slices"

	"github.com/helm-dm/helm-dm/chart"
)

// shelf keeps parsed charts, the one used last at the end.
type shelf struct {
	charts []*loaded
	size   int64
}

func (s *shelf) take(digest string) *loaded {
	i := slices.IndexFunc(s.charts, func(c *loaded) bool { return c.digest == digest })
	if i < 0 {
		return nil
	}
	found := s.charts[i]
	s.charts = append(slices.Delete(s.charts, i, i+1), found)
	return found
}

// put adds a chart and drops those used longest ago while there are more than
// count, or more than bytes. A chart that is larger by itself is not kept.
func (s *shelf) put(c *loaded, count int, bytes int64) {
	count, bytes = cmp.Or(count, 64), cmp.Or(bytes, 48<<20)
	if c.size > bytes || s.take(c.digest) != nil {
		return
	}
	s.charts = append(s.charts, c)
	s.size += c.size
	for len(s.charts) > count || s.size > bytes {
		s.size -= s.charts[0].size
		s.charts = slices.Delete(s.charts, 0, 1)
	}
}

// What a chart that has been rendered holds, measured on fifty public ones: trees
// and bound templates take up to parsed times their text, and the rest of a small
// chart about base bytes.
const (
	parsed = 8
	base   = 100 << 10
)

// weight is how much memory a chart is reckoned to take, in bytes.
func weight(c *chart.Chart) int64 {
	out := int64(base)
	for _, f := range c.Raw() {
		out += int64(len(f.Data))
	}
	return out + parsed*source(c)
}

// source is the size of what is parsed of a chart and its subcharts, in bytes.
func source(c *chart.Chart) int64 {
	out := int64(len(c.RawValues()) + len(c.Schema()))
	for _, f := range c.Templates() {
		out += int64(len(f.Data))
	}
	for _, sub := range c.Dependencies() {
		out += source(sub)
	}
	return out
}
