package yaml

import (
	"reflect"
	"testing"

	library "sigs.k8s.io/yaml"
)

// checkRead holds the reader against the library: where it is sure, both read
// the same.
func checkRead(t *testing.T, text string) (sure bool) {
	t.Helper()
	var want any
	err := library.Unmarshal([]byte(text), &want)
	got, ok := read(text, nil)
	if ok && (err != nil || !reflect.DeepEqual(got, want)) {
		t.Fatalf("%q\ngot  %#v\nwant %#v, %v", text, got, want, err)
	}
	fields := []string{"kind", "metadata"}
	found, ok2 := Fields(text, fields)
	if !ok2 {
		return ok
	}
	all, isMap := want.(map[string]any)
	if err != nil || !isMap {
		t.Fatalf("%q\ngot  %#v\nwant %#v, %v", text, found, want, err)
	}
	for _, key := range fields {
		value, given := found[key]
		wantValue, wantGiven := all[key]
		if given != wantGiven || !reflect.DeepEqual(value, wantValue) {
			t.Fatalf("%q: %s\ngot  %#v\nwant %#v", text, key, value, wantValue)
		}
	}
	return true
}

// familiarTexts are texts that the reader is to know.
func familiarTexts() []string {
	return []string{
		"a: 1\nb: x\n", "a:\n  b: c\n  d:\n  - e\n  - f: g\n    h: i\n  -   j: k\n", "- a\n- - b\n  - c\n-\n  d: e\n-\n", "a:\n- b\n\n# c\n  # d\n- e\n", "kind: A # comment\nmetadata:\n  name: \"x\"\n  labels: {}\n",
		"a: |\n  x\n   y\n\n  z\n\nb: 1", "a: |-\n  x\n\n\nb: |+\n  y\n\nc: 2\n", "a: |\n  x", "a: |\nb: 1\n", "a: |-\nb: 1\n", "a:\n- |\n  x\n- y\n", "a: |\n\n  x\n", "a: |+\n\nb: 1\n", "a: |\n  x\n  \n   \nb: c\n", "a: |\n    x\n  # c\nb: 1\n",
		"a: 'it''s'\nb: \"q\\\"\\n\\t\\\\\"\n'c d': e\n\"f/g\": h\n", "a: [b, 'c', \"d\", [1, true], {}, null]\nb: [ ]\n", "a: true\nb: no\nc: ~\nd: -1.5\ne: 0\nf: 1000000\ng: a:b\nh: -x\ni: http://x/#y\n", "a: 2006-01-02x\nb: 1.2.3\nc: 1a\nd: v1\n",
		"a:\n  # c\n  b: 1\n", "a:\nb:\n", "kind: A\nspec:\n  x: >-\n    y\n    z\nmetadata: {}\n", "a: ä\nb: \"ö\"\n", "a: x  \nb: y # z\n", "kind: A\nkind: B\n", "a: {}  # c\n", "a: |\n  x\ty\n", "metadata: null\n",
		"a:\n  {}\nb:\n  []\nc:\n  d\n", "a: {b: c}\n", "a: {b: c, \"d e\": [f, {g: 1}], 'h': {}, i/j.k: \"l, m\", num: 2 }  # o\nq: r\n", "metadata: {name: a, labels: {b: c}, annotations: {d: \"e: f\"}}\nkind: A\n", "a: {b: c, b: d}\n", "- {a: b}\n- [{c: d}]\n", "a: 0755\nb: 0x1f\nc: 1_000\nd: 1:30\ne: 2006-01-02\n",
		"kind: a\nspec:\n  x: some words\n    - that go on\n\n    here, and:here\n", "kind: a\nb: some words\n  that go on\n\n  here\nc: 'it''s\n  long'\nd: \"so \\\"is\n\n  it\\\n  \\ x\"\ne:\n- f g\n  h\n- i:\n    j k\n    l\n",
	}
}

func unfamiliarTexts() []string {
	return []string{
		"", "a", "a: b: c\n", "a: *x\n", "a: &x 1\n", "a: !!str 1\n", "a: b\n  c\n", "a:\n\tb: c\n", "? a\n: b\n", "a: \"x\n  y\"\n", "a: [b,\n c]\n", "- a\nb: c\n", "a: b\n- c\n", "a:\n  b: c\n d: e\n", "a: 0x1f\n", "a: .inf\n", "a: 1_0\n",
		"true: a\n", "1: a\n", "~: a\n", "y: a\n", "a: 2006-01-02\n", "---\na: b\n", "a: b\n...\n", "a: |2\n  x\n", "a: |\n    \n  x\n", "a: \"\\x41\"\n", "a: b\r\n", "a: \x01\n", "a: \xff\n", "a: \u2028\n", "a: @b\n", "a: `b`\n", "a: 'b'c\n", "a: \"b\"#c\n", "a: [b]c\n", "%a: b\n", "a: -\n", "a: - b\n", "a: ? b\n", "a: , b\n", "a b: c\n", "a: {b}\n", "a: {b: }\n", "a: {b:c}\n", "a: {b: c\n", "a: {\"b\":c}\n", "a: {y: c}\n", "a: {b: c: d}\n", "a: {b: c,}\n", "a: {? b: c}\n", "a: {b: c}d\n", "{a: b}\n", "a: {<<: {b: c}}\n", "a: {\"b\\n\": c}\n", "a:b\n", "a: |x\n", "a: b\n\tc: d\n", "a:\n  - b\n c: d\n", "Kind: A\n", "a: |\n\tx\n", "a: |\n  x\n\ty\n", "a: 010\n", "a: 1:30\n", "<<: {a: b}\n", "a: %b\n", "kind: A\nb: c # d\n  e\n", "kind: A\nb: c\n  d: e\n", "kind: A\nb: c\n  # d\n  e\n", "kind: A\nb: 'c\nd'\n", "kind: A\nb: 'c\n", "kind: A\nb: \"c\n  \\x41\"\n", "kind: A\nb: .nan\n", "kind: A\nb: c\n  d:\n", "kind: A\nb: 'c\n  d' e\n",
	}
}

func TestRead(t *testing.T) {
	t.Parallel()
	for _, text := range familiarTexts() {
		if !checkRead(t, text) {
			t.Errorf("%q: left to the library", text)
		}
	}
	for _, text := range unfamiliarTexts() {
		checkRead(t, text)
	}
}

func TestUnmarshal(t *testing.T) {
	t.Parallel()
	for _, text := range append(familiarTexts(), unfamiliarTexts()...) {
		want, got := map[string]any{}, map[string]any{}
		wantErr, err := library.Unmarshal([]byte(text), &want), Unmarshal(text, &got)
		if !reflect.DeepEqual(got, want) || (err == nil) != (wantErr == nil) || err != nil && err.Error() != wantErr.Error() {
			t.Errorf("%q: map\ngot  %#v, %v\nwant %#v, %v", text, got, err, want, wantErr)
		}
		wantList, list := []any{}, []any{}
		wantErr, err = library.Unmarshal([]byte(text), &wantList), Unmarshal(text, &list)
		if !reflect.DeepEqual(list, wantList) || (err == nil) != (wantErr == nil) {
			t.Errorf("%q: list\ngot  %#v, %v\nwant %#v, %v", text, list, err, wantList, wantErr)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, text := range append(familiarTexts(), unfamiliarTexts()...) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { checkRead(t, text) })
}
