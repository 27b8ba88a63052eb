package index

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/index/indextest"
)

// all reads a text and returns its releases in the order of their names and
// versions.
func all(t testing.TB, text string) ([]repo.Release, *Result, error) {
	t.Helper()
	var out []repo.Release
	result, err := Read(strings.NewReader(text), func(r repo.Release) error {
		out = append(out, r)
		return nil
	})
	slices.SortFunc(out, func(a, b repo.Release) int { return strings.Compare(a.Name+" "+a.Version, b.Name+" "+b.Version) })
	return out, result, err
}

const (
	hex  = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	full = `apiVersion: v1
entries:
  foo:
  - annotations:
      a: |
        - x: y
    apiVersion: v2
    appVersion: "1.10"
    created: "2026-01-02T03:04:05.678901234+01:00"
    deprecated: true
    description: A chart for
      something
    digest: ` + hex + `
    keywords:
    - a
    - 'b: c'
    maintainers:
    - email: j@example.com
      name: Jo
    - name: Max
    name: foo
    type: application
    urls:
    - https://example.com/foo-1.2.0+b.tgz
    - foo-1.2.0+b.tgz
    version: 1.2.0+b
  # about bar
  bar:
  - name: bar
    version: v1.0
    urls: [bar-1.0.tgz]
generated: "2026-01-02T03:04:05Z"
`
)

func TestRead(t *testing.T) {
	t.Parallel()
	want := []repo.Release{
		{Name: "bar", Version: "v1.0", At: "bar-1.0.tgz"},
		{
			Name: "foo", Version: "1.2.0+b", AppVersion: "1.10", Description: "A chart for something", Keywords: []string{"a", "b: c"},
			Maintainers: []string{"Jo", "Max"}, Deprecated: true, Created: time.Date(2026, 1, 2, 2, 4, 5, 678901234, time.UTC),
			Digest: "sha256:" + hex, At: "https://example.com/foo-1.2.0+b.tgz",
		},
	}
	for name, text := range map[string]string{
		"as Helm writes it":   full,
		"with Windows' lines": strings.ReplaceAll(full, "\n", "\r\n"),
		"as one of documents": "\ufeff# comment\n---\n" + full + "---\nother: document\n",
		"indented":            "  " + strings.ReplaceAll(strings.TrimSuffix(full, "\n"), "\n", "\n  "),
		"without a last line": strings.TrimSuffix(full, "\n"),
		"items indented":      strings.ReplaceAll(strings.ReplaceAll(full, "\n    ", "\n      "), "\n  -", "\n    -"),
		"in JSON":             inJSON(t, full),
		"flow in the middle":  strings.Replace(full, "  bar:\n  - name: bar\n    version: v1.0\n    urls: [bar-1.0.tgz]\n", "  bar: [{name: bar, version: v1.0,\nurls: [bar-1.0.tgz]}]\n", 1),
		"an alias":            strings.Replace(full, "urls: [bar-1.0.tgz]", "urls: &u [bar-1.0.tgz]\n    sources: *u", 1),
		"aliases of others":   strings.Replace(strings.Replace(full, "name: Max", "name: &max Max", 1), "version: v1.0", "version: v1.0\n    home: *max", 1),
		"tabs":                strings.Replace(full, "  bar:\n", "  bar:\t\n", 1),
		"explicit keys":       strings.Replace(full, "  bar:\n", "  ? bar\n  :\n", 1),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, result, err := all(t, text)
			if diff := cmp.Diff(want, got); err != nil || diff != "" || result.Broken != 0 {
				t.Errorf("error %v, result %v, releases (-want +got):\n%s", err, result, diff)
			}
		})
	}
}

func inJSON(t *testing.T, text string) string {
	t.Helper()
	return string(toJSON(t, text))
}

