package function

import (
	"text/template"
	"time"
	_ "time/tzdata" // dateInZone works without the files of a system
)

// clocks are the functions that ask for the time, or do when they are given
// something that is none. What they name is the zone of the system, "Local", or
// one of its zones; an unknown one is UTC.
func (h *Host) clocks() template.FuncMap {
	local := func(layout string, date any) string { return h.date(date).Local().Format(layout) }
	zoned := func(layout string, date any, zone string) string {
		location, err := time.LoadLocation(zone)
		if err != nil {
			location = time.UTC
		}
		return h.date(date).In(location).Format(layout)
	}
	return template.FuncMap{
		"now":            func() time.Time { return h.Now() },
		"ago":            h.ago,
		"date":           local,
		"htmlDate":       func(date any) string { return local(time.DateOnly, date) },
		"dateInZone":     zoned,
		"date_in_zone":   zoned,
		"htmlDateInZone": func(date any, zone string) string { return zoned(time.DateOnly, date, zone) },
	}
}

// date returns the date that a value is, given as such or in seconds since 1970,
// the present when it is none.
func (h *Host) date(value any) time.Time {
	switch date := value.(type) {
	case time.Time:
		return date
	case *time.Time:
		return *date
	case int64:
		return time.Unix(date, 0)
	case int:
		return time.Unix(int64(date), 0)
	case int32:
		return time.Unix(int64(date), 0)
	}
	return h.Now()
}

// ago is how long a date, or a number of seconds since 1970, is in the past.
func (h *Host) ago(date any) string {
	then := h.Now()
	switch date := date.(type) {
	case time.Time:
		then = date
	case int64:
		then = time.Unix(date, 0)
	case int:
		then = time.Unix(int64(date), 0)
	}
	return h.Now().Sub(then).Round(time.Second).String()
}
