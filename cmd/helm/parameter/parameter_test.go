package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSetFile(t *testing.T) {
	t.Parallel()
	one, two := file(t, "one", "1\n"), file(t, "with,comma=x", "2,=\\")
	got, err := readAssigned([]string{`a.b=` + one + `,c\=d=` + one, `e[0]=` + escaped(two)})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"a.b=1\n", "c\\=d=1\n", "e[0]=2,=\\"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// escaped puts a backslash before each comma, as on a command line.
func escaped(path string) string {
	out := ""
	for _, r := range path {
		if r == ',' {
			out += `\`
		}
		out += string(r)
	}
	return out
}
