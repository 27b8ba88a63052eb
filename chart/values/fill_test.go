package values

import "testing"

// TestFill lays values over defaults, with nulls that act and with nulls that
// stay (S11, S12).
func TestFill(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, over, under, want, kept string }{
		{"missing", "{}", "{a: 1, b: {c: [2]}}", `{"a":1,"b":{"c":[2]}}`, `{"a":1,"b":{"c":[2]}}`},
		{"given wins", "{a: 1}", "{a: 2}", `{"a":1}`, `{"a":1}`},
		{"tables complete each other", "{a: {b: 1}}", "{a: {b: 2, c: 3}}", `{"a":{"b":1,"c":3}}`, `{"a":{"b":1,"c":3}}`},
		{"lists replace", "{a: [1]}", "{a: [2, 3]}", `{"a":[1]}`, `{"a":[1]}`},
		{"text over a table", "{a: x}", "{a: {b: 1}}", `{"a":"x"}`, `{"a":"x"}`},
		{"table over a text", "{a: {b: 1}}", "{a: x}", `{"a":{"b":1}}`, `{"a":{"b":1}}`},
		{"null over a value", "{a: null, b: {c: null}}", "{a: 1, b: {c: 2}}", `{"b":{}}`, `{"a":null,"b":{"c":null}}`},
		{"null over a null", "{a: null}", "{a: null}", `{"a":null}`, `{"a":null}`},
		{"null over nothing", "{a: null}", "{}", `{"a":null}`, `{"a":null}`},
		{"default null", "{}", "{a: null, b: {c: null, d: 1}}", `{"b":{"d":1}}`, `{"a":null,"b":{"c":null,"d":1}}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for _, pass := range []struct {
				filler Filler
				want   string
			}{{Filler{}, test.want}, {Filler{KeepNull: true}, test.kept}} {
				over := parse(t, test.over)
				pass.filler.Fill(over, parse(t, test.under))
				if got := asJSON(t, over); got != pass.want {
					t.Errorf("%+v: got %s, want %s", pass.filler, got, pass.want)
				}
			}
		})
	}
}

// TestGlobals hands globals down (S13).
func TestGlobals(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, sub, parent, want string }{
		{"none", "{a: 1}", "{b: 2}", `{"a":1,"global":{}}`},
		{"the parent's", "{}", "{global: {a: 1}}", `{"global":{"a":1}}`},
		{"the subchart's own stay", "{global: {b: 2}}", "{global: {a: 1}}", `{"global":{"a":1,"b":2}}`},
		{"the parent wins", "{global: {a: 2, m: {x: 2, z: 2}}}", "{global: {a: 1, m: {x: 1}}}", `{"global":{"a":1,"m":{"x":1,"z":2}}}`},
		{"a map never meets a text", "{global: {a: x, m: {x: 2}}}", "{global: {a: {z: 1}, m: text}}", `{"global":{"a":"x","m":{"x":2}}}`},
		{"nulls stay", "{global: {m: {x: 2}}}", "{global: {a: null, m: {x: null}}}", `{"global":{"a":null,"m":{"x":null}}}`},
		{"the parent's are no map", "{global: {a: 1}}", "{global: x}", `{"global":{"a":1}}`},
		{"the subchart's are no map", "{global: x}", "{global: {a: 1}}", `{"global":"x"}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			sub, parent := parse(t, test.sub), parse(t, test.parent)
			Globals(sub, parent)
			if got := asJSON(t, sub); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
			if got, want := asJSON(t, parent), asJSON(t, parse(t, test.parent)); got != want {
				t.Errorf("the parent's values changed to %s", got)
			}
		})
	}
}

func parse(t testing.TB, text string) map[string]any {
	t.Helper()
	values, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return values
}
