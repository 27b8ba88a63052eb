package terminal

import (
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// Screen is where a command writes.
type Screen struct {
	// Out takes the answer, and nothing else.
	Out io.Writer
	// Err takes progress, hints and errors.
	Err io.Writer
	// Quiet leaves progress and hints out.
	Quiet bool
	// Color allows colours on a terminal.
	Color bool
	// Size returns the width and height of the terminal that Err is; nil means
	// that Err is none.
	Size func() (width, height int)
}

// New returns the screen of a process with these streams. Of the environment,
// read through getenv, it honours NO_COLOR and TERM=dumb.
func New(out, err *os.File, getenv func(string) string) *Screen {
	s := &Screen{Out: out, Err: err, Color: getenv("NO_COLOR") == ""}
	fd := int(err.Fd())
	if term.IsTerminal(fd) && getenv("TERM") != "dumb" {
		s.Size = func() (int, int) { return size(fd) }
	}
	return s
}

// size falls back on the smallest usual terminal.
func size(fd int) (int, int) {
	width, height, err := term.GetSize(fd)
	if err != nil || width <= 0 || height <= 0 {
		return 80, 24
	}
	return width, height
}

// Answer writes a line to standard output.
func (s *Screen) Answer(format string, args ...any) { line(s.Out, format, args) }

// AnswerLines writes text of several lines to standard output, and ends the last
// one.
func (s *Screen) AnswerLines(text string) {
	if text = CleanLines(text); text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	_, _ = io.WriteString(s.Out, text)
}

// Note writes a line of progress or a hint to standard error, unless Quiet.
func (s *Screen) Note(format string, args ...any) {
	if !s.Quiet {
		line(s.Err, format, args)
	}
}

// Complain writes a line to standard error, always.
func (s *Screen) Complain(format string, args ...any) { line(s.Err, format, args) }

// Animated says whether something may change in place.
func (s *Screen) Animated() bool { return s.Size != nil && !s.Quiet }

// line ignores what cannot be written: nobody is left to be told.
func line(w io.Writer, format string, args []any) {
	text := strings.TrimRight(Clean(fmt.Sprintf(format, args...)), " ")
	_, _ = io.WriteString(w, text+"\n")
}

// Notes returns a writer of lines that are notes.
func (s *Screen) Notes() io.Writer { return notes{s} }

type notes struct{ screen *Screen }

// Write takes whole lines.
func (n notes) Write(text []byte) (int, error) {
	for l := range strings.Lines(string(text)) {
		n.screen.Note("%s", l)
	}
	return len(text), nil
}
