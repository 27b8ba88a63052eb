package worker

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/render"
	"github.com/helm-dm/helm-dm/render/worker/job"
	"github.com/helm-dm/helm-dm/render/worker/wire"
)

// Silent is the argument that makes the test program a process that says nothing
// and goes on until its input ends.
const Silent = "silent"

// silent starts such a process as the pool's worker would be.
func silent(t *testing.T) *child {
	t.Helper()
	program, err := program()
	if err != nil {
		t.Fatal(err)
	}
	c := &child{command: exec.CommandContext(t.Context(), program, Silent), words: &words{}, dead: make(chan struct{})}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeAll(r, w) })
	c.command.Stdin = r
	if err := c.command.Start(); err != nil {
		t.Fatal(err)
	}
	go c.wait()
	return c
}

// TestBrokenTalk are workers that are alive and do not talk as they should.
func TestBrokenTalk(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		cause error
		again bool
	}{
		"closes its output":     {cause: io.EOF},
		"speaks gibberish":      {cause: wire.ErrFrame},
		"speaks of another job": {cause: errors.Join(wire.ErrFrame, errLate), again: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := New(Config{}).explain(silent(t), "sha256:1", &lost{c.cause})
			dead, crash := (*death)(nil), (*Crash)(nil)
			if !errors.As(err, &dead) || !errors.As(err, &crash) || crash.Chart != "sha256:1" || dead.again != c.again {
				t.Errorf("error %v: %+v, want a crash", err, dead)
			}
		})
	}
}

// TestLate has a worker answer with what it says of another job.
func TestLate(t *testing.T) {
	t.Parallel()
	told, err := wire.EncodeTold(&job.Facts{Metadata: &chart.Metadata{Name: "web", Version: "1.2.3", APIVersion: "v2"}, Values: []byte("{}")})
	if err != nil {
		t.Fatal(err)
	}
	for name, known := range map[string]bool{"of this": true, "of another": false} {
		x := New(Config{}).exchange(idler(1), job.Package{}, nil)
		if told.Job = x.number + 1; known {
			told.Job = x.number
		}
		var pipe bytes.Buffer
		if err := wire.NewWriter(&pipe).Write(told); err != nil {
			t.Fatal(err)
		}
		x.child.in, x.child.out = wire.NewWriter(io.Discard), wire.NewReader(&pipe)
		facts, err := outcome(t.Context(), x, wire.Frame{Kind: wire.Inspect}, wire.Told, wire.DecodeTold)
		if (facts != nil) != known || errors.Is(err, errLate) == known || broken(err) == known {
			t.Errorf("%s: %+v, %v", name, facts, err)
		}
	}
}

func TestPlace(t *testing.T) {
	t.Parallel()
	for left, want := range map[string]place{
		"":                                  {chart: "sha256:1"},
		"web":                               {chart: "web"},
		"web/templates/a.yaml":              {"web", "web/templates/a.yaml"},
		"web/charts/sub/templates/b/c.yaml": {"sub", "web/charts/sub/templates/b/c.yaml"},
	} {
		at := placeOf(left, "sha256:1")
		if at != want {
			t.Errorf("%q: %+v, want %+v", left, at, want)
		}
		err := at.over("time", "20s")
		spent := (*render.BudgetError)(nil)
		if !errors.As(err, &spent) || spent.Chart != want.chart || spent.Template != want.template || !strings.Contains(err.Error(), want.chart) {
			t.Errorf("%q: %v: %+v", left, err, spent)
		}
		if text := at.crash("it broke").Error(); !strings.Contains(text, want.chart) || !strings.Contains(text, want.template) {
			t.Errorf("%q: %s", left, text)
		}
	}
}

// TestPhrase has what a worker writes be searched for phrases, and never shown.
func TestPhrase(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]string{
		"runtime: hunter2\nfatal error: stack overflow hunter2\nmore": "stack overflow",
		"fatal error: runtime: out of memory: hunter2":                "out of memory",
		"SIGSEGV: segmentation violation\nPC=0x1":                     "segmentation violation",
		"fatal error: hunter2":                                        "",
		"hunter2: stack overflow":                                     "",
		"":                                                            "",
	} {
		var w words
		if _, err := io.WriteString(&w, said); err != nil {
			t.Fatal(err)
		}
		if got := w.phrase(); got != want {
			t.Errorf("%q: %q, want %q", said, got, want)
		}
	}
}
