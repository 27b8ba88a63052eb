package wire_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/chart/parameter"
	"github.com/helm-dm/helm-dm/chart/values"
	"github.com/helm-dm/helm-dm/render"
	"github.com/helm-dm/helm-dm/render/worker/job"
	"github.com/helm-dm/helm-dm/render/worker/wire"
)

// sent passes a frame through a pipe.
func sent(t *testing.T, f wire.Frame, err error) wire.Frame {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	var pipe bytes.Buffer
	if err := wire.NewWriter(&pipe).Write(f); err != nil {
		t.Fatal(err)
	}
	r := wire.NewReader(&pipe)
	got, err := r.Read()
	if err != nil {
		t.Fatal(err)
	}
	if !r.Idle() || got.Spent != f.Spent || got.Job != f.Job {
		t.Errorf("idle %v, spent %v, job %d", r.Idle(), got.Spent, got.Job)
	}
	if _, err := r.Read(); !errors.Is(err, io.EOF) {
		t.Errorf("after the frame: %v", err)
	}
	return got
}

func result() *job.Result {
	doc := func(path, content string) render.Manifest {
		return render.Manifest{Path: path, Content: content, APIVersion: "v1", Kind: "ConfigMap", Name: "a"}
	}
	out := &render.Output{
		Manifests: []render.Manifest{doc("web/templates/a.yaml", "a: \"\xff\x00\""), doc("web/templates/b.yaml", "")},
		Hooks:     []render.Hook{{Manifest: doc("web/templates/h.yaml", "h: 1"), Events: []string{"test"}, Weight: -5, DeletePolicies: []string{"x"}}},
		CRDs:      []render.Manifest{{Path: "web/crds/c.yaml", Content: "c: 1"}},
		Notes:     "all is well\n",
	}
	for _, m := range out.Manifests {
		out.Manifest += m.Text()
	}
	return &job.Result{
		Facts: &job.Facts{
			Metadata: &chart.Metadata{Name: "web", Version: "1.2.3", APIVersion: "v2"},
			Lock:     &chart.Lock{Digest: "sha256:1"}, Values: []byte(`{"a":1}`), Schema: []byte("{}"),
		},
		Values: []byte(`{"b":2}`),
		Output: out,
	}
}

func TestDone(t *testing.T) {
	t.Parallel()
	want := result()
	f, err := wire.EncodeDone(want)
	f.Spent, f.Job = true, 1<<63+1
	got, err := wire.DecodeDone(sent(t, f, err))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(result(), want); diff != "" {
		t.Errorf("encoding changed what it was given:\n%s", diff)
	}
}

func description() *job.Description {
	return &job.Description{
		Facts: result().Facts,
		Parameters: []parameter.Parameter{
			{Name: "a.b", Type: "string", Default: `"x"`, Description: "one\ntwo <b>", Required: true},
			{Name: "c", Allowed: parameter.Allowed{Values: []string{"1", "2"}, Range: "1..2", Pattern: "x"}, Secret: true},
		},
		Values: "a: {b: \xff}\n", Readme: "\x1b", Commented: []byte("# @chart x\n"),
	}
}

func TestDescribed(t *testing.T) {
	t.Parallel()
	want := description()
	f, err := wire.EncodeDescribed(want)
	got, err := wire.DecodeDescribed(sent(t, f, err))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	f, err = wire.EncodeDescribe("sha256:1", "helm:a/b")
	if digest, reference, err := wire.DecodeDescribe(sent(t, f, err)); digest != "sha256:1" || reference != "helm:a/b" || err != nil {
		t.Errorf("asked for %q as %q: %v", digest, reference, err)
	}
	want.Parameters[0].Description = strings.Repeat("x", 16<<20)
	if _, err := wire.EncodeDescribed(want); !errors.Is(err, wire.ErrFrame) {
		t.Errorf("parameters of 16 MiB: %v, want %v", err, wire.ErrFrame)
	}
}

