package chart

import "fmt"

// SourceKind says how the text of a Source is read.
type SourceKind string

// The kinds of sources. All but the first and the last mean what the Helm flags
// of those names mean.
const (
	KindValues     SourceKind = "values"     // a YAML stream, as in a values file
	KindSet        SourceKind = "set"        // a.b=1,c={x,y}: numbers, booleans and null are recognised
	KindSetString  SourceKind = "setString"  // as set, but every value is a text
	KindSetJSON    SourceKind = "setJSON"    // a.b=JSON,… or a whole JSON object
	KindSetFile    SourceKind = "setFile"    // a.b=CONTENT: the content of the file, verbatim
	KindSetLiteral SourceKind = "setLiteral" // a.b=TEXT: the rest, verbatim
	KindUnset      SourceKind = "unset"      // a.b: what was given for it before is forgotten
)

// Source is one of the ordered parameters that a user supplies.
type Source struct {
	Kind SourceKind `json:"kind"`
	Text string     `json:"text"`
}

// Merge applies sources in the order given, each over the ones before it, and
// returns the user's values, never nil. Nulls are kept: Coalesce gives them
// their meaning. Errors name the source and, where known, the key, never a value.
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
		over, err := ParseValues([]byte(s.Text))
		overlay(values, over)
		return err
	case KindUnset:
		return Unset(values, s.Text)
	}
	reader, ok := readers()[s.Kind]
	if !ok {
		return invalid("the kind %q is unknown", s.Kind)
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

func readers() map[SourceKind]valueReader {
	return map[SourceKind]valueReader{
		KindSet:        (*setter).typed,
		KindSetString:  (*setter).texts,
		KindSetJSON:    (*setter).json,
		KindSetFile:    (*setter).literal,
		KindSetLiteral: (*setter).literal,
	}
}
