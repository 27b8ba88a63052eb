package parameter

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/target"
)

// parse reads a command line.
func parse(t *testing.T, args ...string) *Flags {
	t.Helper()
	f := &Flags{}
	flags := pflag.NewFlagSet("test", pflag.ContinueOnError)
	f.AddFlags(flags)
	if err := flags.Parse(args); err != nil {
		t.Fatal(err)
	}
	return f
}

// file writes a file and returns its path.
func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestRead(t *testing.T) {
	t.Parallel()
	one, two := file(t, "one.yaml", "a: 1\n"), file(t, "two.yaml", "b: 1\n")
	got, err := parse(t, "-f", two, "--file", "-", "-f", one).Read(strings.NewReader("c: 1\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := []target.File{{Name: two, Text: []byte("b: 1\n")}, {Name: "-", Text: []byte("c: 1\n")}, {Name: one, Text: []byte("a: 1\n")}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"twice":     {"-f", "-", "-f", "-"},
		"none.yaml": {"-f", "none.yaml"},
	} {
		got, err := parse(t, args...).Read(strings.NewReader(""))
		if fault.ExitCode(err) != fault.ExitUsage || !strings.Contains(err.Error(), want) || got != nil {
			t.Errorf("%q: got %v, %v", args, got, err)
		}
	}
}

func TestSourcesAreOrderedByType(t *testing.T) {
	t.Parallel()
	text := file(t, "text", "x")
	f := parse(t, "--set-literal", "l=1", "--set-file", "f="+text, "--set-string", "s=1", "--set", "a=1", "--set-json", "j=1", "--set", "b=1,c=2")
	got, err := f.Sources([]string{"v: 1\n", "v: 2\n"})
	if err != nil {
		t.Fatal(err)
	}
	want := []v1alpha1.ParameterSource{
		{Type: v1alpha1.ParameterValues, Text: "v: 1\n"},
		{Type: v1alpha1.ParameterValues, Text: "v: 2\n"},
		{Type: v1alpha1.ParameterSetJSON, Text: "j=1"},
		{Type: v1alpha1.ParameterSet, Text: "a=1"},
		{Type: v1alpha1.ParameterSet, Text: "b=1,c=2"},
		{Type: v1alpha1.ParameterSetString, Text: "s=1"},
		{Type: v1alpha1.ParameterSetFile, Text: "f=x"},
		{Type: v1alpha1.ParameterSetLiteral, Text: "l=1"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSetFile(t *testing.T) {
	t.Parallel()
	one, two := file(t, "one", "1\n"), file(t, "with,comma=x", "2,=\\")
	got, err := readAssigned([]string{`a.b=` + one + `,c\=d=` + one, `e[0]=` + escaped(two)})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"a.b=1\n", "c\\=d=1\n", "e[0]=2,=\\"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// escaped puts a backslash before each comma, as on a command line.
func escaped(path string) string { return strings.ReplaceAll(path, ",", `\,`) }

func TestSetFileRefuses(t *testing.T) {
	t.Parallel()
	for flag, want := range map[string]string{"a": "PATH=FILE", "a=none.txt": "none.txt"} {
		got, err := parse(t, "--set-file", flag).Sources(nil)
		if fault.ExitCode(err) != fault.ExitUsage || !strings.Contains(err.Error(), want) || got != nil {
			t.Errorf("%q: got %v, %v", flag, got, err)
		}
	}
}

// TestValues holds the order of types, that of Helm's own commands, and their
// lists of files.
func TestValues(t *testing.T) {
	t.Parallel()
	one, two := file(t, "one.yaml", "a: one\nb: one\nm: {x: 1, z: null}\n"), file(t, "two.yaml", "b: two\nm: {x: 2}\n---\nc: two\n")
	f := &Flags{}
	flags := pflag.NewFlagSet("test", pflag.ContinueOnError)
	f.AddHelmFlags(flags)
	err := flags.Parse([]string{
		"--set-literal", "l=a,b", "--set-file", "f=" + one, "--set-string", "s=1,b=string", "--set", "s=2,n=3,j=set", "--set-json", `j={"x":1}`,
		"-f", one + "," + two, "--values", "-",
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := f.Values(strings.NewReader("d: stdin\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"a": "one", "b": "string", "c": "two", "d": "stdin", "m": map[string]any{"x": 2.0, "z": nil},
		"j": "set", "s": "1", "n": int64(3), "f": "a: one\nb: one\nm: {x: 1, z: null}\n", "l": "a,b",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got, err := new(Flags).Values(nil); err != nil || got == nil || len(got) != 0 {
		t.Errorf("no flags: got %v, %v", got, err)
	}
}

func TestValuesRefuse(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"reading --values: open none.yaml":      {"-f", "none.yaml"},
		"is on the network":                     {"-f", "https://example.com/a.yaml"},
		"reading --set: ":                       {"--set", "a"},
		"bad.yaml: parsing values: ":            {"-f", file(t, "bad.yaml", "secret: [1")},
		"standard input can be read only once:": {"-f", "-,-"},
	} {
		f := &Flags{}
		flags := pflag.NewFlagSet("test", pflag.ContinueOnError)
		f.AddHelmFlags(flags)
		if err := flags.Parse(args); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Values(strings.NewReader("")); fault.ExitCode(err) != fault.ExitUsage || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: got %v", args, err)
		}
	}
}
