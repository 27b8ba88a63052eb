package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"strconv"
	"strings"
)

// Templates can tell an integer from a floating-point number, so JSON must: here
// a number is floating-point if and only if it is written with a point or an
// exponent.

// exact returns a copy of a tree in which floating-point numbers are spelled so.
func exact(tree any) any {
	switch v := tree.(type) {
	case map[string]any:
		out := maps.Clone(v)
		for key, value := range out {
			out[key] = exact(value)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, value := range v {
			out[i] = exact(value)
		}
		return out
	case float64:
		text := strconv.FormatFloat(v, 'g', -1, 64)
		if !strings.ContainsAny(text, ".e") {
			text += ".0"
		}
		return json.Number(text)
	}
	return tree
}

// decodeExact reads an object whose numbers were made exact.
func decodeExact(data []byte) (map[string]any, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var out map[string]any
	if err := decoder.Decode(&out); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFrame, err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: something follows an object", ErrFrame)
	}
	return out, numbers(out)
}

// numbers gives the numbers of a tree their types back, in place.
func numbers(tree any) error {
	switch v := tree.(type) {
	case map[string]any:
		for key, value := range v {
			n, err := number(value)
			if err != nil {
				return err
			}
			v[key] = n
		}
	case []any:
		for i, value := range v {
			n, err := number(value)
			if err != nil {
				return err
			}
			v[i] = n
		}
	}
	return nil
}

func number(value any) (any, error) {
	n, ok := value.(json.Number)
	if !ok {
		return value, numbers(value)
	}
	if strings.ContainsAny(n.String(), ".eE") {
		f, err := n.Float64()
		return f, wrap(err)
	}
	i, err := n.Int64()
	return i, wrap(err)
}

func wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %w", ErrFrame, err)
}
