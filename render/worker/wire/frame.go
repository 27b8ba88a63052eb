package wire

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
)

// Kind says what a frame is.
type Kind byte

// What the manager sends.
const (
	Render   Kind = 'r' // answered with Done or Failed
	Inspect  Kind = 'i' // answered with Told or Failed
	Describe Kind = 'd' // answered with Described or Failed
	Package  Kind = 'p' // the answer to Want
	Found    Kind = 'f' // the answer to Lookup
)

// What a worker sends.
const (
	Ready     Kind = 'R' // once, when it is confined
	Want      Kind = 'W' // it has not got the chart
	Lookup    Kind = 'L' // a template asks for an object
	Told      Kind = 'T' // the facts of a chart
	Described Kind = 'E' // what a chart says of itself
	Done      Kind = 'D' // a rendering
	Failed    Kind = 'F'
)

// Bounds of a frame. MaxFrame holds the largest package, or a rendering of 24 MiB
// with its values, schema and CRDs. A head may have as many bytes as fit, and so
// many elements: what it decodes to is a small multiple of the bound (headBytes,
// headItems), whatever it says.
const (
	MaxFrame = 40 << 20
	MaxParts = 1 << 14
)

// headBytes and headItems bound a head by the parts that it speaks of. An item is
// a member of an object or an element of a list.
func headBytes(parts int) int { return 1<<20 + 512*parts }

func headItems(parts int) int { return 1<<14 + 16*parts }

// startBytes are the kind, whether the worker is spent, the number of the job and
// that of the sizes.
const startBytes = 14

// Frame is one message: the head tells what the parts are.
type Frame struct {
	Kind  Kind
	Spent bool   // the worker should be replaced after this
	Job   uint64 // that it belongs to; the worker repeats what it was asked with
	Head  []byte // JSON
	Parts [][]byte
}

// ErrFrame is matched when bytes are no frame, or a frame is no message.
const ErrFrame fault = "malformed frame"

type fault string

func (f fault) Error() string { return string(f) }

// Writer writes frames.
type Writer struct{ w *bufio.Writer }

// NewWriter makes a Writer on a pipe.
func NewWriter(w io.Writer) *Writer { return &Writer{bufio.NewWriterSize(w, 64<<10)} }

// Write sends a frame. One that is larger than the bounds is an ErrFrame, and
// nothing of it is sent.
func (w *Writer) Write(f Frame) error {
	if err := f.Check(); err != nil {
		return err
	}
	sizes := make([]byte, 0, startBytes+4*(1+len(f.Parts)))
	sizes = append(sizes, byte(f.Kind), 0)
	if f.Spent {
		sizes[1] = 1
	}
	sizes = binary.BigEndian.AppendUint64(sizes, f.Job)
	sizes = binary.BigEndian.AppendUint32(sizes, uint32(1+len(f.Parts))) //nolint:gosec // bounded by Check
	sizes = binary.BigEndian.AppendUint32(sizes, uint32(len(f.Head)))    //nolint:gosec // bounded by Check
	for _, part := range f.Parts {
		sizes = binary.BigEndian.AppendUint32(sizes, uint32(len(part))) //nolint:gosec // bounded by Check
	}
	if _, err := w.w.Write(sizes); err != nil {
		return err
	}
	if _, err := w.w.Write(f.Head); err != nil {
		return err
	}
	for _, part := range f.Parts {
		if _, err := w.w.Write(part); err != nil {
			return err
		}
	}
	return w.w.Flush()
}

// Check says, by an ErrFrame, whether the frame is too large to be sent.
func (f Frame) Check() error {
	total := len(f.Head)
	for _, part := range f.Parts {
		total += len(part)
	}
	if err := check(len(f.Parts), len(f.Head), total); err != nil {
		return err
	}
	return f.count()
}

// count holds the items of the head against their bound.
func (f Frame) count() error {
	if items, most := items(f.Head), headItems(len(f.Parts)); items > most {
		return fmt.Errorf("%w: a head of %d items, at most %d", ErrFrame, items, most)
	}
	return nil
}