// TestReadAside sets entries aside, and them alone.
func TestReadAside(t *testing.T) {
	t.Parallel()
	const good = "\n  - {name: a, version: 0.0.1, urls: [a.tgz]}\n"
	for fault, text := range map[string]string{
		"entry 1: it is empty":  "a:\n  -" + good,
		"entry 1: it is no map": "a:\n  - b" + good,
		"entry 1: version \"x\" is not a semantic version such as 1.2.3":       "a:\n  - {name: a, version: x, urls: [u]}" + good,
		"entry 1: it has no version":                                           "a:\n  - {name: a, urls: [u]}" + good,
		"entry 1: it has no name":                                              "a:\n  - {version: 1.0.0, urls: [u]}" + good,
		"entry 1: version is no text: put it in quotes":                        "a:\n  - {name: a, version: 1.10, urls: [u]}" + good,
		"entry 1: appVersion is no text: put it in quotes":                     "a:\n  - {name: a, version: 1.0.0, appVersion: 1.10, urls: [u]}" + good,
		"entry 2: version \"0.0.1\" is listed twice":                           "a:" + good + strings.TrimPrefix(good, "\n"),
		"entry 1: it has no urls":                                              "a:\n  - {name: a, version: 1.0.0, urls: ['', ' ']}" + good,
		"entry 1: its digest is no SHA-256":                                    "a:\n  - {name: a, version: 1.0.0, urls: [u], digest: abc}" + good,
		"entry 1: its name is \"b\"":                                           "a:\n  - {name: b, version: 1.0.0, urls: [u]}" + good,
		"entry 1: type \"x\" is neither application nor library":               "a:\n  - {name: a, version: 1.0.0, urls: [u], type: x}" + good,
		"entry 1: keywords is no list":                                         "a:\n  - {name: a, version: 1.0.0, urls: [u], keywords: x}" + good,
		"entry 1: keywords holds what is no text":                              "a:\n  - {name: a, version: 1.0.0, urls: [u], keywords: [1]}" + good,
		"entry 1: maintainers holds what is no map":                            "a:\n  - {name: a, version: 1.0.0, urls: [u], maintainers: [x]}" + good,
		"entry 1: deprecated is neither true nor false":                        "a:\n  - {name: a, version: 1.0.0, urls: [u], deprecated: 'true'}" + good,
		"entry 1: its address is too long, or holds what cannot be printed":    "a:\n  - {name: a, version: 1.0.0, urls: [\"u\\ev\"]}" + good,
		"chart \"../a\": entry 1: name \"../a\" is none that a chart can have": "../a:\n  - {name: ../a, version: 1.0.0, urls: [u]}\n  a:" + good,
		"chart \"..\": entry 1: name \"..\" is none that a chart can have":     "..:\n  - {name: .., version: 1.0.0, urls: [u]}\n  a:" + good,
		"chart \"b\": it holds no list of versions":                            "b: {name: b}\n  a:" + good,
		"chart \"c\": it holds no list of versions":                            "c:\n    name: c\n    version: 1.0.0\n  a:" + good,
		"chart \"a\": it is listed twice":                                      "a:" + good + "  a:\n  - {name: a, version: 2.0.0, urls: [u]}\n",
		"entry 1: it is larger than 256 KiB":                                   "a:\n  - {name: a, version: 1.0.0, urls: [u], home: \"" + strings.Repeat("x", 2<<20) + "\"}" + good,
		"entry 1: yaml: line 1: did not find expected ',' or '}'":              "a:\n  - {name: a, version: 1.0.0, urls: [u]" + good,
		"entry 1: name \"a\\x1b[31m\\u202e\" is none that a chart can have":    "a:\n  - {name: \"a\\e[31m\\u202e\", version: 1.0.0, urls: [u]}" + good,
		"entry 1: yaml: exceeded max depth of 10000":                           "a:\n  - {name: a, version: 1.0.0, urls: [u], home: " + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + "}" + good,
		"entry 1: yaml: unknown anchor 'x' referenced":                         "a:\n  - {name: a, version: 1.0.0, urls: [*x]}" + good,
		"entry 1: yaml: document contains excessive aliasing":                  "a:\n" + bomb() + good,
	} {
		t.Run(fmt.Sprintf("%.40s", fault), func(t *testing.T) {
			t.Parallel()
			got, result, err := all(t, "apiVersion: v1\nentries:\n  "+text)
			want := []repo.Release{{Name: "a", Version: "0.0.1", At: "a.tgz"}}
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Fatalf("error %v, releases (-want +got):\n%s", err, diff)
			}
			if result.Broken != 1 || len(result.Faults) != 1 || !strings.HasSuffix(result.Faults[0].Error(), fault) {
				t.Errorf("got %d broken, %q", result.Broken, result.Faults)
			}
		})
	}
}

