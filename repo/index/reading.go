package index

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	library "go.yaml.in/yaml/v2"

	"github.com/helm-dm/helm-dm/render/yaml"
	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/index/outline"
)

const (
	maxSections = 1000
	peek        = 64 << 10 // bytes, in which an index has to begin
)

// reading is of one index, whatever it is written in.
type reading struct {
	collector *collector
	sections  int  // that came
	version   bool // of the format: it was named
	entries   bool // they came
	doubt     bool // something could not be read alone
}

func newReading(each func(repo.Release) error) *reading {
	return &reading{collector: newCollector(each)}
}

// stream reads a text part by part.
func (r *reading) stream(in io.Reader) (*Result, error) {
	text := bufio.NewReaderSize(in, peek)
	if begin, _ := text.Peek(peek); bytes.HasPrefix(bytes.TrimLeft(begin, " \t\r\n\ufeff"), []byte("{")) {
		if err := r.json(text); err != nil {
			r.doubt = r.doubt || errors.Is(err, outline.ErrShape)
			return nil, err
		}
		return r.finish()
	}
	if err := outline.Split(text, r.part); err != nil {
		r.doubt = r.doubt || errors.Is(err, outline.ErrShape)
		return nil, err
	}
	return r.finish()
}

// whole reads what the library has made of a text.
func (r *reading) whole(root any) (*Result, error) {
	top, ok := root.(map[any]any)
	if !ok {
		return nil, fmt.Errorf("%w: it is no map", outline.ErrShape)
	}
	for key, value := range top {
		if err := r.section(fmt.Sprint(key), value); err != nil {
			return nil, err
		}
	}
	return r.finish()
}

// part takes a part of a YAML text.
func (r *reading) part(p outline.Part) error {
	value, err := r.decode(p)
	switch p.Kind {
	case outline.Item:
		return r.collector.entry(value, err)
	case outline.Chart:
		if openErr := r.collector.open(p.Key); openErr != nil {
			return openErr
		}
		if err != nil {
			r.collector.setAside(err)
			return nil
		}
		return r.collector.list(value)
	}
	if r.sections++; r.sections > maxSections {
		return fmt.Errorf("%w: it has more than %d keys at the top", outline.ErrShape, maxSections)
	}
	if p.Cut && !strings.EqualFold(p.Key, "apiVersion") && !strings.EqualFold(p.Key, "entries") {
		return nil
	}
	if p.Cut {
		return repo.Fail(repo.ErrInvalid, "reading the index: it is larger than %d KiB, and not written with a line for each chart and version", maxWhole>>10).
			Mend("write it anew with helm repo index")
	}
	if err != nil {
		return fmt.Errorf("%w: something at the top of it cannot be read", outline.ErrShape) // nothing of what it holds: it may be anything
	}
	if p.Text == nil { // what is in it came before
		value = map[any]any{}
	}
	return r.section(p.Key, value)
}

// decode reads the value of a part.
func (r *reading) decode(p outline.Part) (any, error) {
	switch {
	case p.Cut:
		return nil, fmt.Errorf("it is larger than %d KiB", outline.MaxPart>>10)
	case len(bytes.TrimSpace(p.Text)) == 0:
		return nil, nil
	}
	if p.Kind == outline.Item {
		if found, ok := yaml.Fields(string(p.Text), keys()); ok {
			return found, nil
		}
	}
	var value any
	decoder := library.NewDecoder(bytes.NewReader(p.Text))
	err := decoder.Decode(&value)
	if err == nil {
		if more := decoder.Decode(new(any)); !errors.Is(more, io.EOF) {
			err = errors.New("more than one value is there")
		}
	}
	if errors.Is(err, io.EOF) {
		return nil, nil
	}
	if err != nil {
		r.doubt = true
		return nil, errors.New(repo.Line(err.Error(), repo.MaxName))
	}
	if p.Kind != outline.Item {
		keyed, _ := value.(map[any]any) // it begins with a key
		for _, only := range keyed {
			return only, nil
		}
	}
	return value, nil
}

// section takes a key at the top.
func (r *reading) section(key string, value any) error {
	switch {
	case strings.EqualFold(key, "apiVersion"):
		text, ok := value.(string)
		if !ok && value != nil || r.version {
			return fmt.Errorf("%w: its apiVersion is no text, or given twice", outline.ErrShape)
		}
		r.version = text != ""
	case strings.EqualFold(key, "entries"):
		if r.entries {
			return fmt.Errorf("%w: its entries are given twice", outline.ErrShape)
		}
		r.entries = true
		return r.charts(value)
	}
	return nil
}

// charts takes all entries at once.
func (r *reading) charts(value any) error {
	charts, ok := value.(map[any]any)
	if !ok && value != nil {
		return fmt.Errorf("%w: its entries are no map", outline.ErrShape)
	}
	names := map[string]any{}
	for key, list := range charts {
		names[fmt.Sprint(key)] = list
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if err := r.collector.open(name); err != nil {
			return err
		}
		if err := r.collector.list(names[name]); err != nil {
			return err
		}
	}
	return nil
}

// finish says whether what was read was an index (S50).
func (r *reading) finish() (*Result, error) {
	if !r.version {
		return nil, fmt.Errorf("%w: it names no apiVersion", outline.ErrShape)
	}
	return &r.collector.result, nil
}
