package catalog

import (
	"cmp"
	"slices"
	"strings"

	"github.com/helm-dm/helm-dm/repo"
)

// Query asks for charts.
type Query struct {
	Pattern  string // words, all of which have to match, in any case; *, ? and [] as in path.Match; empty for everything
	Versions bool   // every version of a chart instead of one
	Limit    int    // at most so many; 0 for all
	// Allowed says whether a source may be searched. It is called once for each,
	// before the search; nil allows all.
	Allowed func(name string) bool
}

// Found is a chart that a query found, or one version of it.
type Found struct {
	Source  string // its name
	Key     string // of its location: it is printed as helm:KEY/NAME
	Release repo.Release
}

// Search returns what a query finds, and how much more there is beyond its limit.
// Charts of which the name is the pattern come first, then names that begin with
// it, names that hold it, charts whose texts have a word that is or begins with
// it, and what holds it anywhere. Names that are almost the pattern are found
// where nothing else is. A word with *, ? or [ has to match all of the name, or of
// the reference. Equals are in the order of their references, deprecated charts
// last.
func (c *Catalog) Search(q Query) (found []Found, more int) {
	shelves := c.shelves(q.Allowed)
	words := strings.Fields(strings.ToLower(q.Pattern))
	if len(words) > maxWords {
		return nil, 0
	}
	hits := scan(shelves, words, false)
	if len(hits) == 0 && len(words) > 0 {
		hits = scan(shelves, words, true)
	}
	slices.SortFunc(hits, func(a, b hit) int { return a.compare(b) })
	for _, h := range hits {
		rows := int(h.chart.count)
		if !q.Versions {
			rows = 1
		}
		take := rows
		if q.Limit > 0 {
			take = min(rows, q.Limit-len(found))
		}
		more += rows - take
		found = h.write(found, take, q.Versions)
	}
	return found, more
}

// maxWords is how many words a pattern may have before it finds nothing.
const maxWords = 32

// shelf is a source that is searched.
type shelf struct {
	name, key string
	lower     string // of the key
	*snapshot
}

// shelves returns the sources that may be searched, by their keys.
func (c *Catalog) shelves(allowed func(string) bool) []shelf {
	c.mutex.Lock()
	var all []shelf
	for name, e := range c.entries {
		key := e.source.Location.Key()
		all = append(all, shelf{name: name, key: key, lower: strings.ToLower(key), snapshot: e.snapshot})
	}
	c.mutex.Unlock()
	all = slices.DeleteFunc(all, func(s shelf) bool { return allowed != nil && !allowed(s.name) || s.snapshot == nil })
	slices.SortFunc(all, func(a, b shelf) int { return strings.Compare(a.key, b.key) })
	return all
}

// hit is a chart that matches.
type hit struct {
	shelf *shelf
	chart chartRow
	name  string
	rank  int
	last  bool // it is deprecated
}

func (h hit) compare(other hit) int {
	if h.last != other.last {
		if h.last {
			return 1
		}
		return -1
	}
	return cmp.Or(cmp.Compare(h.rank, other.rank), strings.Compare(h.shelf.key, other.shelf.key), strings.Compare(h.name, other.name))
}

func (h hit) write(found []Found, count int, versions bool) []Found {
	first := h.chart.best
	if versions {
		first = h.chart.first
	}
	for i := range count {
		release := h.shelf.release(h.chart, first+uint32(i))
		found = append(found, Found{Source: h.shelf.name, Key: h.shelf.key, Release: release})
	}
	return found
}

// scan returns the charts that match, in no order.
func scan(shelves []shelf, words []string, almost bool) []hit {
	var hits []hit
	for i := range shelves {
		s := &shelves[i]
		for _, c := range s.charts {
			if r, ok := s.match(c, words, almost); ok {
				hits = append(hits, hit{shelf: s, chart: c, name: s.texts.get(c.name), rank: r, last: s.releases[c.best].flags&deprecated != 0})
			}
		}
	}
	return hits
}

// match ranks a chart: by the word that matches worst, then by all of them.
func (s *shelf) match(c chartRow, words []string, almost bool) (order int, ok bool) {
	text := s.texts.get(c.search)
	name := text[:strings.Index(text, separator)]
	worst, sum := exact, 0
	for _, word := range words {
		r := s.rank(text, name, word)
		if r == none && almost && !isGlob(word) && near(name, word) {
			r = similar
		}
		if r == none {
			return 0, false
		}
		worst = max(worst, r)
		sum += int(r)
	}
	return int(worst)*maxWords*int(none) + sum, true
}

func isGlob(word string) bool { return strings.ContainsAny(word, "*?[") }

// rank ranks a word by a chart's texts. A word with a slash is a part of its
// reference, too; one with *, ? or [ is all of its name, or of its reference.
func (s *shelf) rank(text, name, word string) rank {
	path := ""
	if strings.Contains(word, "/") {
		path, word = s.lower+"/"+name, strings.TrimPrefix(word, "helm:")
	}
	if isGlob(word) {
		return rankGlob(cmp.Or(path, name), word)
	}
	r := rankOf(text, len(name), word)
	if path != "" {
		r = min(r, rankOf(path, len(path), word))
	}
	return r
}
