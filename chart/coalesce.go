package chart

import "maps"

// Coalesce lays the user's values over the defaults of c and of its subcharts,
// and hands the globals down (S11 to S14). The result holds, under the name of
// each subchart, that subchart's values; it shares nothing with the arguments.
//
// A null of the user deletes the default it meets.
func Coalesce(c *Chart, user map[string]any) (map[string]any, error) {
	out := copyMap(user)
	return out, coalescer{}.chart(c, out, "")
}

// coalescer lays values over others, in place.
type coalescer struct {
	keepNull bool // nulls stay, because another pass will give them their meaning
}

// chart completes values, which belong to c, with its defaults, then the tables
// of the subcharts in them. path names c in errors.
func (k coalescer) chart(c *Chart, values map[string]any, path string) error {
	k.defaults(c, values)
	for _, sub := range c.dependencies {
		name := sub.Name()
		if _, ok := values[name]; !ok {
			values[name] = map[string]any{}
		}
		own, ok := values[name].(map[string]any)
		if !ok {
			return invalid("values of chart %q: %q configures a subchart and must be a map", path+c.Name(), name)
		}
		k.globals(own, values)
		if err := k.chart(sub, own, path+c.Name()+"/"); err != nil {
			return err
		}
	}
	return nil
}

func (k coalescer) defaults(c *Chart, values map[string]any) {
	for key, fallback := range copyMap(c.values) {
		value, given := values[key]
		switch {
		case !given:
			k.adopt(values, key, fallback)
		case value == nil && !k.keepNull:
			delete(values, key)
		default:
			coalescer{k.keepNull || c.hasSubchart(key)}.both(value, fallback)
		}
	}
}

// adopt takes over a default that the user says nothing about.
func (k coalescer) adopt(values map[string]any, key string, fallback any) {
	if !k.keepNull {
		if fallback == nil {
			return
		}
		dropNulls(fallback)
	}
	values[key] = fallback
}

func (k coalescer) both(value, fallback any) {
	over, ok := value.(map[string]any)
	under, isMap := fallback.(map[string]any)
	if ok && isMap {
		k.tables(over, under)
	}
}

// tables completes over with what it lacks of under.
func (k coalescer) tables(over, under map[string]any) {
	for key, fallback := range under {
		value, given := over[key]
		switch {
		case !given:
			k.adopt(over, key, fallback)
		case value == nil && fallback != nil && !k.keepNull:
			delete(over, key)
		default:
			k.both(value, fallback)
		}
	}
}

// globals hands the parent's globals down to a subchart. Where both are maps
// they merge and the parent wins; a map never meets a plain value (S13). Maps
// two levels below "global" stay shared between the charts: what a template sets
// in one, or a null merged into it, shows in the others, as in Helm.
func (k coalescer) globals(sub, parent map[string]any) {
	own, ok := globalTable(sub)
	given, fine := globalTable(parent)
	if !ok || !fine {
		return
	}
	for key, value := range given {
		below, isMap := own[key].(map[string]any)
		above, wantMap := value.(map[string]any)
		_, taken := own[key]
		switch {
		case wantMap && taken && !isMap, !wantMap && isMap:
		case wantMap && isMap:
			merged := maps.Clone(above)
			coalescer{keepNull: true}.tables(merged, below)
			own[key] = merged
		case wantMap:
			own[key] = maps.Clone(above)
		default:
			own[key] = value
		}
	}
	sub["global"] = own
}

// globalTable returns the globals in values, a new map when there are none, ok
// false when they are not a map.
func globalTable(values map[string]any) (found map[string]any, ok bool) {
	value, given := values["global"]
	if !given {
		return map[string]any{}, true
	}
	found, ok = value.(map[string]any)
	return found, ok
}

func (c *Chart) hasSubchart(name string) bool {
	for _, sub := range c.dependencies {
		if sub.Name() == name {
			return true
		}
	}
	return false
}

// dropNulls removes the nulls from the maps in v.
func dropNulls(v any) {
	values, ok := v.(map[string]any)
	if !ok {
		return
	}
	for key, value := range values {
		if value == nil {
			delete(values, key)
			continue
		}
		dropNulls(value)
	}
}