// bomb is an entry in which a list of lists of lists… is told by aliases.
func bomb() string {
	var out strings.Builder
	out.WriteString("  - name: a\n    version: 1.0.0\n    urls: [u]\n    x0: &x0 [x, x, x, x, x, x, x, x, x]\n")
	for i := range 9 {
		fmt.Fprintf(&out, "    x%d: &x%[1]d [%s*x%d]\n", i+1, strings.Repeat(fmt.Sprintf("*x%d,", i), 8), i)
	}
	return strings.TrimSuffix(out.String(), "\n")
}

func TestReadNoIndex(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"empty":             "",
		"blank":             "\n# nothing\n\n",
		"a page":            "<!DOCTYPE html>\n<html><head><title>Log in</title></head>\n<body>x: y</body></html>\n",
		"no apiVersion":     "entries:\n  a:\n  - {name: a, version: 1.0.0, urls: [u]}\n",
		"a number":          "apiVersion: 1\nentries: {}\n",
		"a list":            "- apiVersion: v1\n",
		"entries in a list": "apiVersion: v1\nentries:\n- a\n",
		"entries in text":   "apiVersion: v1\nentries: a\n",
		"entries twice":     "apiVersion: v1\nentries: {}\nentries: {}\n",
		"JSON cut off":      `{"apiVersion":"v1","entries":{"a":[{"name":"a"`,
		"JSON list":         `{"apiVersion":"v1","entries":[]}`,
		"JSON without":      `{"entries":{}}`,
		"binary":            "\x1f\x8b\x08\x00\x00",
		"Chart.yaml":        "name: a\nversion: 1.0.0\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, _, err := all(t, text); !errors.Is(err, repo.ErrInvalid) {
				t.Errorf("got %v, %v", got, err)
			}
		})
	}
}

func TestReadNothing(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"apiVersion: v1\n", "apiVersion: v1\nentries:\n", "apiVersion: v1\nentries: {}\n", "apiVersion: v1\nentries: null\ngenerated: x\nserverInfo: {}\n",
		`{"apiVersion":"v1"}`, `{"apiVersion":"v1","entries":null,"x":[{"y":[]}]}`, `{"apiVersion":"v1","entries":{"a":null,"b":[]}}`,
		"apiVersion: v1\nentries:\n  a:\n  b: []\n  c: null\n", "{apiVersion: v1, entries: {}}\n",
	} {
		if got, result, err := all(t, text); err != nil || len(got) > 0 || result.Broken > 0 {
			t.Errorf("%q: got %v, %v, %v", text, got, result, err)
		}
	}
}

