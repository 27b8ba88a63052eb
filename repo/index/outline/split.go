// Package outline takes the text of an index in YAML apart by its lines and their
// indentation, without reading it: into the keys at its top, the charts below the
// key entries, and their versions. Each part comes with its place in the text, so
// that it can be read or replaced alone. Only one part is in memory at a time.
//
// What the lines do not show is not guessed: then the text does not have that
// shape, and only the YAML library can tell what it says.
package outline

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/helm-dm/helm-dm/render/yaml"
)

// MaxPart bounds the text of a part, in bytes.
const MaxPart = 256 << 10

const (
	buffer = 64 << 10
	maxKey = 500 // of a key as it is written, in bytes
)

// Kind says what a part is.
type Kind int

// The kinds.
const (
	Section Kind = iota // a key at the top with its value
	Chart               // the key of a chart with its value, unless that is a list in lines of its own
	Item                // what follows a dash of such a list
)

// Part is a piece of an index in YAML. Its text can be read alone, unless it
// refers to other parts: that of a section or a chart is a map with one key.
type Part struct {
	Kind Kind
	Key  string // of the section, or of the chart
	Bare bool   // nothing stands behind the key: there is no value, or it is in other parts
	Text []byte // valid until the next part; nil for the section entries when its charts are parts
	Cut  bool   // the text is longer than a part may be, and its end is missing

	Column   int   // of the key or dash
	From, To int64 // where it is; blank lines and comments behind it are not of it
}

// ErrShape says that a text does not have the parts of an index.
var ErrShape = errors.New("the index is not one")

// errStray says that a line is of none of them.
var errStray = errors.New("a stray line")

// Split takes a YAML text in block style apart by its indentation. A chart comes
// before its versions, the section entries behind them. The error matches
// ErrShape where the lines do not show what belongs together.
func Split(r io.Reader, each func(Part) error) error {
	s := &splitter{lines: lines{in: bufio.NewReaderSize(r, buffer)}, each: each, top: -1}
	for number := 1; ; number++ {
		err := s.lines.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if number == 1 {
			s.lines.text = bytes.TrimPrefix(s.lines.text, []byte("\ufeff"))
		}
		if s.top >= 0 && (s.marks("---") || s.marks("...")) {
			break // what follows is another document
		}
		if err := s.line(); errors.Is(err, errStray) {
			return fmt.Errorf("%w: line %d does not belong there", ErrShape, number)
		} else if err != nil {
			return err
		}
	}
	return s.leave()
}

type splitter struct {
	lines lines
	each  func(Part) error

	part    Part // that is being read
	text    []byte
	open    bool // there is one
	entries Part // the section around it
	inside  bool // there is one

	top    int // the column of the keys at the top, -1 before the first one
	charts int // that of the charts, -1 before the first one
	items  int // that of the dashes below a chart, -1 before the first one
}

func (s *splitter) line() error {
	column, says := s.lines.indent()
	switch {
	case !says && !s.open && s.breaks():
		return errStray
	case !says:
		s.add()
		return nil
	case s.top < 0 && s.marks("---"):
		if len(bytes.TrimRight(s.lines.text, " \t")) > len("---") {
			return errStray
		}
		return nil
	case s.top < 0:
		s.top = column
	}
	dash := s.dash(column)
	switch {
	case column == s.top && !dash:
		return s.section(column)
	case column < s.top || !s.open && !s.inside:
		return errStray
	case !s.inside:
		s.goOn()
		return nil
	default:
		s.entries.To = s.lines.to
		return s.entry(column, dash)
	}
}

// breaks says whether the line is more than one to YAML.
func (s *splitter) breaks() bool { return bytes.ContainsAny(s.lines.text, "\r\u0085\u2028\u2029") }

// marks says whether a line parts documents.
func (s *splitter) marks(word string) bool {
	rest, ok := bytes.CutPrefix(s.lines.text, []byte(word))
	return ok && (len(rest) == 0 || rest[0] == ' ' || rest[0] == '\t')
}

// dash says whether an item begins in a column.
func (s *splitter) dash(column int) bool {
	line := s.lines.text[column:]
	return line[0] == '-' && (len(line) == 1 || line[1] == ' ' || line[1] == '\t')
}

// section begins with a line.
func (s *splitter) section(column int) error {
	if err := s.leave(); err != nil {
		return err
	}
	p, err := s.keyed(Section, column)
	if p.Bare && strings.EqualFold(p.Key, "entries") && !s.breaks() {
		s.entries, s.inside, s.charts, s.items = p, true, -1, -1
		return nil
	}
	s.start(p)
	return err
}

// entry takes a line below the key entries.
func (s *splitter) entry(column int, dash bool) error {
	if s.charts < 0 {
		s.charts = column
	}
	switch {
	case column < s.charts:
		return errStray
	case column == s.charts && !dash:
		if err := s.close(); err != nil {
			return err
		}
		p, err := s.keyed(Chart, column)
		s.items = -1
		s.start(p)
		return err
	case dash && (s.items == column || s.items < 0 && s.part.Bare && s.open):
		if err := s.close(); err != nil {
			return err
		}
		s.items = column
		s.start(Part{Kind: Item, Key: s.part.Key, Column: column, From: s.lines.from, To: s.lines.to})
		if !s.part.Cut {
			s.text[column] = ' '
		}
		return nil
	case !s.open, s.items >= 0 && column <= s.items:
		return errStray
	}
	s.goOn()
	return nil
}

// keyed makes a part of the key on the line.
func (s *splitter) keyed(k Kind, column int) (Part, error) {
	p := Part{Kind: k, Column: column, From: s.lines.from, To: s.lines.to}
	line := string(s.lines.text[column:])
	colon := strings.Index(line+" ", ": ")
	if colon < 0 || colon > maxKey {
		return p, errStray
	}
	var found map[string]any
	if err := yaml.Unmarshal(line[:colon]+": 0", &found); err != nil || len(found) != 1 {
		return p, errStray
	}
	for key := range found {
		p.Key = key
	}
	rest := strings.TrimLeft(line[colon+1:], " ")
	p.Bare = rest == "" || rest[0] == '#'
	return p, nil
}

// start begins a part with the line.
func (s *splitter) start(p Part) {
	s.part, s.open, s.text = p, true, s.text[:0]
	s.add()
}

// goOn adds a line that says something to the part.
func (s *splitter) goOn() {
	s.part.To, s.part.Bare = s.lines.to, false
	s.add()
}

// add appends the line to the part, where one is open.
func (s *splitter) add() {
	switch {
	case !s.open || s.part.Cut:
	case len(s.text)+len(s.lines.text) >= MaxPart:
		s.part.Cut = true
	default:
		s.text = append(append(s.text, s.lines.text...), '\n')
	}
}

// close hands on the part that is open.
func (s *splitter) close() error {
	if !s.open {
		return nil
	}
	s.open, s.part.Text = false, s.text
	return s.each(s.part)
}

// leave ends the section.
func (s *splitter) leave() error {
	if err := s.close(); err != nil || !s.inside {
		return err
	}
	s.inside = false
	return s.each(s.entries)
}
