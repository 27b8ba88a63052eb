package yaml

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	library "sigs.k8s.io/yaml"
)

// checkMarshal holds Marshal against the library.
func checkMarshal(t *testing.T, value any) {
	t.Helper()
	want, wantErr := library.Marshal(value)
	got, err := Marshal(value)
	// The library's order of keys goes in circles for some (a10, a1b, a2).
	for range 20 {
		if again, _ := library.Marshal(value); string(again) != string(want) {
			return
		}
		if string(got) == string(want) {
			break
		}
	}
	if (err == nil) != (wantErr == nil) || string(got) != string(want) {
		t.Fatalf("%#v\ngot  %q, %v\nwant %q, %v", value, got, err, want, wantErr)
	}
}

// scalars are values whose style hangs on a detail.
func scalars() []any {
	out := []any{nil, true, false, 0, -1, int64(math.MaxInt64), 1.0, 1.5, math.Copysign(0, -1), 1e6, 1e20, 1e21, 1e-7, 1 << 53, 1<<53 - 1.0, math.MaxFloat64, uint(7), float32(1.5), math.Inf(1)}
	for _, text := range []string{
		"", "a", "true", "Yes", "n", "~", "null", "NULL", "1", "-1", "+1", "0x1f", "0b1", "-0b1", "0o7", "07", "1_000", "1.5", ".5", "1e3", "1:30", "1:30.5", "2006-01-02", "2006-01-02T15:04:05Z",
		"1.", ".", "-", "--", "---", "--- a", "...", ".nan", "+.inf", "<<", "=", "0x", "1e", "1e999", "99999999999999999999", "0b2", "0b", "-0b",
		"a: b", "a:", ":a", "a #b", "a#b", "#a", "? a", "?a", "- a", "-a", "[a", "{a", "*a", "&a", "!a", "|", ">", "'a", "\"a", "%a", "@a", "`a", "a'b", "it's: x", "a\\b: ", "a\tb", "\ta", "a\x00b: ", "a\x1bb",
		" a", "a ", "a\n", "\n", "\n\n", "a\nb", "a\n\nb\n\n", " a\nb", "a \nb", "a\n b", "a\n b\n", "a\n ", "\na", "a\n#b\n", "a\r\nb", "ä", "a\xffb", "\u2028", "\u0085", "\ufeff", "\x7f", "<a&b>", "🎉",
		strings.Repeat("word ", 40), strings.Repeat("word  ", 40), strings.Repeat("x", 100) + " y z", "'" + strings.Repeat("w: ", 50), strings.Repeat("\"w\": \t", 50), strings.Repeat("a\tb  c ", 50), strings.Repeat("x", 130), strings.Repeat("long ", 40) + "\nx",
	} {
		out = append(out, text)
	}
	return out
}

func TestMarshal(t *testing.T) {
	t.Parallel()
	for _, value := range scalars() {
		checkMarshal(t, value)
		checkMarshal(t, map[string]any{"a": value, "b": []any{value, []any{value, map[string]any{"c": value}}, value}})
		checkMarshal(t, []any{value, map[string]any{"a": value, "list": []any{value}}})
		if key, ok := value.(string); ok {
			checkMarshal(t, map[string]any{key: 1, "z": map[string]string{key: key}})
			checkMarshal(t, []string{key, key})
		}
	}
}

type named map[string]any

type speaking map[string]any

func (speaking) MarshalJSON() ([]byte, error) { return []byte(`"said"`), nil }

func TestMarshalOfTypes(t *testing.T) {
	t.Parallel()
	deep := any("end")
	for range maxDepth + 5 {
		deep = []any{map[string]any{"k": deep}}
	}
	cycle := map[string]any{}
	cycle["self"] = cycle
	for _, value := range []any{
		named{"a": named{}}, named(nil), speaking{"a": 1}, map[string]any(nil), []any(nil), []string(nil), map[string]string(nil), []string{}, map[string]any{},
		map[string]int{"a": 1}, []int{1}, []byte("x"), map[int]string{1: "a"}, struct{ A string }{"b"}, json.Number("1.50"), make(chan int), deep, cycle,
		[]any{[]any{}, map[string]any{}, []any{[]any{1}}}, []any{map[string]any{"a": []any{[]any{1, 2}, 3}}},
	} {
		checkMarshal(t, value)
		checkMarshal(t, map[string]any{"in": value})
		checkMarshal(t, []any{value})
	}
}

func TestMarshalStops(t *testing.T) {
	t.Parallel()
	bomb := []any{"x"}
	for range 60 {
		bomb = []any{bomb, bomb}
	}
	if _, err := Write(bomb, 1000); !errors.Is(err, ErrTooLong) {
		t.Errorf("got %v", err)
	}
}

func TestOrderOfKeys(t *testing.T) {
	t.Parallel()
	keys := map[string]any{}
	for _, key := range []string{"a", "A", "a1", "a01", "a10", "a2", "a-1", "a.1", "ab", "1", "10", "2", "02", "b10c2", "b10c10", "b100", "b1000", "b020", "_", "-", "/x", "a/b", "x1y2", "x01y1"} {
		keys[key] = nil
	}
	checkMarshal(t, keys)
}

// FuzzMarshal writes what the library reads from a text, and the text itself as
// key and value in several places.
func FuzzMarshal(f *testing.F) {
	for _, value := range scalars() {
		if text, ok := value.(string); ok {
			f.Add(text, "b")
		}
	}
	f.Add("a: [1, {b: c}]\nd: |\n  x\n", "a10")
	f.Fuzz(func(t *testing.T, text, other string) {
		var value any
		if library.Unmarshal([]byte(text), &value) == nil {
			checkMarshal(t, value)
		}
		checkMarshal(t, text)
		checkMarshal(t, map[string]any{text: other, other: []any{text, map[string]any{other: text}}})
		checkMarshal(t, []any{[]string{text, other}, map[string]string{text: text}})
	})
}
