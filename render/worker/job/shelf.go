package job

import (
	"cmp"
	"slices"
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
