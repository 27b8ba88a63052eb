package scaffold_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/chart/parameter"
	"github.com/helm-dm/helm-dm/chart/scaffold"
)

func TestNew(t *testing.T) {
	t.Parallel()
	files := made(t, "web")
	var names []string
	for _, f := range files {
		names = append(names, f.Name)
		if strings.Contains(string(f.Data), "<CHARTNAME>") {
			t.Errorf("%s is not filled in", f.Name)
		}
	}
	want := []string{
		".helmignore", "Chart.yaml", "templates/NOTES.txt", "templates/_helpers.tpl", "templates/deployment.yaml",
		"templates/hpa.yaml", "templates/ingress.yaml", "templates/service.yaml", "templates/serviceaccount.yaml",
		"templates/tests/answer.yaml", "values.schema.json", "values.yaml",
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	c := loaded(t, files)
	if c.Name() != "web" || c.Version() != "0.0.1" {
		t.Errorf("made %s in version %s", c.Name(), c.Version())
	}
}

// TestNewIsTheCallersOwn writes to what New returns.
func TestNewIsTheCallersOwn(t *testing.T) {
	t.Parallel()
	first := made(t, "web")
	want := string(first[1].Data)
	clear(first[1].Data)
	if got := string(made(t, "web")[1].Data); got != want {
		t.Errorf("got %q", got)
	}
}

func TestName(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 200)
	for path, want := range map[string]string{
		"web": "web", "charts/web": "web", "./web/": "web", "/a/b/My.Chart_1-x": "My.Chart_1-x", "1": "1", "x/../web": "web", long: long,
	} {
		if got, err := scaffold.Name(path); got != want || err != nil {
			t.Errorf("the name of %q: %q, %v", path, got, err)
		}
	}
	for _, path := range []string{"", ".", "..", "/", "a/..", "a b", "-a", ".a", "_a", "a\x00", "ä", "a\n", "{{a}}", "a/b c", `a"b`, long + "a"} {
		if got, err := scaffold.Name(path); !errors.Is(err, chart.ErrInvalid) {
			t.Errorf("the name of %q: %q, %v", path, got, err)
		}
		if _, err := scaffold.New(path); !errors.Is(err, chart.ErrInvalid) {
			t.Errorf("making %q: %v", path, err)
		}
		if _, err := scaffold.From(path, nil); !errors.Is(err, chart.ErrInvalid) {
			t.Errorf("making %q from nothing: %v", path, err)
		}
	}
}

func TestFill(t *testing.T) {
	t.Parallel()
	given := []chart.File{{Name: "<CHARTNAME>.txt", Data: []byte("<CHARTNAME>, <CHARTNAME>!")}}
	got := scaffold.Fill(given, "web")
	want := []chart.File{{Name: "<CHARTNAME>.txt", Data: []byte("web, web!")}}
	if diff := cmp.Diff(want, got); diff != "" || string(given[0].Data) != "<CHARTNAME>, <CHARTNAME>!" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestParameters wants a description and a type of each parameter.
func TestParameters(t *testing.T) {
	t.Parallel()
	list, err := parameter.List(loaded(t, made(t, "web")))
	if err != nil {
		t.Fatal(err)
	}
	if len(list) < 30 {
		t.Errorf("only %d parameters", len(list))
	}
	for _, p := range list {
		if p.Description == "" || p.Type == "" || p.Default == "" {
			t.Errorf("not documented: %+v", p)
		}
	}
}

const parameters = `
image: {tag: "2.0"}
replicas: 1000000
service: {port: 8080}
resources: {limits: {cpu: 1}}
ingress: {hosts: [a.example]}
on: "yes"
other:
  words: "a: b"
  list: [1, {x: null}]
`

func TestFrom(t *testing.T) {
	t.Parallel()
	files, err := scaffold.From("web", []byte(parameters))
	if err != nil {
		t.Fatal(err)
	}
	if slices.ContainsFunc(files, func(f chart.File) bool { return f.Name == "values.schema.json" }) {
		t.Error("there is a schema")
	}
	c := loaded(t, files)
	want := loaded(t, made(t, "web")).Values()
	set := func(table, key string, value any) {
		part, ok := want[table].(map[string]any)
		if !ok {
			t.Fatalf("%s is no map", table)
		}
		part[key] = value
	}
	set("image", "tag", "2.0")
	set("service", "port", 8080.0)
	set("ingress", "hosts", []any{"a.example"})
	set("resources", "limits", map[string]any{"memory": "128Mi", "cpu": 1.0})
	want["replicas"], want["true"] = 1e6, "yes"
	want["other"] = map[string]any{"words": "a: b", "list": []any{1.0, map[string]any{"x": nil}}}
	if diff := cmp.Diff(want, c.Values()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	text := string(c.RawValues())
	for _, line := range []string{"# The parameters of web and their defaults.", "# -- How many pods run. Without effect while autoscaling is enabled.\nreplicas: 1000000\n", "  # -- The tag of the image."} {
		if !strings.Contains(text, line) {
			t.Errorf("values.yaml lacks %q:\n%s", line, text)
		}
	}
}

// TestFromNothing keeps the values as they are written.
func TestFromNothing(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "{}", "# none\n"} {
		files, err := scaffold.From("web", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(loaded(t, made(t, "web")).RawValues()), string(loaded(t, files).RawValues())); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	}
}

func TestFromNonsense(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"[hunter2]", "a: [hunter2", "hunter2", "a: 1\n--- hunter2\n"} {
		if _, err := scaffold.From("web", []byte(text)); !errors.Is(err, chart.ErrInvalid) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("from %q: %v", text, err)
		}
	}
}

func made(t testing.TB, name string) []chart.File {
	t.Helper()
	files, err := scaffold.New(name)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func loaded(t testing.TB, files []chart.File) *chart.Chart {
	t.Helper()
	var out bytes.Buffer
	zipped := gzip.NewWriter(&out)
	w := tar.NewWriter(zipped)
	for _, f := range files {
		if err := w.WriteHeader(&tar.Header{Name: "x/" + f.Name, Mode: 0o644, Size: int64(len(f.Data))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(f.Data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zipped.Close(); err != nil {
		t.Fatal(err)
	}
	c, err := chart.LoadBytes(out.Bytes(), chart.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}