// items counts the members of objects and the elements of lists of JSON.
func items(data []byte) int {
	count, text := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case c == '"':
			text = !text
		case c == '\\' && text:
			i++
		case !text && (c == ',' || c == '[' || c == '{'):
			count++
		}
	}
	return count
}

// check holds the sizes of a frame against the bounds.
func check(parts, head, total int) error {
	switch {
	case parts > MaxParts:
		return fmt.Errorf("%w: %d parts, at most %d", ErrFrame, parts, MaxParts)
	case head > headBytes(parts):
		return fmt.Errorf("%w: a head of %d bytes, at most %d", ErrFrame, head, headBytes(parts))
	case total > MaxFrame:
		return fmt.Errorf("%w: %d bytes, at most %d", ErrFrame, total, MaxFrame)
	}
	return nil
}

// Reader reads frames.
type Reader struct{ r *bufio.Reader }

// NewReader makes a Reader on a pipe.
func NewReader(r io.Reader) *Reader { return &Reader{bufio.NewReaderSize(r, 64<<10)} }

// Idle says that nothing has arrived beyond the frames that were read.
func (r *Reader) Idle() bool { return r.r.Buffered() == 0 }

// Read returns the next frame; io.EOF when the other side is gone.
func (r *Reader) Read() (Frame, error) {
	var start [startBytes]byte
	if _, err := io.ReadFull(r.r, start[:]); err != nil {
		return Frame{}, err
	}
	f := Frame{Kind: Kind(start[0]), Spent: start[1] != 0, Job: binary.BigEndian.Uint64(start[2:])}
	count := int64(binary.BigEndian.Uint32(start[10:]))
	if count < 1 || count > MaxParts+1 {
		return f, fmt.Errorf("%w: %d parts, at most %d", ErrFrame, count-1, MaxParts)
	}
	sizes := make([]byte, 4*count)
	if _, err := io.ReadFull(r.r, sizes); err != nil {
		return f, err
	}
	var total int64 // cannot overflow: 2^14 sizes of 32 bits
	for at := 0; at < len(sizes); at += 4 {
		total += int64(binary.BigEndian.Uint32(sizes[at:]))
	}
	if err := check(int(count)-1, int(binary.BigEndian.Uint32(sizes)), int(total)); err != nil {
		return f, err
	}
	data := make([]byte, total)
	if _, err := io.ReadFull(r.r, data); err != nil {
		return f, err
	}
	f.divide(data, sizes)
	return f, nil
}

// divide gives the frame its head and parts, which share data.
func (f *Frame) divide(data, sizes []byte) {
	next := func() []byte {
		size := binary.BigEndian.Uint32(sizes)
		part := data[:size:size]
		data, sizes = data[size:], sizes[4:]
		return part
	}
	f.Head = next()
	for len(sizes) > 0 {
		f.Parts = append(f.Parts, next())
	}
}

// frame makes one of a head that has a JSON form.
func frame(kind Kind, head any, parts ...[]byte) (Frame, error) {
	data, err := json.Marshal(head)
	if err != nil {
		return Frame{}, fmt.Errorf("%w: %w", ErrFrame, err)
	}
	return Frame{Kind: kind, Head: data, Parts: parts}, nil
}

// read checks the kind and the number of parts of a frame, and decodes its head.
// parts is negative when any number is right.
func (f Frame) read(kind Kind, parts int, head any) error {
	if f.Kind != kind || parts >= 0 && len(f.Parts) != parts {
		return fmt.Errorf("%w: kind %q with %d parts", ErrFrame, byte(f.Kind), len(f.Parts))
	}
	if err := f.count(); err != nil {
		return err
	}
	if err := json.Unmarshal(f.Head, head); err != nil {
		return fmt.Errorf("%w: %w", ErrFrame, err)
	}
	return nil
}
