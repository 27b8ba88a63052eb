package values

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	t.Parallel()
	tests := []struct{ text, want string }{
		{"", `{}`},
		{"# comment\n", `{}`},
		{"\xef\xbb\xbfa: yes\n", `{"a":true}`},
		{"a: 1\n--- # c\nb: |\n  x\n  ---\n", `{"a":1,"b":"x\n---\n"}`},
		{"---\na: 0777\n---\n", `{"a":511}`},
	}
	for _, test := range tests {
		if got, err := Parse([]byte(test.text)); err != nil || asJSON(t, got) != test.want {
			t.Errorf("%q: got %s, %v", test.text, asJSON(t, got), err)
		}
	}
	for _, text := range []string{"- a", "x", "--- {a: 1}", "a: 1\n---x: 1", "a: .inf", "\t"} {
		if _, err := Parse([]byte(text)); !errors.Is(err, ErrInvalid) {
			t.Errorf("%q: got %v", text, err)
		}
	}
}

// FuzzParse wants values that JSON can hold, and that laid over themselves stay
// what they are.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"a: 1\n---\na: {b: [yes, null]}\n", "\xef\xbb\xbf--- # c\n", "a: &x 1\nb: *x", "- a", "a: .inf", "1: 2", "\t"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		values, err := Parse([]byte(text))
		if err != nil {
			if !errors.Is(err, ErrInvalid) {
				t.Fatalf("an error of no kind: %v", err)
			}
			return
		}
		before := asJSON(t, values)
		if diff := cmp.Diff(values, Overlay(values, values)); diff != "" {
			t.Fatalf("(-values +laid over themselves)\n%s", diff)
		}
		if after := asJSON(t, values); after != before {
			t.Fatalf("laying changed %s to %s", before, after)
		}
	})
}
