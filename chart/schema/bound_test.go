package schema

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/helm-dm/helm-dm/chart"
)

// nested is a schema that is nested n deep, its innermost text included.
func nested(n int) string {
	return strings.Repeat(`{"not":`, n-2) + `{"type":"string"}` + strings.Repeat("}", n-2)
}

// chained is a schema of n parts that refer each to the next, and the last to what
// is in the value, by the first again.
func chained(n int) string {
	var out strings.Builder
	for i := range n - 3 {
		fmt.Fprintf(&out, `"d%d":{"$ref":"#/definitions/d%d"},`, i, i+1)
	}
	return fmt.Sprintf(`{"$ref":"#/definitions/d0","definitions":{%s"d%d":{"additionalProperties":{"$ref":"#"}}}}`, out.String(), n-3)
}

// doubled is a schema that applies 2 to the power of n+1 parts, less one.
func doubled(n int) string {
	var out strings.Builder
	for i := range n - 1 {
		fmt.Fprintf(&out, `"d%d":{"allOf":[{"$ref":"#/definitions/d%d"},{"$ref":"#/definitions/d%[2]d"}]},`, i, i+1)
	}
	return fmt.Sprintf(`{"$ref":"#/definitions/d0","definitions":{%s"d%d":{}}}`, out.String(), n-1)
}

// deep are values n levels deep.
func deep(n int) map[string]any {
	v := map[string]any{}
	for range n - 1 {
		v = map[string]any{"a": v}
	}
	return v
}

// listed is a schema with n references and some parts more.
func listed(n int, part string) string {
	return `{"allOf":[` + strings.TrimSuffix(strings.Repeat(part+",", n), ",") + `],"definitions":{"x":{}}}`
}

// stocked is a schema with n booleans, which do not apply to anything, and one
// part more.
func stocked(n int) string {
	return `{"examples":[` + strings.TrimSuffix(strings.Repeat("true,", n), ",") + `]}`
}

// TestBounds goes just below each bound, where a schema has to work, and just
// above it, where it has to be refused.
func TestBounds(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name         string
		below, above string
		low, high    map[string]any
		want         string
	}{
		{"depth", nested(maxDepth), nested(maxDepth + 1), nil, nil, "nested more than 100 deep"},
		{"references", listed(maxRefs, `{"$ref":"#/definitions/x"}`), listed(maxRefs+1, `{"$ref":"#/definitions/x"}`), nil, nil, "2000 references"},
		{"parts", stocked(maxParts - 1), stocked(maxParts), nil, nil, "10000 parts"},
		{"work on one value", doubled(15), doubled(16), nil, nil, "100000 parts"},
		{"values and chain", chained(100), chained(100), deep(99), deep(100), "values nested"},
		{"values deeper than any", `{}`, `{}`, deep(maxNested - 1), deep(maxNested + 1000), "values nested"},
		{"dynamic references", recursive(97), recursive(99), deep(99), deep(99), "values nested"},
		{"numbers", `{"maximum":1e308}`, `{"maximum":1e309}`, nil, nil, "out of range"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if err := compile([]byte(test.below)).validate(test.low); errors.Is(err, chart.ErrTooLarge) {
				t.Errorf("below the bound: %v", err)
			}
			err := compile([]byte(test.above)).validate(test.high)
			if !errors.Is(err, chart.ErrTooLarge) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("above the bound: %v, want %q", err, test.want)
			}
		})
	}
}

// recursive is a schema of n parts beside three that follow each other where
// they find themselves.
func recursive(n int) string {
	var out strings.Builder
	for i := range n {
		fmt.Fprintf(&out, `"p%d":{"type":"string"},`, i)
	}
	return `{"$schema":"https://json-schema.org/draft/2019-09/schema","$recursiveAnchor":true,"properties":{` + out.String() + `"a":{"$recursiveRef":"#"}}}`
}

// TestDeepest runs what nests most calls, in schema and in values, of all that the
// bounds let through: that it returns is the test.
func TestDeepest(t *testing.T) {
	t.Parallel()
	for _, chain := range []int{3, 10, 100, 1000} {
		c := compile([]byte(chained(chain)))
		if c.err != nil || c.chain != chain {
			t.Fatalf("a chain of %d is measured as %d, %v", chain, c.chain, c.err)
		}
		if err := c.validate(deep(maxNested/chain - 1)); err != nil {
			t.Errorf("a chain of %d: %v", chain, err)
		}
	}
}

// TestCircles wants schemas that never come to an end on one value to be
// refused, and those that descend to be taken.
func TestCircles(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		circle     bool
	}{
		{"itself", `{"$ref":"#"}`, true},
		{"by way of another", `{"$ref":"#/definitions/a","definitions":{"a":{"anyOf":[{"type":"null"},{"$ref":"#"}]}}}`, true},
		{"below a property", `{"properties":{"a":{"allOf":[{"$ref":"#/properties/a"}]}}}`, true},
		{"nobody asks for it", `{"definitions":{"a":{"$ref":"#/definitions/a"}}}`, false},
		{"a tree", `{"properties":{"a":{"$ref":"#"}},"additionalProperties":{"type":"string"}}`, false},
		{"a list", `{"additionalProperties":{"items":{"$ref":"#"}}}`, false},
		{"a draft", `{"$ref":"http://json-schema.org/draft-07/schema#"}`, false},
		{"a draft with dynamic references", `{"$ref":"https://json-schema.org/draft/2020-12/schema"}`, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			err := compile([]byte(test.text)).validate(map[string]any{"a": map[string]any{"a": map[string]any{}}})
			if got := err != nil && strings.Contains(err.Error(), "again and again"); got != test.circle || err != nil && !got {
				t.Errorf("got %v", err)
			}
		})
	}
}
