package bucket

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"gocloud.dev/blob"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
)

// store is a bucket that was found, and the folder in it that is the repository.
type store struct {
	bucket  *blob.Bucket
	name    string   // of the location, for texts
	prefix  string   // of all keys: empty, or with a slash behind
	bases   []string // addresses at which the folder lies, with a slash behind
	dialect dialect
	outside *http.Client // to wherever an index leads, without a credential
}

// dialect is what stores do each in their own way. A mark is what recognises the
// content of an object. As is that of the options of package blob.
type dialect interface {
	// since prepares a read that ends with status 304 where the mark is the same;
	// nil where that is not to be had.
	since(mark string) func(as func(any) bool) error
	// mark is that of what is read, empty when unknown.
	mark(r *blob.Reader) string
	// put writes an object.
	put(ctx context.Context, b *blob.Bucket, key string, o object, when condition) error
	// answer is what the store said, if that is what err is: a status of HTTP, and
	// its word for the reason.
	answer(err error) (status int, word string)
}

// condition is what a write depends on; the zero value is nothing.
type condition struct {
	absent bool   // there is no such object
	mark   string // the object is still this one
}

// object is what is written.
type object struct {
	data  []byte
	media string // type
	fresh bool   // caches have to ask for it each time
}

// open opens an object. A mark is that of an earlier read or empty; where the
// object is the same, the error matches repo.ErrUnchanged.
func (s *store) open(ctx context.Context, name, since string) (*blob.Reader, error) {
	options := &blob.ReaderOptions{}
	if since != "" {
		options.BeforeRead = s.dialect.since(since)
	}
	r, err := s.bucket.NewReader(ctx, s.prefix+name, options)
	if err != nil {
		return nil, s.explain(s.doing("reading", name), err)
	}
	if since != "" && s.dialect.mark(r) == since {
		_ = r.Close() // nothing was wanted of it
		return nil, repo.Fail(repo.ErrUnchanged, "%s: it is what it was", s.doing("reading", name))
	}
	return r, nil
}

// read reads an object of at most so many bytes, and its mark.
func (s *store) read(ctx context.Context, name string, most int64) ([]byte, string, error) {
	r, err := s.open(ctx, name, "")
	if err != nil {
		return nil, "", err
	}
	defer r.Close()
	data, err := fetch.Read(r, most)
	if err != nil {
		return nil, "", s.explain(s.doing("reading", name), err)
	}
	return data, s.dialect.mark(r), nil
}

// write writes an object. The error matches errRaced where the condition does not
// hold. A store that knows no conditions is written to without.
func (s *store) write(ctx context.Context, name string, o object, when condition) error {
	err := s.dialect.put(ctx, s.bucket, s.prefix+name, o, when)
	if err != nil && when != (condition{}) && s.unable(err) {
		err = s.dialect.put(ctx, s.bucket, s.prefix+name, o, condition{})
	}
	return s.explain(s.doing("writing", name), err)
}

func (s *store) doing(what, name string) string {
	return fmt.Sprintf("%s %.300q of %q", what, name, s.name)
}

// survive turns a panic into an error: the libraries take it for granted that
// stores leave nothing out of their answers.
func (s *store) survive(err *error) {
	if recover() != nil {
		*err = repo.Fail(repo.ErrInvalid, "asking %q: its answer lacks what every answer has", s.name)
	}
}

// isMissing says whether an error means that there is no such object.
func isMissing(err error) bool {
	return errors.Is(err, repo.ErrNotFound) && !errors.Is(err, errNoBucket)
}
