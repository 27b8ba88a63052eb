package fault

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestKinds(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		err      error
		tooLarge bool
	}{
		{"invalid", Invalid("reading %q: %w", "x", fs.ErrNotExist), false},
		{"too large", TooLarge("reading %q: %w", "x", fs.ErrNotExist), true},
		{"wrapped", fmt.Errorf("loading: %w", TooLarge("reading: %w", fs.ErrNotExist)), true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if !errors.Is(test.err, ErrInvalid) || errors.Is(test.err, ErrTooLarge) != test.tooLarge || !errors.Is(test.err, fs.ErrNotExist) {
				t.Errorf("the kinds of %v", test.err)
			}
			if strings.Contains(test.err.Error(), ErrInvalid.Error()) || strings.Contains(test.err.Error(), ErrTooLarge.Error()) {
				t.Errorf("%q repeats its kind", test.err)
			}
		})
	}
}

func TestTextIsCut(t *testing.T) {
	t.Parallel()
	got := Invalid("%s", strings.Repeat("é", maxText)).Error()
	if len(got) > maxText+3 || !utf8.ValidString(got) || !strings.HasSuffix(got, "…") {
		t.Errorf("%d bytes, ending in %q", len(got), got[len(got)-5:])
	}
}
