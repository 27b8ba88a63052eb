package values

import "testing"

func TestMergeOrder(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		sources []Source
		want    string
	}{
		{"nothing", nil, `{}`},
		{"later files win", []Source{{KindValues, "a: {b: 1, c: 2}"}, {KindValues, "a: {b: 3}\nd: 4"}}, `{"a":{"b":3,"c":2},"d":4}`},
		{"documents of one file", []Source{{KindValues, "a: 1\n---\n# nothing\n---\na: 2\nb: {c: 1}\n---\nb: {d: 1}"}}, `{"a":2,"b":{"c":1,"d":1}}`},
		{"a file after set wins", []Source{{KindSet, "a=1"}, {KindValues, "a: 2"}}, `{"a":2}`},
		{"set after a file wins", []Source{{KindValues, "a: 2\nb: 1"}, {KindSet, "a=1"}}, `{"a":1,"b":1}`},
		{"null stays", []Source{{KindValues, "a: {b: 1}"}, {KindValues, "a: null"}}, `{"a":null}`},
		{"null by set stays", []Source{{KindValues, "a: {b: 1}"}, {KindSet, "a.b=null"}}, `{"a":{"b":null}}`},
		{"set below null", []Source{{KindValues, "a: null"}, {KindSet, "a.b=1"}}, `{"a":{"b":1}}`},
		{"lists replace", []Source{{KindValues, "a: [1, 2]"}, {KindValues, "a: [3]"}}, `{"a":[3]}`},
		{"an index keeps the rest", []Source{{KindValues, "a: [1, 2]"}, {KindSet, "a[1]=x"}}, `{"a":[1,"x"]}`},
		{"unset", []Source{{KindValues, "a: {b: 1, c: 2}"}, {KindUnset, "a.b"}}, `{"a":{"c":2}}`},
		{"unset what is not there", []Source{{KindValues, "a: 1"}, {KindUnset, "b.c[3].d"}, {KindUnset, "a.b"}, {KindUnset, "a[0]"}}, `{"a":1}`},
		{"unset an element", []Source{{KindValues, "a: [1, {b: 2, c: 3}, 4]"}, {KindUnset, "a[1].b"}, {KindUnset, "a[0]"}}, `{"a":[{"c":3},4]}`},
		{"unset, then set", []Source{{KindSet, "a.b=1"}, {KindUnset, "a"}, {KindSet, "a.c=2"}}, `{"a":{"c":2}}`},
		{"JSON object merges", []Source{{KindValues, "a: {b: 1}"}, {KindSetJSON, `{"a":{"c":2}}`}}, `{"a":{"b":1,"c":2}}`},
		{"numbers of files and of set", []Source{{KindValues, "a: 1000000"}, {KindSet, "b=1000000"}}, `{"a":1000000,"b":1000000}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := Merge(test.sources)
			if err != nil || asJSON(t, got) != test.want {
				t.Errorf("got %s, %v\nwant %s", asJSON(t, got), err, test.want)
			}
		})
	}
}

// TestNumberTypes holds what S5 says: they print differently in templates.
func TestNumberTypes(t *testing.T) {
	t.Parallel()
	got, err := Merge([]Source{{KindValues, "a: 1"}, {KindSet, "b=1"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := got["a"].(float64); !ok {
		t.Errorf("a number of a file is a %T", got["a"])
	}
	if _, ok := got["b"].(int64); !ok {
		t.Errorf("a number of set is a %T", got["b"])
	}
}
