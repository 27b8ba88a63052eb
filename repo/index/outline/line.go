package outline

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// lines reads lines of any length and remembers of each at most MaxPart bytes.
type lines struct {
	in   *bufio.Reader
	long []byte // of a line that is longer than the buffer of in

	text []byte // of the line, without its end; valid until the next one
	from int64  // where the line begins
	to   int64  // where the next one does
}

// next reads a line; its error is io.EOF behind the last one.
func (l *lines) next() error {
	l.from, l.long = l.to, l.long[:0]
	for {
		piece, err := l.in.ReadSlice('\n')
		l.to += int64(len(piece))
		if errors.Is(err, bufio.ErrBufferFull) {
			l.long = append(l.long, piece[:min(len(piece), MaxPart-len(l.long))]...)
			continue
		}
		if errors.Is(err, io.EOF) && l.to > l.from {
			err = nil
		}
		if l.text = piece; len(l.long) > 0 {
			l.text = append(l.long, piece[:min(len(piece), MaxPart-len(l.long))]...)
			l.long = l.text
		}
		l.text = bytes.TrimSuffix(bytes.TrimSuffix(l.text, []byte("\n")), []byte("\r"))
		return err
	}
}

// indent returns the number of spaces before what the line says. It says nothing
// when it is blank or a comment.
func (l *lines) indent() (column int, says bool) {
	for column < len(l.text) && l.text[column] == ' ' {
		column++
	}
	rest := bytes.TrimLeft(l.text[column:], " \t")
	return column, len(rest) > 0 && rest[0] != '#'
}