// TestDescribedLies are descriptions by a worker that was taken over.
func TestDescribedLies(t *testing.T) {
	t.Parallel()
	good, err := wire.EncodeDescribed(description())
	if err != nil {
		t.Fatal(err)
	}
	part := func(i int, data string) wire.Frame {
		f := good
		f.Parts = slices.Clone(good.Parts)
		f.Parts[i] = []byte(data)
		return f
	}
	list := func(item string, n int) wire.Frame { return part(2, "["+strings.Repeat(item+",", n)+item+"]") }
	for name, f := range map[string]wire.Frame{
		"no metadata":       {Kind: wire.Described, Head: []byte("{}"), Parts: good.Parts},
		"too few parts":     {Kind: wire.Described, Head: good.Head, Parts: good.Parts[:5]},
		"no list":           part(2, "{}"),
		"no parameter":      list("1", 1),
		"cut short":         part(2, `[{"name":"a"}`),
		"many parameters":   list("{}", 50_000),
		"many items":        list("0", 900_000),
		"many values":       part(2, `[{"allowed":{"values":[`+strings.Repeat(`"",`, 900_000)+`""]}}]`),
		"large parameters":  part(2, strings.Repeat(" ", 16<<20)+"[]"),
		"a README too long": part(4, strings.Repeat("x", job.MaxReadme+1)),
	} {
		if _, err := wire.DecodeDescribed(f); !errors.Is(err, wire.ErrFrame) {
			t.Errorf("%s: %v, want %v", name, err, wire.ErrFrame)
		}
	}
	got, err := wire.DecodeDescribed(part(2, `[{"name":"a\u001b","default":"\u009b","description":"one\u0007\ntwo","allowed":{"values":["\u001b"],"pattern":"\u001b"}}]`))
	if err != nil {
		t.Fatal(err)
	}
	want := []parameter.Parameter{{Name: "a", Description: "one\ntwo", Allowed: parameter.Allowed{Values: []string{""}}}}
	if diff := cmp.Diff(want, got.Parameters); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRender(t *testing.T) {
	t.Parallel()
	want := &job.Request{
		Chart:      job.Package{Digest: "sha256:1"},
		Parameters: []values.Source{{Kind: values.KindSet, Text: "a=\xff"}, {Kind: values.KindValues}},
		Options: render.Options{
			Release:       render.Release{Name: "blue", Namespace: "shop", Revision: 3, IsUpgrade: true},
			Capabilities:  render.Offline(render.KubeVersion{Version: "v1.36.3", Major: "1", Minor: "36"}, "a/v1/B"),
			SubchartNotes: true, SkipSchema: true, Lint: true, MaxOutput: 1, MaxGenerated: 2,
		},
	}
	f, err := wire.EncodeRender(want)
	got, err := wire.DecodeRender(sent(t, f, err), func(context.Context, string, string, string, string) (map[string]any, error) { return nil, nil })
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmp.FilterPath(func(p cmp.Path) bool { return p.Last().Type().Kind() == reflect.Func }, cmp.Comparer(func(a, b any) bool {
		return reflect.ValueOf(a).IsNil() == reflect.ValueOf(b).IsNil()
	}))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFound(t *testing.T) {
	t.Parallel()
	want := map[string]any{
		"int": int64(math.MaxInt64), "least": int64(math.MinInt64), "whole": float64(3), "large": 1e300, "small": -5e-324,
		"zero": float64(0), "none": nil, "yes": true, "text": "1.0", "list": []any{int64(1), 1.5, []any{}, map[string]any{"x": 1e6}},
	}
	f, err := wire.EncodeFound(want)
	got, err := wire.DecodeFound(sent(t, f, err))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	f, err = wire.EncodeFound(nil)
	if got, err := wire.DecodeFound(sent(t, f, err)); got != nil || err != nil {
		t.Errorf("nothing: %v, %v", got, err)
	}
	f, err = wire.EncodeRefused(errors.New("you may not"))
	if _, err := wire.DecodeFound(sent(t, f, err)); err == nil || err.Error() != "you may not" {
		t.Errorf("refused: %v", err)
	}
}

func TestFailed(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ä", 1<<20)
	f, err := wire.EncodeFailed(&render.Error{Chart: "web", Template: "web/templates/x.yaml", Line: 3, Message: long})
	told, err := wire.DecodeFailed(sent(t, f, err), nil)
	if err != nil {
		t.Fatal(err)
	}
	at := (*render.Error)(nil)
	if !errors.As(told, &at) || at.Line != 3 || len(told.Error()) > 64<<10 || errors.Is(told, chart.ErrInvalid) {
		t.Errorf("error of %d bytes: %+v", len(told.Error()), at)
	}
	why := errors.New("the lookup's own error")
	if _, err := wire.DecodeFailed(sent(t, f, nil), why); err != nil || errors.Is(told, why) {
		t.Errorf("an error that no lookup caused: %v", err)
	}
}

func TestBounds(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]wire.Frame{
		"parts": {Parts: make([][]byte, wire.MaxParts+1)},
		"head":  {Head: make([]byte, 2<<20)},
		"items": {Head: fmt.Append(nil, "[", strings.Repeat("1,", 100_000), "1]")},
		"total": {Parts: [][]byte{make([]byte, wire.MaxFrame), {0}}},
	} {
		var pipe bytes.Buffer
		if err := wire.NewWriter(&pipe).Write(f); !errors.Is(err, wire.ErrFrame) || pipe.Len() > 0 {
			t.Errorf("%s: writing: %v after %d bytes", name, err, pipe.Len())
		}
	}
	sizes := func(count uint32, sizes ...uint32) []byte {
		out := binary.BigEndian.AppendUint32([]byte{byte(wire.Done), 0, 0, 0, 0, 0, 0, 0, 0, 1}, count)
		for _, size := range sizes {
			out = binary.BigEndian.AppendUint32(out, size)
		}
		return out
	}
	for name, data := range map[string][]byte{
		"no parts":         sizes(0),
		"many parts":       sizes(math.MaxUint32),
		"a large head":     sizes(1, 2<<20),
		"a large part":     sizes(2, 0, math.MaxUint32),
		"many large parts": sizes(3, 0, wire.MaxFrame, wire.MaxFrame),
	} {
		if _, err := wire.NewReader(bytes.NewReader(data)).Read(); !errors.Is(err, wire.ErrFrame) {
			t.Errorf("%s: reading: %v, want %v", name, err, wire.ErrFrame)
		}
	}
}

// TestLies are frames of a worker that was taken over.
func TestLies(t *testing.T) {
	t.Parallel()
	good, err := wire.EncodeDone(result())
	if err != nil {
		t.Fatal(err)
	}
	head := func(old, replacement string) wire.Frame {
		f := good
		f.Head = []byte(strings.Replace(string(good.Head), old, replacement, 1))
		if bytes.Equal(f.Head, good.Head) {
			t.Fatalf("%s has no %s", good.Head, old)
		}
		return f
	}
	part := func(i int, data string) wire.Frame {
		f := good
		f.Parts = append([][]byte(nil), good.Parts...)
		f.Parts[i] = []byte(data)
		return f
	}
	for name, f := range map[string]wire.Frame{
		"another kind":    {Kind: wire.Told, Head: good.Head, Parts: good.Parts},
		"too few parts":   {Kind: wire.Done, Head: good.Head, Parts: good.Parts[:2]},
		"no parts":        {Kind: wire.Done, Head: good.Head},
		"no head":         {Kind: wire.Done, Parts: good.Parts},
		"no metadata":     head(`"Metadata":{`, `"Metadata":null,"x":{`),
		"a name":          head(`"name":"web"`, `"name":".."`),
		"a null":          head(`"name":"web"`, `"name":"web","dependencies":[null]`),
		"deep":            head(`"name":"web"`, `"name":"web","dependencies":[{"import-values":`+strings.Repeat("[", 100_000)+strings.Repeat("]", 100_000)+`}]`),
		"values no JSON":  part(2, "{"),
		"values a list":   part(2, "[]"),
		"default no JSON": part(0, "{} {}"),
	} {
		if _, err := wire.DecodeDone(f); !errors.Is(err, wire.ErrFrame) {
			t.Errorf("%s: %v, want %v", name, err, wire.ErrFrame)
		}
	}
}

// TestBombs are heads of less than a megabyte that would decode to a hundred: they
// must be refused before they are decoded.
func TestBombs(t *testing.T) {
	t.Parallel()
	good, err := wire.EncodeDone(result())
	if err != nil {
		t.Fatal(err)
	}
	for name, head := range map[string]string{
		"hooks":         `{"Output":{"Hooks":[%s]}}`,
		"manifests":     `{"Output":{"Manifests":[%s]}}`,
		"dependencies":  `{"Metadata":{"dependencies":[%s]}}`,
		"maintainers":   `{"Metadata":{"maintainers":[%s]}}`,
		"imported":      `{"Metadata":{"dependencies":[{"import-values":[%s]}]}}`,
		"after a quote": `{"x":"\\\\","y":"\"","Output":{"Hooks":[%s]}}`,
	} {
		f := good
		f.Head = fmt.Appendf(nil, head, strings.Repeat("{},", 300_000)+"{}")
		if _, err := wire.DecodeDone(f); !errors.Is(err, wire.ErrFrame) || !strings.Contains(err.Error(), "items, at most") {
			t.Errorf("%s: %v, want it to be refused for its items", name, err)
		}
	}
}

// TestUnclean are texts of a worker that was taken over, which errors would show.
func TestUnclean(t *testing.T) {
	t.Parallel()
	const escape = "\x1b[2J\u009b"
	long := escape + strings.Repeat("x", 900_000)
	f, err := wire.EncodeFailed(&render.Error{Chart: "CHART", Template: "TEMPLATE", Message: "MESSAGE"})
	if err != nil {
		t.Fatal(err)
	}
	quoted, err := json.Marshal(long)
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range []string{"CHART", "TEMPLATE", "MESSAGE"} {
		lie := f
		lie.Head = bytes.ReplaceAll(f.Head, fmt.Appendf(nil, "%q", field), quoted)
		told, err := wire.DecodeFailed(lie, nil)
		at := (*render.Error)(nil)
		if err != nil || !errors.As(told, &at) {
			t.Fatalf("%s: %v, %v", field, told, err)
		}
		if text := told.Error() + at.Error(); len(text) > 200<<10 || strings.ContainsAny(text, escape[:1]+"\u009b") {
			t.Errorf("%s: %d bytes, with control characters %v", field, len(text), strings.Contains(text, "\x1b"))
		}
	}
	f, err = wire.EncodeFailed(&render.BudgetError{Chart: long, Template: long, Budget: long, Limit: long})
	if err != nil {
		t.Fatal(err)
	}
	f.Head = bytes.Replace(f.Head, []byte(`"Text":"`), append([]byte(`"Text":`), quoted[:len(quoted)-1]...), 1)
	told, err := wire.DecodeFailed(f, nil)
	spent := (*render.BudgetError)(nil)
	if err != nil || !errors.As(told, &spent) {
		t.Fatalf("%v, %v", told, err)
	}
	if text := told.Error() + spent.Error(); len(text) > 100<<10 || strings.Contains(text, "\x1b") {
		t.Errorf("a budget of %d bytes, with control characters %v", len(text), strings.Contains(text, "\x1b"))
	}
	bad := result()
	bad.Output.Hooks[0].Path, bad.Output.Hooks[0].Events = long, []string{long}
	f, err = wire.EncodeDone(bad)
	if err != nil {
		t.Fatal(err)
	}
	done, err := wire.DecodeDone(f)
	if err != nil {
		t.Fatal(err)
	}
	if h := done.Output.Hooks[0]; len(h.Path) > 4096 || len(h.Events[0]) > 4096 || strings.Contains(h.Path+h.Events[0], "\x1b") {
		t.Errorf("a hook with a path of %d bytes and an event of %d", len(h.Path), len(h.Events[0]))
	}
	for _, q := range []wire.Question{{APIVersion: long}, {Kind: long}, {Namespace: long}, {Name: long}} {
		if _, err := wire.EncodeLookup(q); !errors.Is(err, wire.ErrFrame) {
			t.Errorf("asking for a long name: %v, want %v", err, wire.ErrFrame)
		}
		head, err := json.Marshal(q)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := wire.DecodeLookup(wire.Frame{Kind: wire.Lookup, Head: head}); !errors.Is(err, wire.ErrFrame) {
			t.Errorf("being asked for a long name: %v, want %v", err, wire.ErrFrame)
		}
	}
}

// FuzzParent reads whatever a worker may send, as the pool does.
func FuzzParent(f *testing.F) {
	seed := func(frame wire.Frame, err error) {
		if err != nil {
			f.Fatal(err)
		}
		var pipe bytes.Buffer
		if err := wire.NewWriter(&pipe).Write(frame); err != nil {
			f.Fatal(err)
		}
		f.Add(pipe.Bytes())
	}
	seed(wire.EncodeDone(result()))
	seed(wire.EncodeTold(result().Facts))
	seed(wire.EncodeDescribed(description()))
	seed(wire.EncodeFailed(&render.BudgetError{Budget: "output"}))
	seed(wire.EncodeLookup(wire.Question{Kind: "Pod"}))
	seed(wire.EncodeReady(wire.Confinement{Enforced: []string{"x"}}))
	seed(wire.EncodeWant())
	f.Fuzz(func(t *testing.T, data []byte) {
		r := wire.NewReader(bytes.NewReader(data))
		for {
			frame, err := r.Read()
			if err != nil {
				return
			}
			if done, err := wire.DecodeDone(frame); err == nil && (done.Facts.Metadata.Name == "" || done.Output == nil || done.Values[0] != '{') {
				t.Errorf("a rendering that lacks something: %+v", done)
			}
			if told, err := wire.DecodeTold(frame); err == nil && told.Metadata.Name == "" {
				t.Errorf("facts that lack something: %+v", told)
			}
			if described, err := wire.DecodeDescribed(frame); err == nil && described.Facts.Metadata.Name == "" {
				t.Errorf("a description that lacks something: %+v", described)
			}
			if told, err := wire.DecodeFailed(frame, io.EOF); err == nil && told == nil {
				t.Error("a failure without an error")
			}
			_, _ = wire.DecodeLookup(frame)
			_, _ = wire.DecodeReady(frame)
		}
	})
}
