package values

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCopySharesNothing(t *testing.T) {
	t.Parallel()
	tree := func() map[string]any {
		return map[string]any{"a": map[string]any{"b": []any{map[string]any{"c": 1}, nil}}, "none": []any(nil), "null": nil}
	}
	original := tree()
	copied := Copy(original)
	if diff := cmp.Diff(original, copied); diff != "" {
		t.Errorf("(-original +copy)\n%s", diff)
	}
	list := copied["a"].(map[string]any)["b"].([]any)
	list[0].(map[string]any)["c"] = 2
	list[1] = "changed"
	copied["a"].(map[string]any)["d"] = "new"
	if diff := cmp.Diff(tree(), original); diff != "" {
		t.Errorf("the original changed with its copy: (-want +got)\n%s", diff)
	}
}

func TestCopyOfNothing(t *testing.T) {
	t.Parallel()
	if got := Copy(nil); got == nil || len(got) != 0 {
		t.Errorf("a map: %#v", got)
	}
	if got := CopyList(nil); got != nil {
		t.Errorf("a list: %#v", got)
	}
	if got := CopyList([]any{}); got == nil || len(got) != 0 {
		t.Errorf("an empty list: %#v", got)
	}
}

func TestCount(t *testing.T) {
	t.Parallel()
	v := map[string]any{"a": []any{1.0, nil, map[string]any{"b": true}}, "c": map[string]any{}}
	for limit, want := range map[int]int{1: 1, 3: 3, 100: 7} {
		if got := Count(v, limit); got != want {
			t.Errorf("up to %d: got %d, want %d", limit, got, want)
		}
	}
}
