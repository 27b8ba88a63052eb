package values

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/helm-dm/helm-dm/chart/fault"
)

// TestHostileSources wants texts that grow to be refused, or to cost no more than
// some multiple of their length. It measures the whole process and so runs alone.
func TestHostileSources(t *testing.T) { //nolint:paralleltest // see above
	many := func(part string, n int) string { return strings.Repeat(part, n) }
	var steps strings.Builder
	for i := range 200 {
		fmt.Fprintf(&steps, "a%d[65536]=x,", i)
	}
	tests := []struct {
		name   string
		source Source
		want   string // empty: it is taken
		cost   uint64 // in bytes
	}{
		{"a huge index", Source{KindSet, "a[999999999]=x"}, "greater than 65536", 1 << 20},
		{"an index beyond all numbers", Source{KindSet, "a[99999999999999999999]=x"}, "[NUMBER]", 1 << 20},
		{"a negative index", Source{KindSet, "a[-1]=x"}, "negative", 1 << 20},
		{"indexes in indexes", Source{KindSet, "a" + many("[65536]", 20) + "=x"}, "list elements", 64 << 20},
		{"many indexes in indexes", Source{KindSet, "a" + many("[1]", 100_000) + "=x"}, "nested", 32 << 20},
		{"many lists", Source{KindSet, steps.String()}, "list elements", 128 << 20},
		{"deep", Source{KindSet, many("a.", 500_000) + "a=x"}, "nested", 32 << 20},
		{"deep in a value of JSON", Source{KindSetJSON, "a=" + many("[", 500_000)}, "not JSON", 64 << 20},
		{"deep in JSON", Source{KindSetJSON, many(`{"a":`, 500_000)}, "not a JSON object", 64 << 20},
		{"a long list", Source{KindSet, "a={" + many("x,", 500_000) + "x}"}, "", 256 << 20},
		{"a list without an end", Source{KindSet, "a={" + many("x,", 500_000)}, "not closed", 256 << 20},
		{"lists in lists", Source{KindSet, "a=" + many("{", 500_000)}, "not closed", 64 << 20},
		{"a megabyte of a key", Source{KindSet, many("k", 1<<20)}, "no value", 64 << 20},
		{"a megabyte of backslashes", Source{KindSet, "a=" + many(`\`, 1<<20)}, "", 64 << 20},
		{"a key to remove, deep", Source{KindUnset, many("a.", 500_000) + "a"}, "nested", 32 << 20},
		{"an unknown kind", Source{"other", "a=1"}, "unknown", 1 << 20},
		{"NUL and no text", Source{KindSet, "\x00\xff=\x00\xff"}, "", 1 << 20},
		{"documents without number", Source{KindValues, many("---\n", 100_000)}, "documents", 64 << 20},
		{"a map as a key", Source{KindValues, "? {a: hush}\n: hush"}, "a value", 4 << 20},
		{"the same anchor in itself", Source{KindValues, "a: &a\n  b: *a"}, "a value", 4 << 20},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { //nolint:paralleltest // see above
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := Merge([]Source{test.source})
			runtime.ReadMemStats(&after)
			if (err == nil) != (test.want == "") || err != nil && (!errors.Is(err, fault.ErrInvalid) || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "hush")) {
				t.Errorf("got %.300v, want %q", err, test.want)
			}
			if err != nil && len(err.Error()) > 10_000 {
				t.Errorf("the error has %d bytes", len(err.Error()))
			}
			if cost := after.TotalAlloc - before.TotalAlloc; cost > test.cost {
				t.Errorf("it cost %d KiB, at most %d", cost>>10, test.cost>>10)
			}
		})
	}
}
