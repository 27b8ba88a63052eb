package values

import "maps"

// Globals hands the globals in the values of a parent down to those of its
// subchart, in place. Where both are maps they merge and the parent wins; a map
// never meets a plain value (S13). Maps two levels below "global" stay shared
// between the charts: what a template sets in one, or a null merged into it,
// shows in the others, as in Helm.
func Globals(sub, parent map[string]any) {
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
			Filler{KeepNull: true}.Fill(merged, below)
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
