package function

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"text/template"
	"time"
)

// durations are Helm 4's functions on lengths of time. They take a text such as
// "1h30m", or a number of seconds in any form; what is neither counts as zero,
// except for mustToDuration.
func durations() template.FuncMap {
	return template.FuncMap{
		"mustToDuration":       mustToDuration,
		"durationNanoseconds":  func(v any) int64 { return toDuration(v).Nanoseconds() },
		"durationMicroseconds": func(v any) int64 { return toDuration(v).Microseconds() },
		"durationMilliseconds": func(v any) int64 { return toDuration(v).Milliseconds() },
		"durationSeconds":      func(v any) float64 { return toDuration(v).Seconds() },
		"durationMinutes":      func(v any) float64 { return toDuration(v).Minutes() },
		"durationHours":        func(v any) float64 { return toDuration(v).Hours() },
		"durationDays":         func(v any) float64 { return toDuration(v).Hours() / 24 },
		"durationWeeks":        func(v any) float64 { return toDuration(v).Hours() / 24 / 7 },
		"durationRoundTo":      func(v, unit any) time.Duration { return toDuration(v).Round(toDuration(unit)) },
		"durationTruncateTo":   func(v, unit any) time.Duration { return toDuration(v).Truncate(toDuration(unit)) },
	}
}

func toDuration(value any) time.Duration {
	out, _ := mustToDuration(value)
	return out
}

func mustToDuration(value any) (time.Duration, error) {
	switch v := value.(type) {
	case nil:
		return 0, errors.New("invalid duration")
	case time.Duration:
		return v, nil
	case string:
		return parseDuration(v)
	}
	switch number := reflect.ValueOf(value); {
	case number.CanInt():
		return seconds(float64(number.Int()), value)
	case number.CanUint():
		return seconds(float64(number.Uint()), value)
	case number.CanFloat():
		return seconds(number.Float(), value)
	}
	return 0, fmt.Errorf("unsupported duration type %T", value)
}

func parseDuration(text string) (time.Duration, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0, errors.New("empty duration")
	}
	if out, err := time.ParseDuration(text); err == nil {
		return out, nil
	}
	number, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, fmt.Errorf("could not parse duration %q", text)
	}
	return seconds(number, number)
}

func seconds(number float64, written any) (time.Duration, error) {
	nanoseconds := number * float64(time.Second)
	if math.IsNaN(nanoseconds) || math.Abs(nanoseconds) >= math.MaxInt64 {
		return 0, fmt.Errorf("duration seconds overflow: %v", written)
	}
	return time.Duration(nanoseconds), nil
}
