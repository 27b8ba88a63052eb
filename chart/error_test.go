package chart

import (
	"errors"
	"strings"
	"testing"

	"github.com/helm-dm/helm-dm/chart/values"
)

// TestErrInvalidCoversValues holds the promise that one comparison finds what a
// chart and what the values are to blame for.
func TestErrInvalidCoversValues(t *testing.T) {
	t.Parallel()
	_, merging := values.Merge([]values.Source{{Kind: values.KindSet, Text: "a"}})
	_, loading := LoadBytes(pack(t, file("a/Chart.yaml", minimal), file("a/values.yaml", "- a")), Limits{})
	for name, err := range map[string]error{"merging": merging, "loading": loading} {
		if !errors.Is(err, ErrInvalid) || errors.Is(err, ErrTooLarge) {
			t.Errorf("%s: %v is not of the kind", name, err)
		}
		if err != nil && strings.Contains(err.Error(), ErrInvalid.Error()) {
			t.Errorf("%s: %q repeats the kind", name, err)
		}
	}
}
