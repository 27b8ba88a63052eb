package values

import (
	"fmt"

	"github.com/helm-dm/helm-dm/chart/fault"
)

// Kind says how the text of a Source is read.
type Kind string

// The kinds of sources. All but the first and the last mean what the Helm flags
// of those names mean.
const (
	KindValues     Kind = "values"     // a YAML stream, as in a values file
	KindSet        Kind = "set"        // a.b=1,c={x,y}: numbers, booleans and null are recognised
	KindSetString  Kind = "setString"  // as set, but every value is a text
	KindSetJSON    Kind = "setJSON"    // a.b=JSON,… or a whole JSON object
	KindSetFile    Kind = "setFile"    // a.b=CONTENT: the content of the file, verbatim
	KindSetLiteral Kind = "setLiteral" // a.b=TEXT: the rest, verbatim
	KindUnset      Kind = "unset"      // a.b: what was given for it before is forgotten
)

// Source is one of the ordered parameters that a user supplies.
type Source struct {
	Kind Kind   `json:"kind"`
	Text string `json:"text"`
}

// Merge applies sources in the order given, each over the ones before it, and
// returns the user's values, never nil. Nulls are kept: they get their
// meaning where the values meet a chart's defaults. Errors name the source and,
// where known, the key, never a value.
func Merge(sources []Source) (map[string]any, error) {
	values := map[string]any{}
	room := maxPadding
	for i, source := range sources {
		if err := source.apply(values, &room); err != nil {
			return nil, fmt.Errorf("reading parameter %d (%s): %w", i+1, source.Kind, err)
		}
	}
	return values, nil
}

// apply lays the source over values, in place. room is what is left of maxPadding.
func (s Source) apply(values map[string]any, room *int) error {
	switch s.Kind {
	case KindValues:
		over, err := Parse([]byte(s.Text))
		lay(values, over)
		return err
	case KindUnset:
		return Unset(values, s.Text)
	}
	reader, ok := readers()[s.Kind]
	if !ok {
		return fault.Invalid("the kind %q is unknown", s.Kind)
	}
	setter := &setter{
		text:  []rune(s.Text),
		read:  reader,
		whole: s.Kind == KindSetJSON,
		plain: s.Kind == KindSetLiteral,
		room:  room,
	}
	return setter.run(values)
}

func readers() map[Kind]valueReader {
	return map[Kind]valueReader{
		KindSet:        (*setter).typed,
		KindSetString:  (*setter).texts,
		KindSetJSON:    (*setter).json,
		KindSetFile:    (*setter).literal,
		KindSetLiteral: (*setter).literal,
	}
}
