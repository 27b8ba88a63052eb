package schema

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/helm-dm/helm-dm/chart/fault"
)

// Bounds of a schema. The largest of 55 schemas of public charts has 1,800
// objects, 280 references and a depth of 17.
//
// They keep the stack small. Compiling descends the document, and validating it
// against its draft descends it with at most nine parts of the draft at each
// level: maxDepth bounds both. Validating values descends them, and at each
// value passes along a chain of parts that apply each other without going
// deeper. A part never follows itself on one value, and measure finds the
// longest chain there can be, so levels times chain is the most calls that ever
// nest: maxNested. They fit in 16 MiB of stack, of the 1 GiB at which Go ends the
// process.
const (
	maxDepth  = 100
	maxParts  = 10_000 // objects and booleans; compiling takes the square of it
	maxRefs   = 2_000
	maxNested = 10_000
	maxWork   = 100_000 // parts that apply to one value, counted each time
)

// survey counts what a schema's document is made of.
type survey struct{ parts, refs int }

// walk counts v, which has so many values around and with it.
func (s *survey) walk(v any, depth int) error {
	if depth > maxDepth {
		return fault.TooLarge("values.schema.json is nested more than %d deep", maxDepth)
	}
	switch v := v.(type) {
	case bool:
		return s.part()
	case json.Number:
		// The library computes with all digits that an exponent stands for.
		mantissa, _, _ := strings.Cut(strings.ToLower(string(v)), "e")
		number, err := strconv.ParseFloat(string(v), 64)
		if err != nil || number == 0 && strings.ContainsAny(mantissa, "123456789") {
			return fault.TooLarge("values.schema.json holds a number that is out of range")
		}
	case []any:
		return s.walkAll(slices.Values(v), depth+1)
	case map[string]any:
		for _, keyword := range []string{"$ref", "$dynamicRef", "$recursiveRef"} {
			if _, ok := v[keyword].(string); ok {
				s.refs++
			}
		}
		if s.refs > maxRefs {
			return fault.TooLarge("values.schema.json has more than %d references", maxRefs)
		}
		if err := s.part(); err != nil {
			return err
		}
		return s.walkAll(maps.Values(v), depth+1)
	}
	return nil
}

func (s *survey) walkAll(children func(func(any) bool), depth int) error {
	for child := range children {
		if err := s.walk(child, depth); err != nil {
			return err
		}
	}
	return nil
}

func (s *survey) part() error {
	if s.parts++; s.parts > maxParts {
		return fault.TooLarge("values.schema.json has more than %d parts", maxParts)
	}
	return nil
}

// cost is what a part of a schema takes where it applies to a value.
type cost struct {
	chain int // parts that nest
	work  int // parts in all
}

// gauge works out the costs of the parts of a schema.
type gauge struct {
	costs   map[*jsonschema.Schema]cost // zero while being worked out
	waiting []*jsonschema.Schema        // parts that apply to other values
	dynamic bool                        // some part finds its reference's end only as it runs
}

// measure returns the longest chain of parts that may follow each other on one
// value, or an error when that is no number or too large a one.
func measure(schema *jsonschema.Schema) (chain int, err error) {
	g := &gauge{costs: map[*jsonschema.Schema]cost{}, waiting: []*jsonschema.Schema{schema}}
	for len(g.waiting) > 0 {
		last := len(g.waiting) - 1
		next := g.waiting[last]
		g.waiting = g.waiting[:last]
		found, err := g.cost(next, 1)
		if err != nil {
			return 0, err
		}
		chain = max(chain, found.chain)
	}
	if g.dynamic { // a part may then lead to any other
		chain = len(g.costs)
	}
	return chain, nil
}

// cost works out s, which stands at the given place of its chain.
func (g *gauge) cost(s *jsonschema.Schema, place int) (cost, error) {
	if known, ok := g.costs[s]; ok {
		if known == (cost{}) {
			return cost{}, fmt.Errorf("%s applies to the same value again and again", s.Location)
		}
		return known, nil
	}
	if place > maxNested {
		return cost{}, fault.TooLarge("more than %d parts of values.schema.json apply each other", maxNested)
	}
	g.costs[s] = cost{}
	g.dynamic = g.dynamic || s.RecursiveRef != nil || s.DynamicRef != nil
	g.waiting = append(g.waiting, deeper(s)...)
	total := cost{1, 1}
	for _, part := range same(s) {
		found, err := g.cost(part, place+1)
		if err != nil {
			return cost{}, err
		}
		total.chain = max(total.chain, found.chain+1)
		if total.work += found.work; total.work > maxWork {
			return cost{}, fault.TooLarge("more than %d parts of values.schema.json apply to one value", maxWork)
		}
	}
	g.costs[s] = total
	return total, nil
}
