package schema

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/chart/values"
)

// validate lays user values over a chart with the given schemas, that of a chart
// b in it and of a chart c in that one, and validates them. An empty schema is
// none. The chart has b twice, as x and as z, the second unless z.enabled is false.
func validate(t testing.TB, v *Validator, user, a, b, c string) error {
	t.Helper()
	root := t.TempDir()
	write(t, root, "a", "dependencies:\n- {name: b, version: 0.1.0, alias: x}\n- {name: b, version: 0.1.0, alias: z, condition: z.enabled}\n", a)
	write(t, filepath.Join(root, "charts/b"), "b", "", b)
	write(t, filepath.Join(root, "charts/b/charts/c"), "c", "", c)
	loaded, err := chart.LoadDir(root, chart.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	given, err := values.Parse([]byte(user))
	if err != nil {
		t.Fatal(err)
	}
	configured, err := loaded.Configure(given)
	if err != nil {
		t.Fatal(err)
	}
	coalesced, err := chart.Coalesce(configured, given)
	if err != nil {
		t.Fatal(err)
	}
	before := values.Copy(coalesced)
	err = v.Validate(configured, coalesced)
	if diff := cmp.Diff(before, coalesced); diff != "" {
		t.Errorf("validating changed the values (-before +after)\n%s", diff)
	}
	return err
}

func write(t testing.TB, folder, name, more, schema string) {
	t.Helper()
	files := map[string]string{"Chart.yaml": "apiVersion: v2\nname: " + name + "\nversion: 0.1.0\n" + more}
	if schema != "" {
		files["values.schema.json"] = schema
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for file, text := range files {
		if err := os.WriteFile(filepath.Join(folder, file), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

const header = "values don't meet the specifications of the schema(s) in the following chart(s):\n"

// TestValidateTree wants all failures of all charts that are on, each with its
// own slice. Helm 4.3.1 prints the same text.
func TestValidateTree(t *testing.T) {
	t.Parallel()
	const required = `{"required":["must"]}`
	tests := []struct{ name, user, a, b, c, want string }{
		{"no schemas", "a: 1", "", "", "", ""},
		{"all is well", "must: 1\nx: {must: 1, c: {must: 1}}\nz: {must: 1, c: {must: 1}}", required, required, required, ""},
		{"nothing is well", "", required, required, required, "a:\n- at '': missing property 'must'\nx:\n- at '': missing property 'must'\n" +
			"c:\n- at '': missing property 'must'\nz:\n- at '': missing property 'must'\nc:\n- at '': missing property 'must'"},
		{"off", "z: {enabled: false}", required, required, "", "a:\n- at '': missing property 'must'\nx:\n- at '': missing property 'must'"},
		{"one alias", "x: {must: 1}", "", required, "", "z:\n- at '': missing property 'must'"},
		{"several in one", "l: [1]\nm: abc\nnum: 1", `{"properties":{"num":{"type":"string"},"m":{"maxLength":2},"l":{"minItems":2}}}`, "", "",
			"a:\n- at '/l': minItems: got 1, want 2\n- at '/m': maxLength: got 3, want 2\n- at '/num': got number, want string"},
		{"the parent's view of a child", "x: {p: 1}", `{"properties":{"x":{"properties":{"p":{"type":"string"}}}}}`, `{"properties":{"p":{"type":"boolean"}}}`, "",
			"a:\n- at '/x/p': got number, want string\nx:\n- at '/p': got number, want boolean"},
		{"globals reach the child", "global: {p: 1}", "", `{"properties":{"global":{"properties":{"p":{"type":"string"}}}}}`, "",
			"x:\n- at '/global/p': got number, want string\nz:\n- at '/global/p': got number, want string"},
		{"a broken one beside a failing one", "", required, `{"type":`, "", "a:\n- at '': missing property 'must'\n" +
			"x:\nvalues.schema.json is not JSON: unexpected EOF\nz:\nvalues.schema.json is not JSON: unexpected EOF"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			err := validate(t, &Validator{}, test.user, test.a, test.b, test.c)
			if test.want == "" {
				if err != nil {
					t.Errorf("got %v", err)
				}
				return
			}
			if !errors.Is(err, chart.ErrInvalid) || errors.Is(err, chart.ErrTooLarge) {
				t.Fatalf("got %v", err)
			}
			if diff := cmp.Diff(header+test.want, err.Error()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// TestValidateReferences goes through what a schema may name.
func TestValidateReferences(t *testing.T) {
	t.Parallel()
	const closedDoor = "references to other files and to hosts are not followed"
	tests := []struct{ name, schema, want string }{
		{"its own part", `{"properties":{"p":{"$ref":"#/definitions/s"}},"definitions":{"s":{"type":"string"}}}`, "got number, want string"},
		{"its own part by name", `{"properties":{"p":{"$ref":"values.schema.json#/definitions/s"}},"definitions":{"s":{"type":"string"}}}`, "got number, want string"},
		{"its own part by identity", `{"$id":"https://example.com/s.json","properties":{"p":{"$ref":"s.json#/definitions/s"}},"definitions":{"s":{"type":"string"}}}`, "got number, want string"},
		{"its own part by anchor", `{"properties":{"p":{"$ref":"#s"}},"$defs":{"s":{"$anchor":"s","type":"string"}}}`, "got number, want string"},
		{"an urn that it holds", `{"$id":"urn:x:y","properties":{"p":{"$ref":"urn:x:y#/definitions/s"}},"definitions":{"s":{"type":"string"}}}`, "got number, want string"},
		{"an urn that nobody holds", `{"properties":{"p":{"$ref":"urn:x:z"}}}`, ""},
		{"a part of an urn that nobody holds", `{"properties":{"p":{"$ref":"urn:x:z#/definitions/s"}}}`, "not found"},
		{"an urn for a draft", `{"$schema":"urn:x:z","properties":{"p":{"type":"string"}}}`, "got number, want string"},
		{"a draft", `{"properties":{"p":{"$ref":"http://json-schema.org/draft-07/schema#"}}}`, "got number, want boolean or object"},
		{"the newest draft", `{"$schema":"http://json-schema.org/schema#","properties":{"p":{"type":"string"}}}`, "got number, want string"},
		{"nothing", `{"$ref":"#/definitions/s"}`, "not found"},
		{"a file", `{"$ref":"file:///etc/passwd"}`, closedDoor},
		{"an endless file", `{"$ref":"file:///dev/zero"}`, closedDoor},
		{"a file beside it", `{"properties":{"p":{"$ref":"other.json"}}}`, closedDoor},
		{"a host", `{"properties":{"p":{"$ref":"https://169.254.169.254/latest"}}}`, closedDoor},
		{"an unknown protocol", `{"$ref":"gopher://example.com/x"}`, closedDoor},
		{"a draft of somebody's", `{"$schema":"https://example.com/draft"}`, closedDoor},
		{"a draft that is itself", `{"$schema":"file:///values.schema.json"}`, "not supported"},
		{"a draft in a part that is the whole", `{"properties":{"p":{"$id":"https://example.com/x","$schema":"file:///values.schema.json"}}}`, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			err := validate(t, &Validator{}, "p: 1", test.schema, "", "")
			if test.want == "" && err == nil {
				return
			}
			if test.want == "" || !errors.Is(err, chart.ErrInvalid) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

// TestValidateTexts are schemas that hardly are.
func TestValidateTexts(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, schema, want string }{
		{"a byte order mark", "\xef\xbb\xbf" + `{"required":["q"]}`, "missing property 'q'"},
		{"false", `false`, "false schema"},
		{"true", `true`, ""},
		{"null", `null`, "got null, want boolean or object"},
		{"a list", `[]`, "got array, want boolean or object"},
		{"two values", `{} {}`, "not JSON"},
		{"blank", " ", "not JSON: EOF"},
		{"YAML", "type: object", "not JSON"},
		{"nested lists", strings.Repeat("[", 20000), "exceeded max depth"},
		{"nested lists that end", strings.Repeat("[", 5000) + strings.Repeat("]", 5000), "nested more than"},
		{"a type of its own", `{"type":3}`, "at '/type': got number, want array"},
		{"a broken pattern", `{"properties":{"p":{"pattern":"("}}}`, "is not valid regex"},
		{"the same identity twice", `{"properties":{"p":{"$id":"https://e.com/a"},"q":{"$id":"https://e.com/a"}}}`, "https://e.com/a"},
		{"a number too small to compute with", `{"properties":{"p":{"multipleOf":1e-400000}}}`, "out of range"},
		{"a key with a terminal escape", `{"properties":{"p":{"type":"string"}},"required":["\u001b[31m"]}`, `'\x1b[31m'`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			err := validate(t, &Validator{}, "p: 1", test.schema, "", "")
			if test.want == "" && err == nil {
				return
			}
			if test.want == "" || !errors.Is(err, chart.ErrInvalid) || !strings.Contains(err.Error(), test.want) || strings.ContainsRune(err.Error(), '\x1b') {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

// TestValidateKeepsSecrets plants one value wherever a check may fail and wants
// it in no error.
func TestValidateKeepsSecrets(t *testing.T) {
	t.Parallel()
	checks := []string{
		`"pattern":"^x"`, `"format":"ipv4"`, `"format":"date-time"`, `"format":"uri"`, `"format":"regex"`, `"format":"json-pointer"`, `"maxLength":2`, `"minLength":99`, `"enum":["q","r"]`, `"const":"q"`,
		`"type":"integer"`, `"not":{"type":"string"}`, `"oneOf":[{"pattern":"^x"},{"pattern":"^y"}]`, `"allOf":[{"pattern":"^x"}]`, `"anyOf":[{"pattern":"^x"}]`,
		`"contains":{"pattern":"^x"}`, `"uniqueItems":true`, `"items":{"pattern":"^x"}`, `"additionalProperties":{"pattern":"^x"}`, `"maxItems":1`,
		`"minimum":1e30`, `"maximum":2`, `"exclusiveMinimum":1e30`, `"exclusiveMaximum":2`, `"multipleOf":1024`, `"if":{"pattern":"^x"},"else":{"pattern":"^y"}`,
		`"$ref":"#/definitions/x"`, `"dependentSchemas":{"k":{"properties":{"k":{"pattern":"^x"}}}}`, `"unevaluatedItems":{"pattern":"^x"}`,
	}
	for _, draft := range []string{"http://json-schema.org/draft-07/schema#", "https://json-schema.org/draft/2020-12/schema"} {
		for _, check := range checks {
			for _, value := range []string{"7243991^", "7243991", "[7243991^, 7243991^]", "[7243991, 7243991]", "{k: 7243991^}"} {
				schema := fmt.Sprintf(`{"$schema":%q,"properties":{"p":{%s}},"definitions":{"x":{"pattern":"^x"}}}`, draft, check)
				user, err := values.Parse([]byte("p: " + value))
				if err != nil {
					t.Fatal(err)
				}
				err = compile([]byte(schema)).validate(user)
				if err != nil && strings.Contains(strings.ReplaceAll(err.Error(), ",", ""), "72439") {
					t.Errorf("%s: %v", check, err)
				}
			}
		}
	}
}

// TestValidateTellsBounded wants hundreds of failures to be counted, not listed.
func TestValidateTellsBounded(t *testing.T) {
	t.Parallel()
	var user strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&user, "k%d%s: 1\n", i, strings.Repeat("x", 600))
	}
	err := validate(t, &Validator{}, user.String(), `{"additionalProperties":{"type":"string"}}`, "", "")
	if err == nil || len(err.Error()) > 100_000 || !strings.HasSuffix(err.Error(), "- and 902 more") {
		t.Errorf("got %d bytes", len(fmt.Sprint(err)))
	}
}

// TestValidatorKeeps wants a schema to be compiled once, also by many at a time.
func TestValidatorKeeps(t *testing.T) {
	t.Parallel()
	var v Validator
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if err := validate(t, &v, "p: 1", `{"properties":{"p":{"type":"string"}}}`, `{"required":["q"]}`, ""); err == nil {
				t.Error("nothing failed")
			}
		})
	}
	group.Wait()
	if len(v.known) != 2 {
		t.Errorf("%d schemas are known", len(v.known))
	}
	first := v.compile([]byte(`{"required":["q"]}`))
	if second := v.compile([]byte(`{"required":["q"]}`)); first != second {
		t.Error("the same text was compiled twice")
	}
}

// FuzzSchema lays hostile schemas over values that are nested in several ways.
func FuzzSchema(f *testing.F) {
	for _, seed := range []string{
		`{"properties":{"a":{"type":"string"}}}`, `{"$ref":"#"}`, `{"$ref":"urn:x"}`, `{"$ref":"file:///dev/zero"}`,
		`{"$schema":"http://json-schema.org/draft-04/schema#","id":"x","definitions":{"y":{"$ref":"x#/definitions/y"}}}`,
		`{"$id":"a","$anchor":"b","$dynamicAnchor":"c","$dynamicRef":"#c","allOf":[{"$ref":"a#b"}]}`,
		`{"$schema":"https://json-schema.org/draft/2019-09/schema","$recursiveAnchor":true,"items":{"$recursiveRef":"#"}}`,
		`{"propertyNames":{"maxLength":1},"patternProperties":{"^a":{"minimum":1e300}},"unevaluatedProperties":false}`,
		`{"if":{"required":["a"]},"then":{"dependentSchemas":{"a":{"not":{}}}},"else":false,"contains":{"const":1}}`,
		chained(5), doubled(5), recursive(2), nested(20),
	} {
		f.Add([]byte(seed))
	}
	user := map[string]any{"a": map[string]any{"a": []any{1.5, "x", nil, true, []any{}, []any{int64(1), 1.0}}}, "b": "y", "c": map[string]any{}}
	f.Fuzz(func(t *testing.T, text []byte) {
		if err := compile(text).validate(user); err != nil && err.Error() == "" {
			t.Error("an error without a text")
		}
	})
}

func BenchmarkValidate(b *testing.B) {
	var properties strings.Builder
	user := map[string]any{}
	for i := range 500 {
		fmt.Fprintf(&properties, `"k%d":{"type":"object","properties":{"image":{"type":"string","description":"x"},"port":{"type":"integer","minimum":1}}},`, i)
		user[fmt.Sprintf("k%d", i)] = map[string]any{"image": "x", "port": 8080.0}
	}
	text := []byte(`{"$schema":"http://json-schema.org/draft-07/schema#","properties":{` + strings.TrimSuffix(properties.String(), ",") + `}}`)
	b.Run("compile", func(b *testing.B) {
		for b.Loop() {
			if c := compile(text); c.err != nil {
				b.Fatal(c.err)
			}
		}
	})
	b.Run("warm", func(b *testing.B) {
		c := compile(text)
		for b.Loop() {
			if err := c.validate(user); err != nil {
				b.Fatal(err)
			}
		}
	})
}
