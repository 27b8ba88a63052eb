package target

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		files []string
		want  []Target
	}{
		{"no file", nil, []Target{{}}},
		{"plain values", []string{"a: 1\n"}, []Target{{Values: []string{"a: 1\n"}}}},
		{"two plain files", []string{"a: 1\n", "a: 2\n"}, []Target{{Values: []string{"a: 1\n", "a: 2\n"}}}},
		{"all of a header",
			[]string{"# Made for a party.\n#\n\n# @chart helm:a/b#1.0.0\n#@deployment  taco\n# @namespace shop\na: 1\n"},
			[]Target{{"helm:a/b#1.0.0", "taco", "shop", []string{"# Made for a party.\n#\n\n# @chart helm:a/b#1.0.0\n#@deployment  taco\n# @namespace shop\na: 1\n"}}}},
		{"a header before its marker", []string{"# @chart helm:a/b\n---\na: 1\n"},
			[]Target{{Chart: "helm:a/b", Values: []string{"# @chart helm:a/b\n", "a: 1\n"}}}},
		{"a comment inside the values is none", []string{"a: 1\n# @chart helm:a/b\n"},
			[]Target{{Values: []string{"a: 1\n# @chart helm:a/b\n"}}}},
		{"several targets, and a document for the second", []string{"# @deployment one\na: 1\n---\n# @deployment two\na: 2\n---\nb: 3\n"},
			[]Target{
				{Deployment: "one", Values: []string{"# @deployment one\na: 1\n"}},
				{Deployment: "two", Values: []string{"# @deployment two\na: 2\n", "b: 3\n"}},
			}},
		{"defaults before the first header", []string{"a: 1\n", "# @chart c\nb: 1\n"},
			[]Target{{Chart: "c", Values: []string{"a: 1\n", "# @chart c\nb: 1\n"}}}},
		{"markers", []string{"\xef\xbb\xbf--- # first\r\na: 1\r\n---\n\n---\nb: |\n ---\n--- {c: 1}\n"},
			[]Target{{Values: []string{"# first\r\na: 1\r\n", "b: |\n ---\n", "{c: 1}\n"}}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var files []File
			for _, text := range test.files {
				files = append(files, File{"values.yaml", []byte(text)})
			}
			got, err := Parse(files)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"# @chart\na: 1\n":             "needs one word",
		"# @chart the best one\na: 1":  "needs one word",
		"# @chart a\n# @chart b\na: 1": "twice",
		"a: 1\n---d: 1":                "only a comment may follow",
		"a: 1\n---\n- b\n":             "does not hold KEY: VALUE pairs",
		"just a text":                  "does not hold KEY: VALUE pairs",
		"a: [":                         "yaml: line 1",
	} {
		_, err := Parse([]File{{"my.yaml", []byte(text)}})
		if !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "my.yaml") {
			t.Errorf("%q: got %v, want it to say %q", text, err, want)
		}
	}
}

func TestSelect(t *testing.T) {
	t.Parallel()
	one, two := Target{Deployment: "one"}, Target{Deployment: "two"}
	tests := []struct {
		name    string
		targets []Target
		asked   string
		want    []Target
	}{
		{"all", []Target{one, two}, "", []Target{one, two}},
		{"by name", []Target{one, two}, "two", []Target{two}},
		{"the only one under another name", []Target{one}, "else", []Target{one}},
	}
	for _, test := range tests {
		got, err := Select(test.targets, test.asked)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}
	_, err := Select([]Target{one, {Chart: "helm:a/b"}, {}}, "three")
	const want = `no document is for deployment "three"; there is one for "one", one for the chart "helm:a/b" under any name, one for nothing in particular`
	if !errors.Is(err, ErrInvalid) || err.Error() != want {
		t.Errorf("got %v for a name that no document has", err)
	}
}
