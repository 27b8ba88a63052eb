package outline

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestSplit tells of each part its kind, key, column, place and text.
func TestSplit(t *testing.T) {
	t.Parallel()
	const text = "# top\napiVersion: v1 # one\nentries:\n  a: # none\n\n  \"b\":\n    - x: |\n        - y\n      # z\n    -\n      y\n# c\n  c: [d,\n   e]\ngenerated: g\n...\nnot: this\n"
	want := []string{
		`0 "apiVersion" 0 "apiVersion: v1 # one\n" read as "apiVersion: v1 # one\n"`,
		`1 "a" 2 "  a: # none\n" read as "  a: # none\n\n"`,
		`1 "b" 2 "  \"b\":\n" read as "  \"b\":\n"`,
		`2 "b" 4 "    - x: |\n        - y\n" read as "      x: |\n        - y\n      # z\n"`,
		`2 "b" 4 "    -\n      y\n" read as "     \n      y\n# c\n"`,
		`1 "c" 2 "  c: [d,\n   e]\n" read as "  c: [d,\n   e]\n"`,
		`0 "entries" 0 "entries:\n  a: # none\n\n  \"b\":\n    - x: |\n        - y\n      # z\n    -\n      y\n# c\n  c: [d,\n   e]\n" read as ""`,
		`0 "generated" 0 "generated: g\n" read as "generated: g\n"`,
	}
	var got []string
	err := Split(strings.NewReader(text), func(p Part) error {
		got = append(got, fmt.Sprintf("%d %q %d %q read as %q", p.Kind, p.Key, p.Column, text[p.From:p.To], p.Text))
		return nil
	})
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("error %v, (-want +got):\n%s", err, diff)
	}
}

func TestSplitShape(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"- a\n", "a\n", "? a\n: b\n", "{a: b}\n", "entries:\n- a\n", "entries:\n  - a\n", "entries:\n    a:\n  b:\n", "entries:\n  a:\n    - b\n   - c\n", "entries:\n  a:\n    - b\n    c: d\n",
		"a: b\n c\nd\n", "  a: b\nc: d\n", "--- a\n", "%YAML 1.1\n", "# a\rb: c\n", strings.Repeat("k", 1000) + ": v\n",
	} {
		if err := Split(strings.NewReader(text), func(Part) error { return nil }); !errors.Is(err, ErrShape) {
			t.Errorf("%q: got %v", text, err)
		}
	}
}

// TestSplitCut remembers no more of a part than it may, and goes on behind it.
func TestSplitCut(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 3*MaxPart)
	for _, item := range []string{"- " + long, "- a\n    " + long, "- a\n" + strings.Repeat("    xxxxxxxxxxxxxxxx\n", MaxPart/16)} {
		var got []string
		err := Split(io.MultiReader(strings.NewReader("entries:\n  a:\n  "+item), strings.NewReader("\n  - b\n")), func(p Part) error {
			got = append(got, fmt.Sprint(p.Kind, p.Cut, len(p.Text) <= MaxPart))
			return nil
		})
		if diff := cmp.Diff([]string{"1 false true", "2 true true", "2 false true", "0 false true"}, got); err != nil || diff != "" {
			t.Errorf("error %v, (-want +got):\n%s", err, diff)
		}
	}
}
