package values

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLookup(t *testing.T) {
	t.Parallel()
	tree := map[string]any{
		"a": map[string]any{"b": map[string]any{"c": 1, "gone": nil}, "list": []any{1}},
		"d": "text",
	}
	tests := []struct {
		path  string
		want  any
		found bool
		table map[string]any // nil when there is none
	}{
		{"d", "text", true, nil},
		{"a.b.c", 1, true, nil},
		{"a.b.gone", nil, true, nil},
		{"a.list", []any{1}, true, nil},
		{"a.b", nil, false, map[string]any{"c": 1, "gone": nil}},
		{"a.x", nil, false, nil},
		{"d.x", nil, false, nil},
		{"x.y.z", nil, false, nil},
		{"", nil, false, nil},
		{".", nil, false, nil},
	}
	for _, test := range tests {
		t.Run(test.path, func(t *testing.T) {
			t.Parallel()
			if got, ok := Lookup(tree, test.path); ok != test.found || !cmp.Equal(got, test.want) {
				t.Errorf("value %v, %t", got, ok)
			}
			if got, ok := Table(tree, test.path); ok != (test.table != nil) || !cmp.Equal(got, test.table) {
				t.Errorf("table %v, %t", got, ok)
			}
		})
	}
}

func TestNest(t *testing.T) {
	t.Parallel()
	inner := map[string]any{"x": 1}
	for path, want := range map[string]map[string]any{
		".":     inner,
		"a":     {"a": inner},
		"a.b.c": {"a": map[string]any{"b": map[string]any{"c": inner}}},
	} {
		if diff := cmp.Diff(want, Nest(path, inner)); diff != "" {
			t.Errorf("%q: (-want +got)\n%s", path, diff)
		}
	}
}
