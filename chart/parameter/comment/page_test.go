package comment

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestPlaces reads which comment belongs to which key.
func TestPlaces(t *testing.T) {
	t.Parallel()
	root, _ := Read([]byte(`# of a
a: {b: 1, c: [{d: 2}]} # behind a
# of e

e:
    # of f
  # also of f
  f: |
    # text
   # also text
  # of g
  g:
  # of the first
  - h: 1
    # of i
    i: 2
  - # of nothing
    j: 3
k: "x
  # text
  "
# of l, with "quotes" and a #
l: >-
# of m
m: 1
Yes: 1
`))
	got := map[string]string{}
	gather(root, "", got)
	want := map[string]string{
		"a": "of a", "a.b": "", "a.c": "", "a.c.0.d": "", "e": "", "e.f": "also of f", "e.g": "of g", "e.g.0.h": "of the first",
		"e.g.0.i": "of i", "e.g.1.j": "", "k": "", "l": `of l, with "quotes" and a #`, "m": "of m", "true": "",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// gather notes the text at each key below o.
func gather(o *Outline, path string, into map[string]string) {
	for _, key := range o.Keys {
		into[path+key] = o.Key(key).Note().Text
		gather(o.Key(key), path+key+".", into)
	}
	for i := range o.Len() {
		gather(o.Item(i), path+string(rune('0'+i))+".", into)
	}
}

func TestProse(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, want string
		lines      []string
	}{
		{"words", "One two. Three.", []string{"One two.", "", "  Three."}},
		{"rules", "One", []string{"-----", "One", "=== ##"}},
		{"stock", "", []string{"Default values for web.", "This is a YAML-formatted file.", "Declare variables to be passed into your templates."}},
		{"out first", "Words", []string{"key: value", "- a: b", "  c: d", "Words"}},
		{"out last", "Words", []string{"Words", "key:", "  nested: true", `name: "x y z w"`}},
		{"out between", "Last", []string{"First", "key: value", "Last"}},
		{"an example between", "For example: Last", []string{"For example:", "key: value", "Last"}},
		{"a sentence with a colon", "Note: this is a sentence.", []string{"Note: this is a sentence."}},
		{"a key with a sentence", "mode: this is what it is about", []string{"mode: this is what it is about"}},
		{"a reference", "ref: https://example.com/", []string{"ref: https://example.com/"}},
		{"items of a list", "One of - a - b", []string{"One of", "- a", "- b"}},
		{"directives", "Words", []string{"@param x y", "+docs:property", "Words"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := prose(test.lines); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// FuzzRead looks for panics.
func FuzzRead(f *testing.F) {
	for _, text := range []string{
		"# a\nb: 1 # c\n", "a: |\n # b\n# c\nd: *e\n", "---\n- - a: &b {c: *b}\n", "? a\n: b\n", "\t# a\r# b\u2028c: 1\u0085", "<<: *a\n", "# @schema\n# @schema\n# @schema x:[\na: 1 # @schema ;;:\n",
		"a.b -- c\n# a.b -- c\n# @default -- d\n", "a: !!binary |\n  x\n", "%YAML 1.1\n---\na: \"\\u0000\"\n...\n# b\n",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(_ *testing.T, text []byte) {
		root, _ := Read(text)
		gather(root, "", map[string]string{})
	})
}
