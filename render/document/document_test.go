package document

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

func texts() []string {
	return []string{
		"", " \n", "a: 1", "---\na: 1\n---\n\n  b: 2\n---", "---apiVersion: v1\n--- \t# c\n----\n ---\na\n---", "\n---\n---\n", "a: |\n  ---\n---\t\nb", "a\r\n---\r\nb",
	}
}

// checkSplit holds Split against what S30 says in a pattern.
func checkSplit(t *testing.T, text string) {
	t.Helper()
	var want []string
	for _, document := range regexp.MustCompile(`(?m)^---[ \t]*`).Split(text, -1) {
		if document = strings.TrimLeftFunc(document, unicode.IsSpace); document != "" {
			want = append(want, document)
		}
	}
	if diff := cmp.Diff(want, Split(text)); diff != "" {
		t.Errorf("%q (-want +got)\n%s", text, diff)
	}
	end := 0
	for begin, document := range Each(text) {
		if begin < end || !strings.HasPrefix(text[begin:], document) {
			t.Errorf("%q: %q is said to begin at %d", text, document, begin)
		}
		end = begin + len(document)
	}
	for range Each(text) { // one is enough
		break
	}
}

func TestSplit(t *testing.T) {
	t.Parallel()
	for _, text := range texts() {
		checkSplit(t, text)
	}
}

func FuzzSplit(f *testing.F) {
	for _, text := range texts() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { checkSplit(t, text) })
}

func heads() []string {
	return []string{
		"apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\n  namespace: y\n  annotations:\n    a: b\n", "kind: A\n", "metadata: null\nkind: ~\n", "metadata:\n  name: null\n  annotations: {}\n  namespace: 3\n", "kind: 3\n", "KIND: A\n",
		"metadata:\n  Name: x\n", "metadata:\n  annotations:\n    a: 1\n", "metadata: []\n", "metadata:\n  annotations:\n    a: null\n", "apiVersion: true\nkind: 1.50\n", "# only\n", "- a\n", "x", "kind: A\nspec: {a: [b}\n", "metadata:\n  annotations: [a]\n", "metadata:\n  labels: x\n",
	}
}

// checkHead holds the quick reading of a head against the library's.
func checkHead(t *testing.T, text string) (sure bool) {
	t.Helper()
	got, ok := quickHead(text)
	if !ok {
		return false
	}
	want, err := fullHead(text)
	if err != nil || !reflect.DeepEqual(got, want) && fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%q\ngot  %+v\nwant %+v, %v", text, got, want, err)
	}
	return true
}

func TestHead(t *testing.T) {
	t.Parallel()
	for i, text := range heads() {
		if sure := checkHead(t, text); !sure && i < 4 {
			t.Errorf("%q: left to the library", text)
		}
	}
}

func FuzzHead(f *testing.F) {
	for _, text := range heads() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { checkHead(t, text) })
}

func TestChartOf(t *testing.T) {
	t.Parallel()
	for template, want := range map[string]string{
		"hello/templates/x.yaml": "hello", "a/charts/b/templates/x.yaml": "b", "a/charts/b/charts/c/templates/charts.yaml": "c", "": "",
	} {
		if got := ChartOf(template); got != want {
			t.Errorf("%q: got %q, want %q", template, got, want)
		}
	}
}
