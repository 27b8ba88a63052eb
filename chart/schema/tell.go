package schema

import (
	"cmp"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// Bounds of what is told about one chart.
const (
	maxLines = 100
	maxText  = 500 // bytes of a line's reason, and of its place
)

// told writes a failed validation as Helm does, a line a failure, those with
// causes before them, but in a settled order and without the texts of values.
func told(err error) error {
	failed, ok := errors.AsType[*jsonschema.ValidationError](err)
	if !ok {
		return err
	}
	t := &teller{}
	t.tellAll(failed.Causes, "")
	if t.left > 0 {
		t.lines = append(t.lines, fmt.Sprintf("- and %d more", t.left))
	}
	return errors.New(strings.Join(t.lines, "\n"))
}

type teller struct {
	lines []string
	left  int // failures that are not told
}

func (t *teller) tellAll(failures []*jsonschema.ValidationError, indent string) {
	type line struct {
		text   string
		causes []*jsonschema.ValidationError
	}
	var lines []line
	for _, f := range failures {
		if _, ok := f.ErrorKind.(*kind.Reference); ok && len(f.Causes) == 1 {
			f = f.Causes[0]
		}
		lines = append(lines, line{place(f) + reason(f.ErrorKind), f.Causes})
	}
	slices.SortFunc(lines, func(a, b line) int { return cmp.Compare(a.text, b.text) })
	for _, l := range lines {
		if len(t.lines) >= maxLines {
			t.left++
			continue
		}
		t.lines = append(t.lines, indent+"- "+l.text)
		t.tellAll(l.causes, indent+"  ")
	}
}

// place says where in the values a failure is. The library loses the place of
// a property's name and of what is wrong with it; there it is the place in the
// schema.
func place(f *jsonschema.ValidationError) string {
	if _, ok := f.ErrorKind.(*kind.PropertyNames); ok {
		_, fragment, _ := strings.Cut(f.SchemaURL, "#")
		return "at values.schema.json#" + cut(fragment) + ": "
	}
	var pointer strings.Builder
	for _, key := range f.InstanceLocation {
		pointer.WriteString("/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(key))
	}
	return "at " + quote(pointer.String()) + ": "
}

// reason says what is wrong: in the words of the library where these quote the
// schema and keys alone, else in words of our own.
func reason(k jsonschema.ErrorKind) string {
	switch k := k.(type) {
	case *kind.Pattern:
		return "the value does not match pattern " + quote(k.Want)
	case *kind.Format:
		return "the value is not valid " + cut(k.Want)
	case *kind.Minimum:
		return "minimum: want " + number(k.Want)
	case *kind.Maximum:
		return "maximum: want " + number(k.Want)
	case *kind.ExclusiveMinimum:
		return "exclusiveMinimum: want more than " + number(k.Want)
	case *kind.ExclusiveMaximum:
		return "exclusiveMaximum: want less than " + number(k.Want)
	case *kind.MultipleOf:
		return "multipleOf: want a multiple of " + number(k.Want)
	case *kind.AdditionalProperties:
		slices.Sort(k.Properties)
	}
	alone := &jsonschema.ValidationError{ErrorKind: k}
	return cut(strings.TrimPrefix(alone.Error(), "at '': "))
}

func number(n *big.Rat) string {
	approximate, _ := n.Float64()
	return strconv.FormatFloat(approximate, 'g', -1, 64)
}

// quote makes text printable between quotes, as the library does.
func quote(text string) string {
	quoted := fmt.Sprintf("%q", cut(text))
	return "'" + strings.NewReplacer(`\"`, `"`, `'`, `\'`).Replace(quoted[1:len(quoted)-1]) + "'"
}

func cut(text string) string {
	if len(text) <= maxText {
		return text
	}
	return strings.ToValidUTF8(text[:maxText], "") + "…"
}
