// Package input reads what the user names, within bounds: a name can lead to a
// device or a pipe that never ends.
package input

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// ErrTooLarge is matched when there is more to read than may be.
var ErrTooLarge = errors.New("too large")

// File reads a file of at most limit bytes.
func File(name string, limit int64) (data []byte, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if data, err = All(f, limit); err != nil {
		var inner *fs.PathError
		if errors.As(err, &inner) {
			err = inner.Err // which names the file once more
		}
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	return data, nil
}

// All reads everything there is, at most limit bytes.
func All(r io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("%w: more than %d bytes", ErrTooLarge, limit)
	}
	return data, nil
}
