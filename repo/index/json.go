package index

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/index/outline"
)

// json reads an index in JSON.
func (r *reading) json(in io.Reader) error {
	l := &leash{in: in}
	j := &jsonText{Decoder: json.NewDecoder(l), leash: l}
	begin, err := j.token()
	if err == nil {
		err = j.object(begin, func(key string) error { return r.jsonSection(j, key) })
	}
	if err != nil {
		return err
	}
	if _, err := j.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: something follows it", outline.ErrShape)
	}
	return nil
}

func (r *reading) jsonSection(j *jsonText, key string) error {
	if strings.EqualFold(key, "apiVersion") {
		value, err := j.value()
		if err != nil {
			return err
		}
		return r.section(key, value)
	}
	begin, err := j.token()
	if err != nil || !strings.EqualFold(key, "entries") {
		return j.skip(begin, err)
	}
	if err := r.section(key, nil); err != nil || begin == nil {
		return err
	}
	return j.object(begin, func(name string) error { return r.jsonChart(j, name) })
}

func (r *reading) jsonChart(j *jsonText, name string) error {
	if err := r.collector.open(name); err != nil {
		return err
	}
	begin, err := j.token()
	if err != nil || begin != json.Delim('[') {
		if begin != nil {
			r.collector.setAside(errNoList)
		}
		return j.skip(begin, err)
	}
	for j.More() {
		value, err := j.value()
		if err != nil {
			return err
		}
		if err := r.collector.entry(value, nil); err != nil {
			return err
		}
	}
	_, err = j.token()
	return err
}

const maxSkipped = 100_000 // tokens of a value, and so of its depth, which the decoder does not bound

// jsonText is read value by value, each of which is bounded.
type jsonText struct {
	*json.Decoder
	leash *leash
}

func (j *jsonText) token() (json.Token, error) {
	j.leash.left = outline.MaxPart
	token, err := j.Token()
	return token, j.failed(err)
}

func (j *jsonText) value() (value any, err error) {
	j.leash.left = outline.MaxPart
	err = j.Decode(&value)
	return value, j.failed(err)
}

// object reads what follows its brace; each reads the value of a key.
func (j *jsonText) object(begin json.Token, each func(key string) error) error {
	if begin != json.Delim('{') {
		return fmt.Errorf("%w: it has something else where a map should be", outline.ErrShape)
	}
	for j.More() {
		token, err := j.token()
		if err != nil {
			return err
		}
		key, _ := token.(string) // it is nothing else there
		if err := each(key); err != nil {
			return err
		}
	}
	_, err := j.token()
	return err
}

// skip passes by a value that began with a token, unless that is an error.
func (j *jsonText) skip(begin json.Token, err error) error {
	depth := 0
	for skipped, token := 0, begin; err == nil && skipped < maxSkipped; skipped++ {
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
		token, err = j.token()
	}
	if err != nil {
		return err
	}
	return repo.Fail(repo.ErrTooLarge, "reading the index: something that belongs to no entry is too large")
}

// failed tells errors of the text from those of reading it.
func (j *jsonText) failed(err error) error {
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, errPart):
		return repo.Fail(repo.ErrTooLarge, "reading the index: an entry is larger than %d KiB", outline.MaxPart>>10)
	case errors.As(err, &syntax), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%w: it is no JSON from byte %d on", outline.ErrShape, j.InputOffset())
	}
	return err
}

var errPart = errors.New("the part is too large")

// leash lets a reader be read so much further.
type leash struct {
	in   io.Reader
	left int
}

func (l *leash) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, errPart
	}
	n, err := l.in.Read(p[:min(len(p), l.left)])
	l.left -= n
	return n, err
}
