package values

// Copy returns a deep copy of the maps and lists in m, never nil.
func Copy(m map[string]any) map[string]any {
	out := make(map[string]any, len(m))
	for k, v := range m {
		out[k] = copyValue(v)
	}
	return out
}

// CopyList returns a deep copy of the maps and lists in list, nil for nil.
func CopyList(list []any) []any {
	if list == nil {
		return nil
	}
	out := make([]any, len(list))
	for i, item := range list {
		out[i] = copyValue(item)
	}
	return out
}

func copyValue(v any) any {
	switch v := v.(type) {
	case map[string]any:
		return Copy(v)
	case []any:
		return CopyList(v)
	default:
		return v
	}
}

// Count is how many maps, lists and plain values v consists of; it stops
// counting at limit.
func Count(v any, limit int) int {
	n := 1
	switch v := v.(type) {
	case map[string]any:
		for _, child := range v {
			if n >= limit {
				break
			}
			n += Count(child, limit-n)
		}
	case []any:
		for _, child := range v {
			if n >= limit {
				break
			}
			n += Count(child, limit-n)
		}
	}
	return n
}
