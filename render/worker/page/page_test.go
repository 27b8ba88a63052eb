package page

import (
	"strings"
	"testing"
)

func TestText(t *testing.T) {
	t.Parallel()
	written := func(template string) []byte {
		p := make(Page, size)
		p.Write("web/templates/one-that-was-longer.yaml")
		p.Write(template)
		return p
	}
	for name, c := range map[string]struct {
		content []byte
		want    string
	}{
		"a path":             {written("web/templates/a.yaml"), "web/templates/a.yaml"},
		"nothing":            {written(""), ""},
		"a long path":        {written(strings.Repeat("x", 2*size)), strings.Repeat("x", size-prefix)},
		"an empty page":      {make([]byte, size), ""},
		"a page cut off":     {written("web/templates/a.yaml")[:5], "web"},
		"no page":            {nil, ""},
		"a false length":     {append([]byte{0xff, 0xff}, "web"...), "web"},
		"control characters": {append([]byte{0, 7}, "a\x1b[2\n\xffb"...), "a[2b"},
	} {
		if got := text(c.content); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	Page(nil).Write("web/templates/a.yaml") // where there is no page it is for nothing
}
