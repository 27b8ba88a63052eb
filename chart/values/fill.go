package values

// Filler completes values with defaults, in place (S11, S12). With the zero
// value a null deletes the default it meets, and defaults that are null are none.
type Filler struct {
	KeepNull bool // nulls stay, because another pass will give them their meaning
}

// Fill gives values what they lack of defaults, in tables within tables too.
// What they take over is not copied: both share it from then on.
func (f Filler) Fill(values, defaults map[string]any) {
	for key, fallback := range defaults {
		f.FillKey(values, key, fallback)
	}
}

// FillKey is Fill for a single default.
func (f Filler) FillKey(values map[string]any, key string, fallback any) {
	value, given := values[key]
	switch {
	case !given:
		f.adopt(values, key, fallback)
	case value == nil && fallback != nil && !f.KeepNull:
		delete(values, key)
	default:
		over, ok := value.(map[string]any)
		under, isMap := fallback.(map[string]any)
		if ok && isMap {
			f.Fill(over, under)
		}
	}
}

// adopt takes over a default that the values say nothing about.
func (f Filler) adopt(values map[string]any, key string, fallback any) {
	if !f.KeepNull {
		if fallback == nil {
			return
		}
		dropNulls(fallback)
	}
	values[key] = fallback
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
