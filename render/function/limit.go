package function

import (
	"fmt"
	"math"
	"reflect"
)

// maxDepth is how deep a value may be nested that a function has to walk.
const maxDepth = 1000

// Excess says that a function would have gone beyond a bound.
type Excess struct {
	Budget string // what ran out
	Limit  string // the bound with its unit
}

func (e *Excess) Error() string {
	return fmt.Sprintf("beyond the budget of %s (%s)", e.Budget, e.Limit)
}

func (h *Host) excess() error {
	return &Excess{Budget: "generated data", Limit: fmt.Sprintf("%d bytes", h.Limit)}
}

// charge takes bytes that a function is about to make out of a count.
func (h *Host) charge(counts ...int64) error {
	bytes := int64(1)
	for _, count := range counts {
		if count = max(count, 0); count != 0 && bytes > math.MaxInt64/2/count {
			return h.excess()
		}
		bytes *= count
	}
	if h.generated += bytes; h.generated > h.Limit {
		h.generated = h.Limit
		return h.excess()
	}
	return nil
}

// fits says whether a text or list of factor times the size of values would be
// within the limit.
func (h *Host) fits(factor int64, values ...any) error {
	room := h.Limit / factor
	for _, value := range values {
		if text, ok := value.(string); ok {
			room -= int64(len(text))
			continue
		}
		room -= scalarSize
		if err := h.weigh(value, &room, 0); err != nil {
			return err
		}
	}
	if room < 0 {
		return h.excess()
	}
	return nil
}

// holds says whether so many bytes are within the limit.
func (h *Host) holds(bytes int64) error {
	if bytes > h.Limit {
		return h.excess()
	}
	return nil
}

// scalarSize is about what a number takes as a text, with what goes around it.
const scalarSize = 24

// weigh takes the size of what value holds from room. It refuses values nested
// too deep, as those that contain themselves are.
func (h *Host) weigh(value any, room *int64, depth int) error {
	if *room < 0 {
		return h.excess()
	}
	if depth > maxDepth {
		return &Excess{Budget: "nesting of a value", Limit: fmt.Sprintf("%d levels", maxDepth)}
	}
	switch v := value.(type) {
	case nil, bool, int, int64, float64:
	case string:
		*room -= int64(len(v))
	case map[string]any:
		for key, item := range v {
			*room -= int64(len(key)) + scalarSize
			if err := h.weigh(item, room, depth+1); err != nil {
				return err
			}
		}
	case []any:
		for _, item := range v {
			*room -= scalarSize
			if err := h.weigh(item, room, depth+1); err != nil {
				return err
			}
		}
	default:
		return h.weighOther(reflect.ValueOf(value), room, depth)
	}
	return nil
}

// weighOther is weigh for maps and lists of types of their own.
func (h *Host) weighOther(value reflect.Value, room *int64, depth int) error {
	switch value.Kind() {
	case reflect.String:
		*room -= int64(value.Len())
	case reflect.Map:
		for entries := value.MapRange(); entries.Next(); {
			*room -= scalarSize
			if err := h.weigh(entries.Key().Interface(), room, depth+1); err != nil {
				return err
			}
			if err := h.weigh(entries.Value().Interface(), room, depth+1); err != nil {
				return err
			}
		}
	case reflect.Slice, reflect.Array:
		if value.Type().Elem().Kind() == reflect.Uint8 {
			*room -= int64(value.Len())
			return nil
		}
		for i := range value.Len() {
			*room -= scalarSize
			if err := h.weigh(value.Index(i).Interface(), room, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}
