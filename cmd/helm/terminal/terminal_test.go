package terminal

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestClean(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"plain":                       "plain",
		"a\x1b[31mred\x1b[0m":         "a[31mred[0m",
		"one\ntwo\r\nthree\tfour":     "one two  three four",
		"bell\a back\b del\x7f":       "bell back del",
		"c1\u009b31m":                 "c131m",
		"evil\u202egnp.exe":           "evilgnp.exe",
		"broken\xff":                  "broken\uFFFD",
		"line\u2028separator, naïve…": "line separator, naïve…",
	} {
		if got := Clean(text); got != want {
			t.Errorf("Clean(%q) is %q, want %q", text, got, want)
		}
	}
}

func TestAnswerLines(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                               "",
		"one\r\n\ttwo":                   "one\n\ttwo\n",
		"a\x1b[2J\u009b31m\u202e\x00b\n": "a[2J31mb\n",
	} {
		var out bytes.Buffer
		(&Screen{Out: &out}).AnswerLines(text)
		if out.String() != want {
			t.Errorf("%q: got %q, want %q", text, out.String(), want)
		}
	}
}

func TestTable(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := (&Screen{Out: &out}).Table([]string{"NAME", "WHY"}, [][]string{{"a\tb", ""}, {"c", "\x1b[2J\nd"}}); err != nil {
		t.Fatal(err)
	}
	if want := "NAME   WHY\na b    -\nc      [2J d\n"; out.String() != want {
		t.Errorf("got %q", out.String())
	}
}

func TestScreenKeepsStreamsApart(t *testing.T) {
	t.Parallel()
	for _, quiet := range []bool{false, true} {
		var out, err bytes.Buffer
		s := &Screen{Out: &out, Err: &err, Quiet: quiet}
		s.Answer("Created %s", "taco\x1b[2J")
		s.Note("hint")
		s.Complain("Error: %s", "bad\nworse")
		want := []string{"Created taco[2J\n", "hint\nError: bad worse\n"}
		if quiet {
			want[1] = "Error: bad worse\n"
		}
		if diff := cmp.Diff(want, []string{out.String(), err.String()}); diff != "" {
			t.Errorf("quiet %v: %s", quiet, diff)
		}
	}
}

func TestBlockRedrawsInPlace(t *testing.T) {
	t.Parallel()
	var err bytes.Buffer
	s := &Screen{Err: &err, Color: true, Size: func() (int, int) { return 11, 5 }}
	b := NewBlock(s)
	if got := b.Room(); got != 3 {
		t.Errorf("room is %d", got)
	}
	b.Draw([]Row{{"a line that is too long", Plain}, {"ok", Green}})
	b.Draw([]Row{{"ünï", Red}})
	b.Close()
	want := "a line tha\n\x1b[32mok\x1b[0m\n" + "\r\x1b[2A\x1b[J\x1b[31münï\x1b[0m\n" + "\r\x1b[1A\x1b[J"
	if diff := cmp.Diff(want, err.String()); diff != "" {
		t.Error(diff)
	}
}

func TestBlockWithoutColor(t *testing.T) {
	t.Parallel()
	var err bytes.Buffer
	NewBlock(&Screen{Err: &err, Size: func() (int, int) { return 80, 24 }}).Draw([]Row{{"ok", Green}})
	if got := err.String(); got != "ok\n" {
		t.Errorf("got %q", got)
	}
}

// failing takes one write and no more.
type failing struct{ writes int }

func (f *failing) Write(text []byte) (int, error) {
	if f.writes++; f.writes > 1 {
		return 0, io.ErrShortWrite
	}
	return len(text), nil
}

func TestOutputKeepsItsFirstError(t *testing.T) {
	t.Parallel()
	to := &failing{}
	o := &Output{To: to}
	s := &Screen{Out: o}
	s.Answer("one")
	if o.Err != nil {
		t.Error(o.Err)
	}
	s.Answer("two")
	s.Answer("three")
	if !errors.Is(o.Err, io.ErrShortWrite) || to.writes != 2 {
		t.Errorf("got %v after %d writes", o.Err, to.writes)
	}
}
