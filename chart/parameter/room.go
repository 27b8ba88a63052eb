package parameter

import (
	"maps"
	"slices"
	"strings"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/chart/parameter/comment"
	"github.com/helm-dm/helm-dm/chart/values"
)

// maxUnset is how deep the list goes into what only the schema knows.
const maxUnset = 4

// room is one chart of a list, with all that it says of its parameters.
type room struct {
	*lister
	prefix string // of the names of its parameters
	schema schema
	below  map[string]schema // of the subcharts, by name
	readme comment.Readme
	root   *comment.Outline
}

func newRoom(l *lister, c *chart.Chart, prefix string, subs []subchart) *room {
	r := &room{lister: l, prefix: prefix, schema: readSchema(c.Schema()), below: map[string]schema{}}
	for _, sub := range subs {
		r.below[sub.name] = readSchema(sub.chart.Schema())
	}
	r.root, r.readme = comment.Read(c.RawValues())
	return r
}

// spot is one value on the way through the values.
type spot struct {
	place
	value    any
	outline  *comment.Outline
	schema   schema
	required bool
	unset    int  // levels below the last one that has a value
	inside   bool // something further up is described as a whole
	secret   bool // something further up is secret
}

// list adds the parameters of the chart.
func (r *room) list(effective map[string]any) {
	r.table(spot{value: effective, outline: r.root, schema: r.schema}, effective)
	for _, path := range r.readme.Extras {
		r.extra(path, r.readme.Notes[path])
	}
}

// extra adds a parameter that is no part of the values, if --set can name it.
func (r *room) extra(path string, n comment.Note) {
	name := r.prefix + path
	if strings.HasPrefix(path, "global.") {
		name = path
	}
	_, listed := r.index[name]
	if listed || !nameable(name) || values.Unset(map[string]any{}, name) != nil {
		return
	}
	r.add(Parameter{Name: name, Type: line(n.Type), Description: line(n.Text), Effective: line(n.Effective), Section: line(n.Section)})
}

// table adds the parameters in a map.
func (r *room) table(at spot, table map[string]any) {
	for _, key := range r.keys(at, table) {
		if r.full() {
			return
		}
		if !nameable(key) { // outermost: see reachable
			continue
		}
		value, set := table[key]
		below := spot{
			place:    at.key(key, r.prefix),
			value:    value,
			outline:  at.outline.Key(key),
			schema:   r.property(at, key),
			required: at.schema.requires(key),
			inside:   at.inside,
			secret:   at.secret,
		}
		if !set {
			below.unset = at.unset + 1
			below.value = below.schema.node["default"]
		}
		r.spot(below)
	}
}

// keys returns those written, in their order, then those that came from
// elsewhere, then those that only the schema knows, unless that is a subchart's
// to tell.
func (r *room) keys(at spot, table map[string]any) []string {
	out := make([]string, 0, len(table))
	seen := map[string]bool{}
	for _, key := range at.outline.Keys {
		if _, ok := table[key]; ok {
			out, seen[key] = append(out, key), true
		}
	}
	for _, key := range slices.Sorted(maps.Keys(table)) {
		if !seen[key] {
			out = append(out, key)
		}
	}
	properties := at.schema.table("properties")
	if at.inside || r.isBelow(at) || !reachable(properties, len(at.keys)) {
		return out
	}
	for _, key := range slices.Sorted(maps.Keys(properties)) {
		if _, ok := table[key]; !ok {
			out = append(out, key)
		}
	}
	return out
}

// property returns the schema of a key, which a subchart may have to tell.
func (r *room) property(at spot, key string) schema {
	found, ok := at.schema.property(key)
	if sub, is := r.below[key]; is && !ok && len(at.keys) == 0 {
		return sub
	}
	return found
}

// isBelow says whether a spot is among the values of a subchart.
func (r *room) isBelow(at spot) bool {
	if len(at.keys) == 0 {
		return false
	}
	_, is := r.below[at.keys[0]]
	return is
}

// spot adds the parameters at and below one key.
func (r *room) spot(at spot) {
	n := r.note(at)
	if n.Ignored || r.readme.Skipped[at.plain] {
		return
	}
	at.schema = at.schema.over(n.Schema)
	at.secret = r.secret(at)
	switch value := at.value.(type) {
	case map[string]any:
		if len(value) > 0 && at.unset == 0 && reachable(value, len(at.keys)) {
			r.inner(at, n, value)
			return
		}
	case []any:
		r.leaf(at, n)
		r.elements(at, value)
		return
	}
	if r.opens(at) {
		r.table(at, nil)
		return
	}
	r.leaf(at, n)
}

// note returns what the comments say of a key, wherever they stand.
func (r *room) note(at spot) comment.Note {
	n := at.outline.Note()
	if found, ok := r.readme.Notes[at.plain]; ok {
		found.Schema, found.Ignored = n.Schema, n.Ignored || found.Ignored
		return found
	}
	return n
}

// opens says whether a map that only the schema knows is listed by its parts.
func (r *room) opens(at spot) bool {
	return at.unset > 0 && at.unset < maxUnset && !at.schema.loop && len(at.schema.table("properties")) > 0
}

// inner adds a map that is described as a whole, and what is in it.
func (r *room) inner(at spot, n comment.Note, table map[string]any) {
	if n.Marked {
		r.add(r.parameter(at, n))
		at.inside = true
	}
	r.table(at, table)
}

// elements adds what is described inside of a list.
func (r *room) elements(at spot, list []any) {
	at.inside = true
	for i, item := range list[:min(len(list), at.outline.Len())] {
		if table, ok := item.(map[string]any); ok && reachable(table, len(at.keys)) {
			r.table(spot{
				place: at.item(i), value: item, outline: at.outline.Item(i),
				schema: at.schema.items(), inside: true, secret: at.secret,
			}, table)
		}
	}
}

// leaf adds what is no map, unless it is part of something described.
func (r *room) leaf(at spot, n comment.Note) {
	if !at.inside || n.Marked || at.schema.text("description") != "" {
		r.add(r.parameter(at, n))
	}
}
