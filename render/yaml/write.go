package yaml

import (
	"errors"
	"math"
	"reflect"
	"slices"

	library "sigs.k8s.io/yaml"
)

// maxDepth is the nesting up to which this package reads and writes by itself.
const maxDepth = 100

// Errors of Write.
var (
	ErrTooLong = errors.New("the YAML text is too long")
	ErrUnsure  = errors.New("only the library knows the YAML text")
)

// Marshal writes a value as YAML, ended by a line feed.
func Marshal(value any) ([]byte, error) {
	if out, err := Write(value, math.MaxInt64); err == nil {
		return out, nil
	}
	return library.Marshal(value)
}

// Write is Marshal without the library: what it does not know is ErrUnsure, a
// text of more than about limit bytes is ErrTooLong.
func Write(value any, limit int64) ([]byte, error) {
	w := &writer{out: make([]byte, 0, 256), limit: limit}
	if err := w.node(value, place{indent: -2, top: true}); err != nil {
		return nil, err
	}
	w.freshLine()
	return w.out, nil
}

// writer writes block style as the library does: two spaces an indentation, the
// items of a list below its key without any.
type writer struct {
	out   []byte
	line  int // where the current line begins in out
	limit int64
}

// place is where a node stands.
type place struct {
	indent int  // of the map or list around it, -2 when there is none
	item   bool // the node follows a dash
	top    bool // the node is the document
	depth  int
}

func (w *writer) node(value any, at place) error {
	switch {
	case int64(len(w.out)) > w.limit:
		return ErrTooLong
	case at.depth > maxDepth:
		return ErrUnsure
	}
	switch v := value.(type) {
	case map[string]any:
		return writeMap(w, v, at)
	case map[string]string:
		return writeMap(w, v, at)
	case []any:
		return writeList(w, v, at)
	case []string:
		return writeList(w, v, at)
	default:
		return w.plainNode(value, at)
	}
}

// plainNode writes what is neither a map nor a list of the usual types.
func (w *writer) plainNode(value any, at place) error {
	indent := at.indent + 2
	if at.top {
		indent = 2
	}
	if w.scalarNode(value, indent) {
		return nil
	}
	plain := reflect.TypeFor[map[string]any]()
	if v := reflect.ValueOf(value); v.IsValid() && v.Type().ConvertibleTo(plain) && !marshals(value) {
		converted, _ := v.Convert(plain).Interface().(map[string]any)
		return writeMap(w, converted, at)
	}
	return ErrUnsure
}

func writeMap[V any](w *writer, m map[string]V, at place) error {
	switch {
	case m == nil:
		w.word("null")
		return nil
	case len(m) == 0:
		w.word("{}")
		return nil
	}
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, compareKeys)
	indent := at.indent + 2
	for i, key := range keys {
		w.beginEntry(indent, i == 0 && at.item)
		if !w.key(key) {
			return ErrUnsure
		}
		if err := w.node(m[key], place{indent: indent, depth: at.depth + 1}); err != nil {
			return err
		}
	}
	return nil
}

func writeList[V any](w *writer, list []V, at place) error {
	switch {
	case list == nil:
		w.word("null")
		return nil
	case len(list) == 0:
		w.word("[]")
		return nil
	}
	indent := at.indent
	if at.item || at.top {
		indent += 2
	}
	for i, item := range list {
		w.beginEntry(indent, i == 0 && at.item)
		w.out = append(w.out, '-')
		if err := w.node(item, place{indent: indent, item: true, depth: at.depth + 1}); err != nil {
			return err
		}
	}
	return nil
}

// beginEntry moves to where a key or a dash goes: behind the dash around it, or
// on a line of its own.
func (w *writer) beginEntry(indent int, behindDash bool) {
	if behindDash {
		w.out = append(w.out, ' ')
		return
	}
	w.freshLine()
	w.pad(indent)
}

// freshLine ends the current line unless nothing is on it.
func (w *writer) freshLine() {
	if len(w.out) > w.line {
		w.breakLine()
	}
}

func (w *writer) breakLine() {
	w.out = append(w.out, '\n')
	w.line = len(w.out)
}

func (w *writer) pad(columns int) {
	for range columns {
		w.out = append(w.out, ' ')
	}
}

// word writes a text that needs no thought behind what is on the line.
func (w *writer) word(text string) {
	w.space()
	w.out = append(w.out, text...)
}

// space parts what follows from a key's colon or a dash.
func (w *writer) space() {
	if len(w.out) > w.line {
		w.out = append(w.out, ' ')
	}
}
