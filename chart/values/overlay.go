package values

// Overlay returns base with the entries of over laid on top: maps merge,
// everything else, nulls included, replaces. It shares nothing with the arguments.
func Overlay(base, over map[string]any) map[string]any {
	out := Copy(base)
	lay(out, Copy(over))
	return out
}

// lay is Overlay in place; over becomes part of into.
func lay(into, over map[string]any) {
	for k, v := range over {
		below, isMap := into[k].(map[string]any)
		if above, ok := v.(map[string]any); ok && isMap {
			lay(below, above)
			continue
		}
		into[k] = v
	}
}
