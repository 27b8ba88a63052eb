package parameter

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/helm-dm/helm-dm/chart"
)

func chartOf(t testing.TB, text, schema string) *chart.Chart {
	t.Helper()
	return loaded(t, chartText(text, schema))
}

// TestWithoutComments has texts that the parser of comments cannot read, or
// should not: the values count all the same.
func TestWithoutComments(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"byte order mark and carriage returns", "\ufeff# -- words\r\na: 1\r\n# more\r\nb: 2\r\n", "a\tinteger\t1\twords\nb\tinteger\t2\tmore\n"},
		{"two values of a key, second wins", "# one\na: 1\n---\n# two\na: 2\n", "a\tinteger\t2\ttwo\n"},
		{"too large for comments", "# -- words\na: 1\n" + strings.Repeat("#\n", 1<<19), "a\tinteger\t1\n"},
		{"tabs", "# -- words\na:\t1\t# x\nb: 2\n", "a\tinteger\t1\twords\nb\tinteger\t2\n"},
		{"line breaks of Unicode", "a: \"x\u0085 y\"\n# -- words\nb: 2\n", "a\tstring\t\"x y\"\nb\tinteger\t2\twords\n"},
		{"control characters", "# -- a\u202eb\u200bc\na: \"\\e[31m\\u202e\"\n", "a\tstring\t\"\\u001b[31m\\u202e\"\ta b c\n"},
		{"deep flow", "# -- words\na: " + strings.Repeat("[", 200) + strings.Repeat("]", 200) + "\n",
			"a\tarray\t" + strings.Repeat("[", 200) + strings.Repeat("]", 200) + "\twords\n"},
		{"empty", "", ""},
		{"only comments", "# a: 1\n", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := printed(listOf(t, chartOf(t, test.text, ""))); got != test.want {
				t.Errorf("got\n%qwant\n%q", got, test.want)
			}
		})
	}
}

// TestNesting has keys below the deepest that --set reaches: they are told as
// part of it.
func TestNesting(t *testing.T) {
	t.Parallel()
	text := ""
	for i := range 40 {
		text += strings.Repeat(" ", i) + "k:\n"
	}
	list := listOf(t, chartOf(t, strings.TrimSuffix(text, "\n")+" 1\n", ""))
	settable(t, list)
	if len(list) != 1 || !strings.HasSuffix(list[0].Default, `{"k":1}`+strings.Repeat("}", 8)) {
		t.Errorf("got %+v", list)
	}
}

// TestLongDefaults has defaults that are told in part.
func TestLongDefaults(t *testing.T) {
	t.Parallel()
	table := map[string]any{}
	for i := range maxText {
		table[fmt.Sprint("k", i)] = 1
	}
	for name, value := range map[string]any{
		"text":  strings.Repeat("ä", maxText),
		"list":  make([]int, maxText),
		"lists": [][]int{make([]int, maxText/2), make([]int, maxText)},
		"map":   table,
	} {
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		whole, list := string(text), listOf(t, chartOf(t, "# -- words\na: "+string(text)+"\n", ""))
		told, cut := strings.CutSuffix(list[0].Default, "…")
		if len(list) != 1 || !cut || len(told) < maxText-utf8.UTFMax || len(told) > maxText || !strings.HasPrefix(whole, told) {
			t.Errorf("%s: told is %q", name, list[0].Default)
		}
	}
}

// TestSchemas has schemas that contain themselves or are wide, and what is not
// a schema at all.
func TestSchemas(t *testing.T) {
	t.Parallel()
	wide := make([]string, 200)
	for i := range wide {
		wide[i] = `{"$ref": "#"}`
	}
	for _, schema := range []string{
		`{"allOf": [` + strings.Join(wide, ",") + `], "properties": {"x": {"$ref": "#"}}}`,
		`{"$ref": "#/properties/a", "properties": {"a": {"$ref": "#/properties/b"}, "b": {"$ref": "#/properties/a"}}}`,
		`{"properties": {"a": {"$ref": "#/$defs/n"}}, "$defs": {"n": {"properties": {"x": {"$ref": "#/$defs/n"}, "y": {"items": {"$ref": "#/$defs/n"}}}}}}`,
		strings.Repeat(`{"properties": {"a": `, 3000) + `{}` + strings.Repeat(`}}`, 3000),
		`[]`, `null`, `{`, `{"properties": []}`, `{"properties": {"a": null, "b": true}, "required": {"a": 1}}`,
		`{"properties": {"": {}, "\u0000": {}}}`, `{"$ref": 1, "allOf": {}, "enum": {}, "type": [1, {}]}`,
		`{"properties": {"a": {"$ref": "#/%zz/~2/~"}}}`,
	} {
		for _, text := range []string{"", "a: {x: {y: [{a: 1}]}}\nb: {}\n"} {
			settable(t, listOf(t, chartOf(t, text, schema)))
		}
	}
}

func TestTooMany(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	for i := range maxParameters + 1 {
		fmt.Fprintf(&text, "k%d: 1\n", i)
	}
	_, err := List(chartOf(t, text.String(), ""))
	if !errors.Is(err, chart.ErrTooLarge) || !errors.Is(err, chart.ErrInvalid) {
		t.Errorf("got %v", err)
	}
}

func TestTooManyCharts(t *testing.T) {
	t.Parallel()
	archive := chartText("", "")
	path := "chart"
	for range 4 {
		var list strings.Builder
		list.WriteString("apiVersion: v2\nname: a\nversion: 0.1.0\ndependencies:\n")
		for i := range 10 {
			fmt.Fprintf(&list, "  - {name: a, version: 0.1.0, repository: '', alias: a%d}\n", i)
		}
		archive.Files[len(archive.Files)-2].Data = []byte(list.String())
		path += "/charts/a"
		below := chartText("x: 1\n", "")
		for _, f := range below.Files {
			f.Name = path + strings.TrimPrefix(f.Name, "chart")
			archive.Files = append(archive.Files, f)
		}
	}
	if _, err := List(loaded(t, archive)); !errors.Is(err, chart.ErrTooLarge) {
		t.Errorf("got %v", err)
	}
}

// FuzzList looks for panics, and for names that --set does not take.
func FuzzList(f *testing.F) {
	for _, text := range []string{
		"# -- a\n# @default -- b\na: {b: [1, {c: 2}]}\n", "## @param a.b [default: x] y\n## @extra a.c z\n## @extra a[b z\na:\n  b: 1\n", "# @schema\n# type: string\n# @schema\na: &x |\n  # b\nb: *x\n",
		"a.b: 1\n# @schema type:[a\nc: >-\n\n\n---\n# x\n? {a: b}\n: c\n", "\xef\xbb\xbfa:\r\n\t# x\r\n  b: !!binary aGk=\r\n", "a: 1 # @schema x;y:z;enum:[",
	} {
		f.Add(text, `{"properties": {"a": {"$ref": "#/properties/b"}, "b": {"allOf": [{"$ref": "#"}]}}}`)
	}
	f.Fuzz(func(t *testing.T, text, schema string) {
		files := chartText(text, schema)
		c, err := chart.LoadBytes(packed(t, files), chart.Limits{})
		if err != nil {
			return
		}
		list, err := List(c)
		if err != nil {
			t.Fatal(err)
		}
		settable(t, list)
		for _, p := range list {
			if all := p.Name + p.Type + p.Default + p.Effective + p.Section + p.Allowed.String() + strings.ReplaceAll(p.Description, "\n", ""); strings.ContainsFunc(all, unprintable) {
				t.Errorf("not printable: %q", all)
			}
		}
		Commented(c, "helm:example.com/a/b")
	})
}
