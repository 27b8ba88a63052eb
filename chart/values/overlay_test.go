package values

import "testing"

func TestOverlayLeavesItsArguments(t *testing.T) {
	t.Parallel()
	base := map[string]any{"a": map[string]any{"b": 1}}
	over := map[string]any{"a": map[string]any{"c": 2}, "d": map[string]any{}}
	out := Overlay(base, over)
	out["d"].(map[string]any)["e"] = 3
	if asJSON(t, base) != `{"a":{"b":1}}` || asJSON(t, over) != `{"a":{"c":2},"d":{}}` {
		t.Errorf("the arguments changed: %v, %v", base, over)
	}
}
