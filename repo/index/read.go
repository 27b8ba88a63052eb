package index

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"go.yaml.in/yaml/v2"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/index/outline"
)

// maxWhole is up to how many bytes an index is held in memory, so that the YAML
// library can read it at once where its lines do not show what belongs together.
// The library takes more than a hundred times as much memory as the text.
const maxWhole = outline.MaxPart

// Read reads an index, in YAML or JSON, and hands every release of it to each. An
// error of each ends it and is returned as it is. What is no index is an error
// that matches repo.ErrInvalid, one beyond the bounds matches repo.ErrTooLarge; an
// error of r is wrapped.
//
// An index of more than 256 KiB has to be in the style that programs write: a line
// for each chart and, in YAML, one for each of its versions that begins with a
// dash.
func Read(r io.Reader, each func(repo.Release) error) (*Result, error) {
	var stop error
	result, err := readAny(r, repo.MaxIndex, func(r repo.Release) error {
		stop = each(r)
		return stop
	})
	switch {
	case stop != nil:
		return nil, stop
	case err != nil:
		return nil, failed(err)
	}
	return result, nil
}

func readAny(r io.Reader, most int64, each func(repo.Release) error) (*Result, error) {
	in := &bounded{in: r, left: most}
	head, err := io.ReadAll(io.LimitReader(in, maxWhole+1))
	if err != nil {
		return nil, err
	}
	if len(head) > maxWhole {
		parts := newReading(each)
		return parts.stream(io.MultiReader(bytes.NewReader(head), in))
	}
	releases, result, err := readSmall(head)
	for _, release := range releases {
		if err == nil {
			err = each(release)
		}
	}
	return result, err
}

// readSmall reads a text part by part. Where that leaves doubts, and the library
// has none, it is read as the library does.
func readSmall(text []byte) ([]repo.Release, *Result, error) {
	var releases []repo.Release
	keep := func(r repo.Release) error {
		releases = append(releases, r)
		return nil
	}
	parts := newReading(keep)
	result, err := parts.stream(bytes.NewReader(text))
	if !parts.doubt {
		return releases, result, err
	}
	fromParts := releases
	releases = nil
	var root any
	if yaml.UnmarshalStrict(text, &root) != nil {
		return fromParts, result, err
	}
	result, err = newReading(keep).whole(root)
	return releases, result, err
}

// failed gives errors a kind.
func failed(err error) error {
	var known *repo.Error
	switch {
	case err == nil, errors.As(err, &known):
		return err
	case errors.Is(err, outline.ErrShape):
		return repo.Fail(repo.ErrInvalid, "reading the index: %w", err)
	}
	return fmt.Errorf("reading the index: %w", err)
}

// bounded ends with an error where io.LimitReader ends as if that were all.
type bounded struct {
	in   io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.in.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, repo.Fail(repo.ErrTooLarge, "the index is larger than its bound of %d MiB", repo.MaxIndex>>20)
	}
	return n, err
}