func TestReadStops(t *testing.T) {
	t.Parallel()
	stop := errors.New("enough")
	for _, text := range []string{full, inJSON(t, full)} {
		count := 0
		_, err := Read(strings.NewReader(text), func(repo.Release) error {
			count++
			return stop
		})
		if err != stop || count != 1 { //nolint:errorlint // as it is
			t.Errorf("got %v after %d", err, count)
		}
	}
	broken := errors.New("connection lost")
	for _, length := range []int{100, maxWhole + 100} {
		begin := strings.NewReader(full + strings.Repeat("# more\n", maxWhole)[:length])
		_, err := Read(io.MultiReader(begin, failing{broken}), func(repo.Release) error { return nil })
		if !errors.Is(err, broken) {
			t.Errorf("got %v", err)
		}
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// endless says one thing again and again.
type endless string

func (e endless) Read(p []byte) (int, error) {
	n := 0
	for n+len(e) <= len(p) {
		n += copy(p[n:], e)
	}
	if n == 0 {
		n = copy(p, e[:len(p)])
	}
	return n, nil
}

// The library is given no text of which it would make hundreds of megabytes.
func TestReadWhole(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		length int // bytes
		kind   error
	}{"short": {1000, nil}, "long": {maxWhole, repo.ErrInvalid}} {
		text := "apiVersion: v1\nentries: {foo: [{name: foo, version: 1.0.0, urls: [u], description: '" + strings.Repeat("x", c.length) + "'}]}\n"
		told := 0
		_, err := Read(strings.NewReader(text), func(repo.Release) error { told++; return nil })
		if !errors.Is(err, c.kind) || (err == nil) != (told == 1) {
			t.Errorf("%s: %d are told of, with %v", name, told, err)
		}
		if err != nil && !strings.Contains(err.Error(), "256 KiB") {
			t.Errorf("the error does not say why: %v", err)
		}
	}
}

func TestReadTooLarge(t *testing.T) {
	t.Parallel()
	for name, text := range map[string][2]string{
		"a line without end": {"apiVersion: v1\nentries:\n  a:\n  - x: ", "x"},
		"an entry":           {"apiVersion: v1\nentries:\n  a:\n  - x: y\n", "    z: y\n"},
		"entries":            {"apiVersion: v1\nentries:\n  a:\n", "  - x: y\n"},
		"null entries":       {"apiVersion: v1\nentries:\n  a:\n", "  -\n"},
		"sections":           {"apiVersion: v1\n", "x:\n"},
		"comments":           {"", "#\n"},
		"JSON entry":         {`{"apiVersion":"v1","entries":{"a":[{"x":"`, "x"},
		"JSON entries":       {`{"apiVersion":"v1","entries":{"a":[null`, ",null"},
		"JSON spaces":        {`{`, " "},
		"JSON section":       {`{"x":[`, `1,`},
		"JSON nesting":       {`{"x":`, `[`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := readAny(io.MultiReader(strings.NewReader(text[0]), endless(text[1])), 16*maxWhole, func(repo.Release) error { return nil })
			if err = failed(err); !errors.Is(err, repo.ErrTooLarge) && !errors.Is(err, repo.ErrInvalid) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestReadClean(t *testing.T) {
	t.Parallel()
	got, _, err := all(t, `apiVersion: v1
entries:
  a:
  - name: a
    version: 1.0.0
    urls: [u]
    digest: SHA256:`+strings.ToUpper(hex)+`
    description: "`+strings.Repeat("ä", 600)+`"
    appVersion: "\e[31m1\n2\u202e"
    keywords: [`+strings.Repeat("k, ", 40)+`null, "\a"]
    maintainers: [null, {name: "\x9bM"}, {email: x}]
    created: yesterday
`)
	want := []repo.Release{{
		Name: "a", Version: "1.0.0", At: "u", Digest: "sha256:" + hex, Description: strings.Repeat("ä", 512), AppVersion: "[31m1 2",
		Keywords: slices.Repeat([]string{"k"}, 32), Maintainers: []string{"M"},
	}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("error %v, releases (-want +got):\n%s", err, diff)
	}
}

func TestReadLarge(t *testing.T) {
	t.Parallel()
	r, w := io.Pipe()
	go func() { w.CloseWithError(indextest.Write(w, 40, 50)) }()
	count := 0
	result, err := Read(r, func(release repo.Release) error {
		if release.Name != indextest.Name(count/50) || len(release.Keywords) != 5 || release.Created.IsZero() {
			t.Errorf("got %+v", release)
		}
		count++
		return nil
	})
	if err != nil || count != 2000 || result.Broken != 0 {
		t.Errorf("got %d, %v, %v", count, result, err)
	}
}

func TestMoment(t *testing.T) {
	t.Parallel()
	want := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	for _, text := range []string{"2026-01-02", "2026-01-02T00:00:00Z", "2026-01-02T01:00:00.0+01:00", "2026-01-02 00:00:00", "2026-01-02T00:00:00", "2026-01-02 00:00:00Z"} {
		if got := moment(text); !got.Equal(want) {
			t.Errorf("%q: got %v", text, got)
		}
	}
	if diff := cmp.Diff(time.Time{}, moment("2 January"), cmpopts.EquateApproxTime(0)); diff != "" {
		t.Error(diff)
	}
}
