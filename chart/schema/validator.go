package schema

import (
	"strings"
	"sync"

	"github.com/helm-dm/helm-dm/chart"
)

// Validator checks values against the schemas of charts. It keeps what it
// compiled, by the text of the schema, and grows with every new text: use one for
// each chart. The zero value is ready, and any number of goroutines may use it.
type Validator struct {
	mutex sync.Mutex
	known map[string]*compiled
}

// Validate checks the values of a chart and those of each of its subcharts, which
// are where chart.Coalesce puts them. c is the chart after its Configure, so that
// only what is enabled counts.
//
// The error holds all failures of all charts, in Helm's form. It matches
// chart.ErrInvalid and, where a schema goes beyond the bounds, chart.ErrTooLarge.
func (v *Validator) Validate(c *chart.Chart, coalesced map[string]any) error {
	var failed Error
	v.collect(c, coalesced, &failed)
	if failed.Failures == nil {
		return nil
	}
	return &failed
}

func (v *Validator) collect(c *chart.Chart, own map[string]any, failed *Error) {
	if text := c.Schema(); text != nil {
		if err := v.compile(text).validate(own); err != nil {
			failed.Failures = append(failed.Failures, Failure{c.Name(), err})
		}
	}
	for _, sub := range c.Dependencies() {
		table, _ := own[sub.Name()].(map[string]any)
		v.collect(sub, table, failed)
	}
}

func (v *Validator) compile(text []byte) *compiled {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	if found, ok := v.known[string(text)]; ok {
		return found
	}
	if v.known == nil {
		v.known = map[string]*compiled{}
	}
	made := compile(text)
	v.known[string(text)] = made
	return made
}

// Error tells what is wrong with the values, or the schemas, of which charts.
type Error struct {
	Failures []Failure // at least one; parents first
}

// Failure is what is wrong in one chart.
type Failure struct {
	Chart string // its name or alias
	Err   error
}

func (e *Error) Error() string {
	var out strings.Builder
	out.WriteString("values don't meet the specifications of the schema(s) in the following chart(s):")
	for _, f := range e.Failures {
		out.WriteString("\n" + f.Chart + ":\n" + f.Err.Error())
	}
	return out.String()
}

func (e *Error) Unwrap() []error {
	kinds := []error{chart.ErrInvalid}
	for _, f := range e.Failures {
		kinds = append(kinds, f.Err)
	}
	return kinds
}
